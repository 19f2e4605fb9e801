"""The help tells what the tables say, to every role, in both languages."""

from __future__ import annotations

import re
from html import unescape

import pytest

from api.pages.help_words import PERMISSIONS, SCOPES, STATES, moves
from domain.access import Permission, Scope
from tests.api.house import EVERYBODY, House
from tests.api.pages.visits import Visits
from tests.builders import DORA, MARIE
from workflows.labels import Language
from workflows.states import State
from workflows.triggers import Trigger


def test_everything_that_the_tables_name_has_its_words() -> None:
    assert set(PERMISSIONS) == set(Permission)
    assert set(SCOPES) == set(Scope)
    assert list(STATES) == list(State)
    told = [move.label for group in moves("en") for move in group.moves]
    assert sorted(told) == sorted(trigger.en for trigger in Trigger)


def test_the_moves_are_those_of_the_transition_table() -> None:
    told = {move.label: move for group in moves("en") for move in group.moves}
    assert told["Refer to the cell"].sources == []
    assert told["Refer to the cell"].destinations == ["Detected"]
    assert told["Complete the rights review"].sources == ["Consented"]
    assert told["Complete the rights review"].destinations == ["Rights reviewed"]
    assert told["Complete the rights review"].roles == ["Counsellor", "Supervisor"]
    assert told["Reopen the case"].roles == ["Supervisor"]
    assert "Closed" not in told["Reopen the case"].destinations
    assert told["Log a contact"].destinations == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_role_reads_its_own_first(one_house: House, language: Language) -> None:
    visits = Visits.of(one_house)
    for who in EVERYBODY:
        page = unescape(visits.get("/aide", who, Accept_Language=language).text)
        own = page.split("<details>")[0]
        assert who.role.label(language) in own
        for state in State:
            assert state.label(language) in page
        for trigger in Trigger:
            assert trigger.label(language) in page


def test_a_detector_is_not_told_of_files_and_a_counsellor_is(one_house: House) -> None:
    visits = Visits.of(one_house)
    words = PERMISSIONS[Permission.SEE_FILE]
    own = {
        who: visits.get("/aide", who, Accept_Language="en").text.split("<details>")[0]
        for who in (DORA, MARIE)
    }
    assert words not in own[DORA]
    assert words in own[MARIE]


def test_what_it_links_to_is_there(one_house: House) -> None:
    visits = Visits.of(one_house)
    page = visits.get("/aide", MARIE).text
    links = set(re.findall(r'<dd><a href="(/[^"#]*)"', page))
    assert len(links) == 2
    for href in links:
        assert visits.get(href, MARIE).status_code == 200
