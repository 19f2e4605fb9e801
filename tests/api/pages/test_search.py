"""Finding a case by the person's name or NIR: within reach, as people write names, and without leaving a trace of it."""

from __future__ import annotations

from datetime import date
from html import unescape
from itertools import product
from typing import Final

import httpx2
import pytest

from api.reading import people
from api.reading.names import are_close, begins, words_of
from domain.access import Principal
from domain.commands.follow_up import Close
from domain.commands.intake import Accept
from domain.person import Identity
from tests.adapters.needles import found, needles
from tests.api.house import DAVID, DIANE, SIMON, House
from tests.api.logs import Log
from tests.api.pages.visits import Visits
from tests.builders import DENIS, DORA, MARIE, PAUL, SOFIA, referral
from workflows.closing import ClosingReason

SEARCH: Final = "/recherche"
NIR: Final = "251103012611138"
HER: Final = Identity(
    family_name="Vandenbroucke-Zsigmondy",
    given_name="Gwénaëlle",
    birth_date=date(1951, 10, 4),
    nir=NIR,
)


@pytest.fixture
def visits(house: House) -> Visits:
    """Everybody signed in."""
    return Visits.of(house)


@pytest.fixture
def case_id(house: House) -> str:
    """Her case, which Marie follows."""
    return refer(house, HER, "marie")


def refer(house: House, person: Identity, counsellor: str | None = None, by: Principal = DORA) -> str:
    """Open a case for somebody."""
    answer = house.cells.refer(referral(person=person), by)
    if counsellor is not None:
        house.cells.act(answer.case_id, Accept(counsellor=counsellor), by=SOFIA)
    return answer.case_id


def search(visits: Visits, asked: str, by: Principal, *, closed: bool = False) -> httpx2.Response:
    """Ask for somebody."""
    return visits.post(SEARCH, by, {"qui": asked, **({"clos": "1"} if closed else {})})


def finds(visits: Visits, asked: str, by: Principal, case_id: str, *, closed: bool = False) -> bool:
    """Tell whether a search leads to the case."""
    answer = search(visits, asked, by, closed=closed)
    assert answer.status_code == 200
    return f'href="/dossiers/{case_id}"' in answer.text


def test_she_is_found_however_she_is_written(visits: Visits, case_id: str) -> None:
    for asked in (
        "Vandenbroucke-Zsigmondy",
        "vandenbroucke zsigmondy",
        "VANDENBROUCKEZSIG",
        "zsig gwen",
        "  gwénaëlle   VAND ",
        "2 51 10 30 126 111 38",
        "251103012611138",
    ):
        assert finds(visits, asked, MARIE, case_id), asked


def test_every_word_begins_one_of_her_names(visits: Visits, case_id: str) -> None:
    for asked in ("broucke", "vandenbroucke marie", "gwenaelles"):
        assert not finds(visits, asked, MARIE, case_id), asked
        assert "Personne n’a été trouvé" in unescape(search(visits, asked, MARIE).text)


def test_what_is_shown_of_her(visits: Visits, case_id: str) -> None:
    text = unescape(search(visits, "zsigmondy", MARIE).text)
    for said in ("Vandenbroucke-Zsigmondy Gwénaëlle", "04/10/1951", "Détecté", "marie"):
        assert said in text
    assert NIR not in text


def test_only_within_reach(visits: Visits, case_id: str) -> None:
    reached = {MARIE: True, SOFIA: True, DENIS: True, DAVID: True, PAUL: False, SIMON: False}
    for asked, closed in product(("zsigmondy", NIR), (False, True)):
        for by, expected in reached.items():
            assert finds(visits, asked, by, case_id, closed=closed) is expected, by
        nobody = search(visits, asked, PAUL, closed=closed).text
        assert case_id not in nobody
        assert HER.family_name not in nobody


def test_a_case_of_nobody_is_any_counsellors_of_the_cell(visits: Visits, house: House) -> None:
    here, there = refer(house, HER), refer(house, HER.model_copy(update={"nir": None}), by=DIANE)
    assert finds(visits, "zsigmondy", PAUL, here)
    assert not finds(visits, "zsigmondy", PAUL, there)
    assert finds(visits, "zsigmondy", SIMON, there)


def test_closed_cases_are_found_on_request(visits: Visits, house: House, case_id: str) -> None:
    house.cells.act(case_id, Close(reason=ClosingReason.DUPLICATE))
    for asked in ("zsigmondy", NIR):
        assert not finds(visits, asked, MARIE, case_id)
        assert finds(visits, asked, MARIE, case_id, closed=True)


def test_what_cannot_be_looked_for_is_said_beside_the_field(visits: Visits, case_id: str) -> None:
    for asked, said in (
        ("2 51 10 30 126 111 39", "La clé (les deux derniers chiffres) ne correspond pas"),
        ("2 51 10", "a 13 chiffres et une clé de 2 chiffres"),
        ("z", "deux de ses lettres"),
        ("", "deux de ses lettres"),
        ("-'", "deux de ses lettres"),
        ("z" * 300, "deux de ses lettres"),
    ):
        answer = search(visits, asked, MARIE)
        assert answer.status_code == 422
        assert said in unescape(answer.text)
        assert 'aria-invalid="true"' in answer.text
        assert f'value="{asked[:200]}"' in unescape(answer.text)


def test_more_than_a_page_is_said(visits: Visits, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "MOST_SHOWN", 3)
    for number in range(3):
        refer(house, Identity(family_name="Martin", given_name=f"Anne {'abc'[number]}"))
    assert "3 dossiers trouvés" in search(visits, "martin", SOFIA).text
    refer(house, Identity(family_name="Martin", given_name="Zoé"))
    answer = search(visits, "martin", SOFIA).text
    assert "Plus de" in answer
    assert answer.count('href="/dossiers/0') == 3
    assert "Zoé" in answer, "the latest first"


def test_what_was_not_looked_through_is_said(
    visits: Visits, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "LOOKED_THROUGH", 2)
    first = refer(house, HER)
    refer(house, Identity(family_name="Martin", given_name="Anne"))
    assert finds(visits, "zsigmondy", SOFIA, first)
    refer(house, Identity(family_name="Martin", given_name="Zoé"))
    answer = search(visits, "zsigmondy", SOFIA)
    assert first not in answer.text
    assert "Tous les dossiers n’ont pas été examinés" in unescape(answer.text)
    assert finds(visits, NIR, SOFIA, first)


def test_a_search_leaves_no_trace(visits: Visits, house: House, case_id: str, log: Log) -> None:
    """Neither in the log, nor in an address, nor in the database; and no cache keeps the answer."""
    typed = {
        "family_name": HER.family_name,
        "nir": "2 51 10 30 126 111 38",
        "wrong": "2 51 10 30 126 111 39",
        "unknown": "Quetzalcoatl-Brunswick",
    }
    before = house.cells.everything()
    log.clear()
    for asked in typed.values():
        answer = search(visits, asked, MARIE)
        assert answer.headers["cache-control"] == "no-store"
        assert "location" not in answer.headers
    assert len(log.requests) == len(typed)
    assert {line["route"] for line in log.requests} == {SEARCH}
    assert found(needles(typed), log.text.encode()) == set()
    assert house.cells.everything() == before


def test_nothing_is_looked_for_by_an_address(visits: Visits, case_id: str) -> None:
    assert case_id not in visits.get(f"{SEARCH}?qui=zsigmondy", MARIE).text


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Anne-Sœur D’Épée", ["anne", "soeur", "d", "epee"]),
        ("O'Neill", ["o", "neill"]),
        ("STRAẞE", ["strasse"]),
        ("Łukasz Đorđe", ["lukasz", "dorde"]),
        ("I\u0307stanbul e\u0301te\u0301", ["istanbul", "ete"]),
        ("Νίκος", ["νικοσ"]),
        ("--", []),
    ],
)
def test_words_of_a_name(name: str, words: list[str]) -> None:
    assert words_of(name) == words


def test_the_beginning_of_names() -> None:
    names = ("Le Breton", "Jean-Pierre")
    for asked in (["le"], ["bret"], ["lebreton", "jean"], ["pierre", "le"], ["jeanpi"]):
        assert begins(asked, names), asked
    for asked in (["reton"], ["bretonjean"], ["jean", "marie"]):
        assert not begins(asked, names), asked


@pytest.mark.parametrize(
    ("one", "other", "close"),
    [
        ("Durand", "DURAND", True),
        ("Durand", "Durant", True),
        ("Durand", "Durrand", True),
        ("Durand", "Duran", True),
        ("Durand", "Drurand", True),
        ("Durand", "Duarnd", True),
        ("Durand", "Dupont", False),
        ("Durand", "Urandd", False),
        ("Durand", "Durand-Masson", True),
        ("Durand", "Masson-Durand", True),
        ("Martin-Durand", "Masson-Durand", False),
        ("Le Goff", "Legoff", True),
        ("Le Goff", "Le Gall", False),
        ("Ali", "Eli", False),
        ("Ali", "Ali", True),
        ("", "", False),
    ],
)
def test_close_names(one: str, other: str, close: bool) -> None:
    assert are_close(one, other) is close
    assert are_close(other, one) is close
