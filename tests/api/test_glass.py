"""Breaking the glass: another organisation's supervisor reads a case for a while, never acts, and is seen to."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import Any

import httpx2
import pytest

from domain.access import Principal
from tests.api.crossing import UNKNOWN, WHO
from tests.api.house import AUDE, DAVID, NADIA, SIMON, House
from tests.api.logs import Log
from tests.api.pages.visits import Visits
from tests.builders import DENIS, INES, MARIE, SOFIA, SOMEBODY, referral

WHY = {"reason": "person_present", "note": "Elle est à notre accueil et ne sait plus qui appeler."}
NOTE = "Une note de Nîmes."


def broken(house: House, case_id: str, by: Principal = SIMON, **why: str) -> httpx2.Response:
    """Break the glass of a case."""
    return house.post(f"/cases/{case_id}/break-glass", by, {**WHY, **why})


def accesses(house: House, by: Principal, **filters: str) -> list[dict[str, Any]]:
    """Return what somebody is told of the log."""
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    found: list[dict[str, Any]] = house.get(f"/accesses?{query}", by).json()["accesses"]
    return found


@pytest.fixture
def case_id(house: House) -> str:
    """A case of the Gard, which Marie follows."""
    person = SOMEBODY.model_copy(update={"nir": None})
    made: str = house.refer(referral(person=person, note=NOTE)).json()["case_id"]
    assert house.act(made, "accept", {"counsellor": "marie"}, MARIE).status_code == 200
    return made


def test_a_case_of_another_organisation_opens_to_be_read_for_an_hour(house: House, case_id: str) -> None:
    assert house.get(f"/cases/{case_id}", SIMON).status_code == 404
    answer = broken(house, case_id)
    assert (answer.status_code, answer.headers["location"]) == (201, f"/api/v1/cases/{case_id}")
    clock = house.cells.clock
    until = (clock() + timedelta(minutes=60)).isoformat().replace("+00:00", "Z")
    assert answer.json()["until"] == until
    case = house.get(f"/cases/{case_id}", SIMON).json()
    assert case["identity"]["person"]["family_name"] == SOMEBODY.family_name
    assert (case["behind_glass"]["reason"]["code"], case["behind_glass"]["until"]) == (
        "person_present",
        until,
    )
    assert (case["withheld"], case["actions"]) == ([], [])
    history = house.get(f"/cases/{case_id}/history", SIMON).json()
    assert history["events"][0]["note"]["text"] == NOTE
    assert history["behind_glass"]["until"] == until
    today = clock().date().isoformat()
    assert house.get(f"/cases/{case_id}?as_of={today}", SIMON).status_code == 200
    clock.now += timedelta(minutes=59, seconds=59)
    assert house.get(f"/cases/{case_id}", SIMON).status_code == 200
    clock.now += timedelta(seconds=1)
    for path in (f"/cases/{case_id}", f"/cases/{case_id}/history"):
        assert house.get(path, SIMON).status_code == 404


def test_it_opens_the_one_case_to_the_one_account_and_nothing_can_be_done(house: House, case_id: str) -> None:
    other: str = house.refer(referral(person=SOMEBODY.model_copy(update={"nir": None}))).json()["case_id"]
    assert broken(house, case_id).status_code == 201
    assert house.get(f"/cases/{other}", SIMON).status_code == 404
    assert house.get(f"/cases/{case_id}", INES).status_code == 404
    visits = Visits.of(house)
    for trigger in ("log_contact", "assign", "close", "transfer"):
        assert house.act(case_id, trigger, {}, SIMON).status_code in (404, 422)
        assert visits.get(f"/dossiers/{case_id}/actions/{trigger}", SIMON).status_code == 404
    acted = house.act(case_id, "log_contact", {"channel": "phone", "reached": True}, SIMON)
    assert acted.status_code == 404
    assert (
        SOMEBODY.family_name not in visits.post("/recherche", SIMON, {"qui": SOMEBODY.family_name[:3]}).text
    )
    assert visits.get("/dossiers", SIMON).text.count(case_id) == 0
    assert house.version(case_id) == 2


def test_what_cannot_be_opened_is_answered_like_what_does_not_exist(house: House, case_id: str) -> None:
    unknown = broken(house, UNKNOWN)
    assert unknown.status_code == 404
    assert house.act(case_id, "refuse_consent", {}, MARIE).status_code == 200
    assert house.act(case_id, "erase_personal_data", {}, DENIS).status_code == 200
    erased = broken(house, case_id)
    assert {**erased.json(), "instance": ""} == {**unknown.json(), "instance": ""}
    assert [one for one in accesses(house, DAVID) if one["kind"]["code"] == "break_glass"] == []


def test_only_a_supervisor_breaks_it_and_not_where_it_is_open(house: House, case_id: str) -> None:
    for name, who in WHO.items():
        if name not in ("nobody", "supervisor"):
            assert broken(house, case_id, who or SOFIA).status_code == 403, name
    within = broken(house, case_id, SOFIA)
    assert (within.status_code, within.json()["type"]) == (409, "urn:filrouge:problem:within-reach")
    for missing in ({"note": ""}, {"note": "  "}, {"reason": "because"}):
        assert broken(house, case_id, SIMON, **missing).status_code == 422
    assert accesses(house, DAVID, break_glass="true") == []


def test_a_glass_that_is_broken_is_not_broken_again(house: House, case_id: str) -> None:
    first = broken(house, case_id).json()
    house.cells.clock.now += timedelta(minutes=5)
    assert broken(house, case_id, reason="other").json() == first
    assert len(accesses(house, DAVID, kind="break_glass")) == 1
    house.cells.clock.now += timedelta(minutes=60)
    assert broken(house, case_id).json()["access_id"] != first["access_id"]


def test_it_stands_out_for_auditors_and_for_those_who_run_the_service(
    house: House, case_id: str, log: Log
) -> None:
    log.clear()
    breaking = broken(house, case_id).json()
    (line,) = (line for line in log.lines if line["event"] == "glass.broken")
    assert (line["level"], line["actor"], line["reason"]) == ("warning", "simon", "person_present")
    assert line["access_id"] == breaking["access_id"]
    assert WHY["note"] not in log.text
    metrics = house.get("/metrics", None).text
    assert 'filrouge_glasses_broken_total{reason="person_present"} 1.0' in metrics
    house.cells.clock.now += timedelta(seconds=1)
    house.get(f"/cases/{case_id}", SIMON)
    for auditor in (AUDE, NADIA, DENIS):
        read, opened = accesses(house, auditor, break_glass="true")
        assert (opened["kind"]["code"], opened["ground"]["code"]) == ("break_glass", "break_glass")
        assert (read["kind"]["code"], read["ground"]["code"], read["actor"]) == (
            "case",
            "break_glass",
            "simon",
        )
        assert opened["reason"]["code"] == read["reason"]["code"] == "person_present"
        assert opened["until"] == breaking["until"]
        assert WHY["note"] not in str(opened)
    page = unescape(Visits.of(house).get("/acces", AUDE).text)
    assert page.index("Bris de glace") < page.index("Toutes les lectures")


def test_it_stands_out_on_the_pages_of_both_organisations(house: House, case_id: str) -> None:
    visits = Visits.of(house)
    banner = "la glace est brisée"
    form = visits.get("/bris-de-glace", SIMON)
    assert form.status_code == 200
    wrong = visits.post("/bris-de-glace", SIMON, {"dossier": case_id})
    assert (wrong.status_code, case_id in wrong.text, wrong.text.count('class="error"')) == (422, True, 2)
    nowhere = visits.post("/bris-de-glace", SIMON, {"dossier": UNKNOWN, **WHY})
    assert (nowhere.status_code, WHY["note"][:9] in nowhere.text) == (404, True)
    led = visits.post("/bris-de-glace", SIMON, {"dossier": case_id, **WHY})
    assert (led.status_code, led.headers["location"]) == (303, f"/dossiers/{case_id}")
    read = unescape(visits.get(f"/dossiers/{case_id}", SIMON).text)
    assert banner in read
    assert SOMEBODY.family_name in read
    assert 'id="actions"' not in read
    assert banner in unescape(visits.get(f"/dossiers/{case_id}/historique", SIMON).text)
    own = unescape(visits.get(f"/dossiers/{case_id}", MARIE).text)
    assert WHY["note"] in own
    assert "simon" in own
    assert banner not in own
    for supervisor in (SOFIA, SIMON):
        cell = unescape(visits.get("/cellule", supervisor).text)
        assert "La personne est présente et demande de l'aide" in cell.replace("’", "'")
        assert WHY["note"] not in cell
    again = visits.post("/bris-de-glace", SOFIA, {"dossier": case_id, **WHY})
    assert (again.status_code, again.headers["location"]) == (303, f"/dossiers/{case_id}")
