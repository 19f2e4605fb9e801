"""Referring somebody through the pages: the form, the questions that fill it, cases it may double, one referral a click."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from typing import Final

import httpx2
import pytest

from api.caller import Caller
from api.disclosure import resembling
from api.pages.routes import referring
from api.pages.screening import choices
from api.reading.lookalikes import Lookalike, lookalikes
from api.visit import Visit
from domain.access import EVERY_CASE, Principal
from domain.commands.intake import Accept
from domain.person import Identity
from domain.vocabulary import ForgoingReason
from tests.adapters.needles import found, needles
from tests.api.house import DIANE, SIMON, House
from tests.api.logs import Log
from tests.api.pages.forms import Page, sent
from tests.api.pages.visits import Visits
from tests.builders import DORA, INES, MARIE, PAUL, SOFIA, TODAY, referral
from tests.service import Cells

NEW: Final = "/saisines/nouvelle"
QUESTIONS: Final = "/saisines/questions"
NIR: Final = "2 51 10 30 126 111 38"

AICHA: Final = {
    "person/family_name": "Le Goff-Été",
    "person/given_name": "Aïcha",
    "source": "reception",
    "origin": "detector_question",
    "agreed_to_contact": "yes",
    "needs/0/care_type": "dental_prosthetic",
    "needs/0/reasons": "rest_to_pay",
}
LIKE_HER: Final = AICHA | {"person/family_name": "LEGOFF ete", "person/given_name": "aicha"}

Fields = Mapping[str, str]


@pytest.fixture
def visits(house: House) -> Visits:
    """Everybody signed in."""
    return Visits.of(house)


def hidden(page: httpx2.Response, name: str) -> str:
    """Return what a hidden field of a page holds; empty when there is none."""
    found = (one.attributes.get("value") for one in Page(page.text).controls if one.name == name)
    return next(found, None) or ""


def refer(visits: Visits, fields: Fields, by: Principal = DORA, **more: str) -> httpx2.Response:
    """Open the form and send it filled in."""
    once = hidden(visits.get(NEW, by), "_once")
    return visits.post(NEW, by, {"_once": once, **fields, **{f"_{name}": v for name, v in more.items()}})


def opened(answer: httpx2.Response) -> str:
    """Return the case that a referral opened."""
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].split("?")[0].rpartition("/")[2]


def referrals(cells: Cells) -> int:
    """Count the cases."""
    return len(cells.stored()["cases"])


def test_a_detector_is_given_a_receipt(visits: Visits) -> None:
    answer = refer(visits, AICHA)
    case_id = opened(answer)
    assert answer.headers["location"] == f"/saisines/{case_id}?fait=detect"
    receipt = visits.get(answer.headers["location"], DORA)
    assert case_id in receipt.text
    assert "La saisine est envoyée." in unescape(receipt.text)


@pytest.mark.parametrize("by", [MARIE, SOFIA])
def test_whoever_sees_the_case_is_led_to_it(visits: Visits, by: Principal) -> None:
    answer = refer(visits, AICHA, by)
    assert answer.headers["location"] == f"/dossiers/{opened(answer)}?fait=detect"
    assert "Le Goff-Été" in visits.get(answer.headers["location"], by).text


def test_errors_stand_beside_their_fields_and_nothing_typed_is_lost(visits: Visits, house: House) -> None:
    wrong = AICHA | {"person/nir": NIR[:-1] + "9", "person/given_name": " ", "note": "Elle hésite <encore>."}
    answer = refer(visits, wrong | {"needs/1/care_type": "optical"})
    assert answer.status_code == 422
    page = Page(answer.text)
    typed = {one.name: one for one in page.controls}
    for name in ("person/nir", "person/given_name"):
        described = typed[name].attributes["aria-describedby"] or ""
        assert any(one.endswith("-error") for one in described.split())
    assert typed["person/family_name"].attributes["value"] == AICHA["person/family_name"]
    assert typed["person/nir"].attributes["value"] == wrong["person/nir"]
    assert typed["note"].text.strip() == wrong["note"]
    assert "La clé (les deux derniers chiffres)" in unescape(answer.text)
    assert 'name="needs/1/care_type"' in answer.text
    assert referrals(house.cells) == 0


def test_a_person_who_does_not_agree_is_not_referred(visits: Visits, house: House) -> None:
    answer = refer(visits, AICHA | {"agreed_to_contact": "no"})
    assert answer.status_code == 409
    assert hidden(answer, "_sure") == ""
    assert referrals(house.cells) == 0


def test_a_double_click_refers_once(visits: Visits, house: House) -> None:
    """The second click is not shown the first one's case as a double either."""
    once = hidden(visits.get(NEW, DORA), "_once")
    first, second = (visits.post(NEW, DORA, {"_once": once, **AICHA}) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert second.status_code == 303
    assert referrals(house.cells) == 1


def test_clicks_at_the_same_moment_refer_once(visits: Visits, house: House) -> None:
    """Whichever comes second, and however far the first one is by then."""
    form = {"_once": hidden(visits.get(NEW, DORA), "_once"), **AICHA}
    with ThreadPoolExecutor(4) as clicks:
        answers = list(clicks.map(lambda _: visits.post(NEW, DORA, form), range(4)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert referrals(house.cells) == 1


def test_a_click_that_overtakes_another_is_not_its_double(
    visits: Visits, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other click refers while this one looks around, and so finds the very case that it was to open."""
    form = {"_once": hidden(visits.get(NEW, DORA), "_once"), **AICHA}
    others: list[httpx2.Response] = []

    def overtaken(caller: Caller, person: Identity, but: Collection[str]) -> list[Lookalike]:
        monkeypatch.undo()
        others.append(visits.post(NEW, DORA, form))
        found = lookalikes(caller, person, but)
        assert found, "the other's case is in sight"
        return found

    monkeypatch.setattr(referring, "lookalikes", overtaken)
    answer = visits.post(NEW, DORA, form)
    assert answer.status_code == 303
    assert answer.headers["location"] == others[0].headers["location"]
    assert referrals(house.cells) == 1


def test_the_same_names_are_shown_before_sending(visits: Visits, house: House) -> None:
    """However they are written; a detector is shown their own referral, and not a name."""
    case_id = opened(refer(visits, AICHA))
    answer = refer(visits, LIKE_HER)
    assert answer.status_code == 409
    assert f'href="/saisines/{case_id}"' in answer.text
    assert "Le Goff-Été" not in answer.text
    assert 'value="LEGOFF ete"' in answer.text
    assert referrals(house.cells) == 1
    again = refer(visits, LIKE_HER, sure=hidden(answer, "_sure"))
    assert again.status_code == 303
    assert referrals(house.cells) == 2


def test_what_was_confirmed_is_what_was_shown(visits: Visits) -> None:
    """Whoever then writes somebody else's name is shown that one's cases."""
    refer(visits, AICHA)
    other = opened(refer(visits, AICHA | {"person/family_name": "Masson"}))
    sure = hidden(refer(visits, AICHA), "_sure")
    answer = refer(visits, AICHA | {"person/family_name": "MASSON"}, sure=sure)
    assert answer.status_code == 409
    assert f'href="/saisines/{other}"' in answer.text
    assert other in hidden(answer, "_sure").split()
    assert sure in hidden(answer, "_sure")


def test_the_same_birth_date_and_a_close_name_are_shown(visits: Visits) -> None:
    refer(visits, AICHA | {"person/birth_date": "1950-01-02"})
    for family_name, birth_date, alike in (
        ("Legof Ete", "1950-01-02", True),  # a letter less
        ("Le Goff", "1950-01-02", True),  # one name of the two
        ("Vandenberg", "1950-01-02", False),
        ("Legof Ete", "1950-01-03", False),
    ):
        born = {"person/family_name": family_name, "person/given_name": "A.", "person/birth_date": birth_date}
        assert refer(visits, AICHA | born).status_code == (409 if alike else 303), family_name


def test_two_numbers_are_two_people(visits: Visits) -> None:
    refer(visits, AICHA | {"person/nir": NIR})
    assert refer(visits, AICHA | {"person/nir": "255081416802538"}).status_code == 303


def test_a_counsellor_is_shown_who_it_may_be(visits: Visits) -> None:
    case_id = opened(refer(visits, AICHA))
    answer = refer(visits, LIKE_HER, MARIE)
    assert answer.status_code == 409
    assert f'href="/dossiers/{case_id}"' in answer.text
    assert "Le Goff-Été Aïcha" in answer.text


def test_nothing_is_told_of_a_case_out_of_reach(visits: Visits, house: House) -> None:
    """Neither to a colleague, nor to another cell, nor to another detector: as if there were none."""
    case_id = opened(refer(visits, AICHA))
    house.cells.act(case_id, Accept(counsellor="marie"))
    assert case_id in refer(visits, LIKE_HER, MARIE).text
    for by, family_name in (
        (PAUL, "legoff été"),
        (DIANE, "LE-GOFF ÉTÉ"),
        (INES, "LEGOFF Ete"),
        (SIMON, "Legoff E te"),
    ):
        answer = refer(visits, LIKE_HER | {"person/family_name": family_name}, by)
        assert (answer.status_code == 303) is (by in (PAUL, DIANE)), (
            "the others see the latest one of their own cell"
        )
        assert case_id not in answer.text + answer.headers.get("location", "")
        assert AICHA["person/family_name"] not in answer.text
    assert case_id in refer(visits, LIKE_HER, SOFIA).text


def test_an_open_case_is_named_to_whoever_may_know_of_it(visits: Visits, house: House) -> None:
    """A known number with an open case is refused, with the link when that is not another's."""
    case_id = opened(refer(visits, AICHA | {"person/nir": NIR}))
    house.cells.act(case_id, Accept(counsellor="marie"))
    other_name = AICHA | {"person/nir": NIR, "person/family_name": "Nom d’épouse"}
    for by, href in (
        (DORA, f"/saisines/{case_id}"),
        (MARIE, f"/dossiers/{case_id}"),
        (SOFIA, f"/dossiers/{case_id}"),
    ):
        answer = refer(visits, other_name, by)
        assert answer.status_code == 409
        assert "déjà ouvert dans cet organisme" in unescape(answer.text)
        assert f'href="{href}"' in answer.text
    answer = refer(visits, other_name, PAUL)
    assert answer.status_code == 409
    assert "déjà ouvert dans cet organisme" in unescape(answer.text)
    assert case_id not in answer.text
    assert "Le Goff" not in answer.text
    assert referrals(house.cells) == 1


def test_who_resembles_is_shown_only_to_those_who_may_see_who_people_are(
    visits: Visits, house: House
) -> None:
    service = house.cells.service
    case = service.storage.begin().load(opened(refer(visits, AICHA))).state
    for by, shown in ((DORA, False), (MARIE, True)):
        caller = Caller(service, by, EVERY_CASE, Visit("GET", "fr", "test"))
        alike = resembling(caller, [case.person_id], lambda person: person.given_name == "Aïcha")
        assert (alike[case.person_id].person is not None) is shown
        assert resembling(caller, [case.person_id], lambda _: False) == {}


def test_what_is_typed_is_in_no_log(visits: Visits, log: Log) -> None:
    """Sent, refused, shown again with a likely double."""
    typed = {
        "person/family_name": "Vandenbroucke-Zsigmondy",
        "person/given_name": "Gwénaëlle-Xérxès",
        "person/nir": "2 51 10 30 126 111 38",
        "person/phone": "06 98 76 54 32",
        "note": "Elle s’inquiète beaucoup pour sa prothèse",
    }
    for changed, status in (
        ({}, 303),
        ({}, 409),
        ({"person/nir": ""}, 409),
        ({"person/nir": "2 51 10 30 126 111 39"}, 422),
    ):
        assert refer(visits, AICHA | typed | changed).status_code == status
    assert len(log.requests) == 8
    assert found(needles(typed), log.text.encode()) == set()


def test_rows_are_added_without_losing_anything(visits: Visits, house: House) -> None:
    answer = refer(visits, AICHA, add="needs")
    assert answer.status_code == 200
    assert 'name="needs/1/care_type"' in answer.text
    assert 'value="Le Goff-Été"' in answer.text
    assert referrals(house.cells) == 0


def test_the_answers_fill_the_needs_and_nothing_is_kept(visits: Visits, house: House) -> None:
    before = house.cells.everything()
    asked = {
        "needs": ["optical", "dental_prosthetic"],
        "reasons": ["fear", "rest_to_pay"],
        "since": "2025-05-01",
        "agreed_to_contact": "yes",
    }
    answer = visits.post(QUESTIONS, DORA, asked)
    assert answer.status_code == 200
    assert house.cells.everything() == before
    filled = sent(Page(answer.text).controls)
    for row, care in enumerate(asked["needs"]):
        assert (f"needs/{row}/care_type", care) in filled
        assert (f"needs/{row}/since", "2025-05-01") in filled
        assert {v for n, v in filled if n == f"needs/{row}/reasons"} == {"fear", "rest_to_pay"}
    assert ("agreed_to_contact", "yes") in filled
    person = {"person/family_name": "Masson", "person/given_name": "Inès", "source": "reception"}
    case = opened(refer(visits, {name: value for name, value in filled if value} | person))
    assert len(house.cells.service.storage.begin().load(case).state.needs) == 2


def test_questions_without_an_answer_say_so(visits: Visits) -> None:
    answer = visits.post(QUESTIONS, DORA, {"reasons": ["fear"], "since": "hier"})
    assert answer.status_code == 422
    controls = Page(answer.text).controls
    assert ("reasons", "fear") in sent(controls)
    assert next(one for one in controls if one.name == "since").attributes["value"] == "hier"


def test_every_reason_can_be_said() -> None:
    for language in ("fr", "en"):
        assert {one.value for one in choices(language)["reasons"]} == {one.value for one in ForgoingReason}


def test_a_referral_is_dated_by_the_day_it_was_detected_and_says_so(visits: Visits, house: House) -> None:
    """Sent today about what was said three days ago: that day is not called the day of sending."""
    said = TODAY - timedelta(days=3)
    case_id = house.refer(referral(occurred_on=said), DORA).json()["case_id"]
    for path, day in (("/saisines", f"{said:%d/%m/%Y}"), (f"/saisines/{case_id}", f"{said.day} ")):
        page = unescape(visits.get(path, DORA).text)
        label, rest = page.split("Situation repérée le")[-2:]
        assert day in rest[:60]
        assert "Envoyée le" not in label
