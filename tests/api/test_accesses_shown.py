"""Who may ask who saw what, and what they are told: over the API and on the page, within reach."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from domain.access import Principal
from tests.api.house import AUDE, DAVID, DIANE, NADIA, SIMON, House
from tests.api.pages.visits import Visits
from tests.builders import DENIS, DORA, INES, MARIE, PAUL, SOFIA, SOMEBODY, referral


class Readings:
    """Two cases in the Gard and one in the Isère, and some who read about them, a second after one another."""

    def __init__(self, house: House) -> None:
        self.house, self.visits = house, Visits.of(house)
        person = SOMEBODY.model_copy(update={"nir": None})
        self.mine, self.other, self.elsewhere = (
            str(house.refer(referral(person=person), by).json()["case_id"]) for by in (DORA, DORA, DIANE)
        )
        for case_id, who in ((self.mine, MARIE), (self.other, PAUL), (self.elsewhere, INES)):
            assert house.act(case_id, "accept", {"counsellor": who.actor}, who).status_code == 200
        for path, by in (
            (f"/cases/{self.mine}", MARIE),
            (f"/cases/{self.other}", PAUL),
            (f"/cases/{self.mine}/history", AUDE),
            (f"/cases/{self.elsewhere}", INES),
            (f"/cases/{self.elsewhere}/history", NADIA),
        ):
            assert house.get(path, by).status_code == 200
            self.later()
        assert self.visits.get("/dossiers", SOFIA).status_code == 200
        self.later()

    def later(self) -> None:
        """Let a second go by."""
        self.house.cells.clock.now += timedelta(seconds=1)

    def asked(self, by: Principal, **filters: str) -> list[Mapping[str, Any]]:
        """Return what somebody is told of the log, without those who asked the same before."""
        query = "&".join(f"{name}={value}" for name, value in filters.items())
        answer = self.house.get(f"/accesses?{query}", by)
        assert answer.status_code == 200, answer.text
        self.later()
        found: list[Mapping[str, Any]] = answer.json()["accesses"]
        return [one for one in found if one["kind"]["code"] != "accesses"]


@pytest.fixture
def readings(house: House) -> Readings:
    """On each database."""
    return Readings(house)


def told(found: list[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return who read what, the latest first."""
    return [(one["actor"], one["kind"]["code"]) for one in found]


def test_auditors_see_the_accesses_to_their_cases_and_by_their_accounts(readings: Readings) -> None:
    gard = [("sofia", "list"), ("aude", "history"), ("paul", "case"), ("marie", "case")]
    isere = [("nadia", "history"), ("ines", "case")]
    assert told(readings.asked(AUDE)) == gard
    assert told(readings.asked(NADIA)) == [gard[0], *isere, *gard[1:]]
    assert told(readings.asked(NADIA, organisation="isere")) == isere
    assert told(readings.asked(DAVID)) == told(readings.asked(NADIA))
    assert readings.house.get("/accesses?organisation=isere", AUDE).status_code == 403


def test_the_log_is_narrowed_by_case_account_kind_and_days(readings: Readings) -> None:
    mine, today = readings.mine, readings.house.cells.clock().date().isoformat()
    of_mine = [("sofia", "list"), ("aude", "history"), ("marie", "case")]
    assert told(readings.asked(AUDE, case=mine)) == of_mine
    assert [one["opened"] for one in readings.asked(AUDE, case=mine)] == [False, True, True]
    listed, *_ = readings.asked(AUDE, case=mine)
    assert [one["case_id"] for one in listed["cases"]] == [mine], "of a list, the others are not told"
    assert told(readings.asked(AUDE, actor="paul")) == [("paul", "case")]
    assert told(readings.asked(AUDE, kind="history")) == [("aude", "history")]
    assert told(readings.asked(AUDE, **{"from": today, "to": today})) == told(readings.asked(AUDE))
    assert readings.asked(AUDE, to="2018-01-01") == []
    assert readings.asked(AUDE, break_glass="true") == []
    backwards = readings.house.get("/accesses?from=2018-01-02&to=2018-01-01", AUDE)
    assert (backwards.status_code, backwards.json()["errors"][0]["parameter"]) == (422, "from")


def test_a_person_is_told_all_that_was_read_of_their_cases(readings: Readings) -> None:
    """By the pseudonym that answers give; what became of it elsewhere is for whoever may know of that case."""
    found, *_ = readings.asked(DENIS, case=readings.mine)
    person = found["cases"][0]["person_id"]
    assert told(readings.asked(DENIS, person=person)) == told(readings.asked(DENIS, case=readings.mine))
    of_elsewhere, *_ = readings.asked(DAVID, case=readings.elsewhere)
    stranger = of_elsewhere["cases"][0]["person_id"]
    assert readings.house.get(f"/accesses?person={stranger}", DENIS).status_code == 404


def test_the_accesses_to_a_case_out_of_reach_are_those_to_an_unknown_one(readings: Readings) -> None:
    unknown = "01610e5a-4c00-7000-8000-00000000dead"
    for by in (AUDE, DENIS):
        for case_id in (readings.elsewhere, unknown):
            answer = readings.house.get(f"/accesses?case={case_id}", by)
            assert (answer.status_code, answer.json()["type"]) == (404, "urn:filrouge:problem:not-found")
    assert readings.house.get("/accesses", SOFIA).status_code == 403


def test_looking_into_the_log_is_in_it(readings: Readings) -> None:
    readings.asked(DENIS, case=readings.mine)
    (answer,) = (readings.house.get(f"/accesses?case={readings.mine}&kind=accesses", AUDE),)
    (looked,) = answer.json()["accesses"]
    assert (looked["actor"], looked["permission"], looked["opened"]) == ("denis", "see_accesses", False)
    assert [one["case_id"] for one in looked["cases"]] == [readings.mine]


def test_pages_lead_to_the_next_until_all_is_told(readings: Readings) -> None:
    everything = readings.asked(AUDE, kind="case", limit="200")
    there, found = "/accesses?kind=case&limit=1", []
    while there:
        answer = readings.house.get(there, AUDE)
        found += answer.json()["accesses"]
        there = answer.links["next"]["url"] if "next" in answer.links else ""
    assert found == everything
    assert len(found) == 2


def test_the_page_says_who_opened_the_file_and_who_saw_a_name(readings: Readings) -> None:
    visits = readings.visits
    everything = unescape(visits.get("/acces", AUDE).text)
    assert "Qui a vu quoi" in everything
    assert readings.elsewhere[-8:] not in everything
    of_one = unescape(visits.get(f"/acces?case={readings.mine}", DENIS).text)
    for words in (
        "Qui a consulté ce dossier",
        "marie",
        "Dossier ouvert",
        "Nom affiché dans une liste",
        "son organisme",
    ):
        assert words in of_one
    assert "paul" not in of_one
    assert SOMEBODY.family_name not in of_one
    history = visits.get(f"/dossiers/{readings.mine}/historique", AUDE)
    assert f"/acces?case={readings.mine}" in history.text
    assert f"/acces?case={readings.mine}" in visits.get(f"/dossiers/{readings.mine}", DENIS).text
    assert "/acces?case=" not in visits.get(f"/dossiers/{readings.mine}", MARIE).text


def test_the_list_is_taken_along_as_json(readings: Readings) -> None:
    answer = readings.visits.get(f"/acces.json?case={readings.mine}", DENIS)
    assert answer.headers["content-disposition"] == 'attachment; filename="acces.json"'
    kept = [one for one in answer.json()["accesses"] if one["kind"]["code"] != "accesses"]
    assert told(kept) == [("sofia", "list"), ("aude", "history"), ("marie", "case")]


def test_an_erased_person_leaves_the_log_as_it_was(readings: Readings) -> None:
    house = readings.house
    assert house.act(readings.mine, "close", {"reason": "disengaged"}, MARIE).status_code == 200
    before = readings.asked(DENIS, case=readings.mine)
    erased = house.act(readings.mine, "erase_personal_data", {}, DENIS)
    assert erased.status_code == 200, erased.text
    assert readings.asked(DENIS, case=readings.mine) == before


def test_another_organisations_supervisor_is_not_told(readings: Readings) -> None:
    assert readings.visits.get("/acces", SIMON).status_code == 403
