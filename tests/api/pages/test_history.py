"""The page of a history: what the JSON API tells, in words, with its proof and the past."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from adapters.database import writing
from domain.access import Principal
from tests.adapters.intruder import Intruder
from tests.api.house import AUDE, NADIA, House
from tests.api.pages.visits import Visits
from tests.builders import DENIS, MARIE, TODAY, referral

NOTE = "Hésite à en parler à sa fille."


@pytest.fixture
def case_id(house: House) -> str:
    """A case that was referred, accepted a week later, called late and put right since."""
    case: str = house.refer(referral(note=NOTE)).json()["case_id"]
    house.cells.clock.set_day(TODAY + timedelta(days=7))
    house.act(case, "accept", {"counsellor": MARIE.actor}, MARIE)
    house.cells.clock.set_day(TODAY + timedelta(days=40))
    called = (TODAY + timedelta(days=30)).isoformat()
    contact = {"channel": "phone", "reached": True, "occurred_on": called}
    assert house.act(case, "log_contact", contact, MARIE).status_code == 200
    meant = (TODAY + timedelta(days=29)).isoformat()
    correction = {"corrects": 3, "changes": {"occurred_on": meant}}
    assert house.act(case, "correct_fact", correction, MARIE).status_code == 200
    return case


def shown(house: House, case_id: str, by: Principal, query: str = "", status: int = 200) -> str:
    answer = Visits.of(house).get(f"/dossiers/{case_id}/historique{query}", by, Accept_Language="en")
    assert answer.status_code == status, answer.text
    return answer.text


def versions(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<li id="v(\d+)">', page)]


def test_every_event_is_told_with_who_when_and_its_proof(house: House, case_id: str) -> None:
    page = shown(house, case_id, AUDE)
    events = house.get(f"/cases/{case_id}/history", AUDE, Accept_Language="en").json()["events"]
    assert versions(page) == [event["version"] for event in events] == [1, 2, 3, 4]
    for event in events:
        assert f"{event['version']}. {event['label']}" in page
        assert event["hash"] in page
        assert f"position {event['position']}" in page
        assert event["correlation_id"] in page
        for detail in event["details"]:
            assert detail["label"] in page
    assert "recorded 10 days later" in page
    assert "Forgone care detected" in page


def test_a_correction_and_what_it_corrects_lead_to_each_other(house: House, case_id: str) -> None:
    page = shown(house, case_id, AUDE)
    corrected, correction = (page.split(f'<li id="v{version}">')[1].split("</li>")[0] for version in (3, 4))
    assert '<a href="#v4">by event 4</a>' in corrected
    assert '<a href="#v3">Puts event 3 right</a>' in correction


def test_notes_are_for_those_who_may_read_them(house: House, case_id: str) -> None:
    assert NOTE in shown(house, case_id, MARIE)
    page = shown(house, case_id, AUDE)
    assert NOTE not in page
    assert "which your role does not read" in page


def test_the_past_in_both_senses(house: House, case_id: str) -> None:
    """On the day of the call nobody had written it down; today it is known to have happened, a day earlier."""
    called = (TODAY + timedelta(days=30)).isoformat()
    meant = (TODAY + timedelta(days=29)).isoformat()
    assert versions(shown(house, case_id, NADIA, f"?as_of={called}&basis=recorded")) == [1, 2]
    assert 3 in versions(shown(house, case_id, NADIA, f"?as_of={meant}&basis=happened"))
    assert 3 in versions(shown(house, case_id, NADIA, f"?as_of={meant}"))
    past = shown(house, case_id, NADIA, f"?as_of={called}&basis=recorded")
    assert "This is the past: the end of" in past
    assert "This is the past" not in shown(house, case_id, NADIA)
    assert f'value="{called}"' in past


def test_before_it_began_there_is_nothing_and_the_page_says_so(house: House, case_id: str) -> None:
    before = (TODAY - timedelta(days=400)).isoformat()
    page = shown(house, case_id, AUDE, f"?as_of={before}")
    assert versions(page) == []
    assert "The case had not begun." in page


@pytest.mark.parametrize("day", ["2200-01-01", "nonsense", "2026-13-01"])
def test_a_day_that_is_none_is_told_beside_its_field(house: House, case_id: str, day: str) -> None:
    page = shown(house, case_id, AUDE, f"?as_of={day}&basis=recorded", 422)
    assert 'id="as_of-error"' in page
    assert f'value="{day}"' in page
    assert versions(page) == [1, 2, 3, 4]


def test_the_file_is_what_the_api_answers(house: House, case_id: str) -> None:
    visits = Visits.of(house)
    query = f"?as_of={(TODAY + timedelta(days=8)).isoformat()}&basis=recorded"
    file = visits.get(f"/dossiers/{case_id}/historique.json{query}", AUDE)
    assert file.headers["content-disposition"] == f'attachment; filename="historique-{case_id}.json"'
    assert file.json() == house.get(f"/cases/{case_id}/history{query}", AUDE, Accept_Language="fr").json()
    assert len(file.json()["events"]) == 2


@pytest.mark.parametrize("query", ["as_of=2200-01-01", "as_of=nonsense", "basis=recorded"])
def test_a_file_of_a_day_that_is_none_is_refused(house: House, case_id: str, query: str) -> None:
    """Nothing is downloaded: today's history under another day's name would mislead."""
    refused = Visits.of(house).get(f"/dossiers/{case_id}/historique.json?{query}", AUDE)
    assert refused.status_code == 422
    assert "content-disposition" not in refused.headers


def test_the_proof_holds_and_names_what_does_not(house: House, case_id: str) -> None:
    engine = house.cells.service.engine
    page = shown(house, case_id, AUDE)
    assert "The 4 events of this case are as they were recorded" in page
    position = house.get(f"/cases/{case_id}/history", AUDE).json()["events"][1]["position"]
    with writing(engine) as connection:
        intruder = Intruder(connection)
        intruder.do("UPDATE events SET actor = 'paul' WHERE position = :p", p=position)
        intruder.rehash(position)
    page = shown(house, case_id, AUDE)
    assert "This history does not hold together" in page
    assert "are as they were recorded" not in page
    broken = page.split("the one after:")[1].split("</p>")[0]
    assert re.findall(r'<a href="#v(\d)">', broken) == ["2", "3"]


def test_months_head_a_long_history(house: House, case_id: str) -> None:
    page = shown(house, case_id, AUDE)
    first = date(TODAY.year, TODAY.month, 1)
    assert f'<h2 id="m{first:%Y-%m}">' in page


def test_the_case_too_is_shown_as_it_stood_with_nothing_to_do(house: House, case_id: str) -> None:
    visits = Visits.of(house)
    early = TODAY.isoformat()
    now = visits.get(f"/dossiers/{case_id}", MARIE, Accept_Language="en").text
    assert "What can be done now" in now
    assert "I have just called" in now
    assert "This is the past" not in now
    then = visits.get(f"/dossiers/{case_id}?as_of={early}&basis=recorded", MARIE, Accept_Language="en").text
    assert "This is the past" in then
    assert "What can be done now" not in then
    assert '<form method="post" action="/dossiers' not in then
    assert "nobody yet" in then
    assert f'/dossiers/{case_id}/historique?as_of={early}&amp;basis=recorded"' in then
    assert "Overdue" in now
    assert "Overdue" not in then
    before = (TODAY - timedelta(days=400)).isoformat()
    assert visits.get(f"/dossiers/{case_id}?as_of={before}", MARIE).status_code == 404
    wrong = visits.get(f"/dossiers/{case_id}?as_of=2200-01-01", MARIE)
    assert (wrong.status_code, 'id="as_of-error"' in wrong.text) == (422, True)


def test_somebody_erased_since_is_not_said_to_be_hidden_from_a_role(house: House, case_id: str) -> None:
    """On a past day the case was not erased yet, but nobody can read who it was any more."""
    house.act(case_id, "close", {"reason": "moved"}, MARIE)
    assert house.act(case_id, "erase_personal_data", {}, DENIS).status_code == 200
    visits = Visits.of(house)
    for query in ("", f"?as_of={TODAY.isoformat()}&basis=recorded"):
        page = visits.get(f"/dossiers/{case_id}{query}", MARIE, Accept_Language="en").text
        assert "<h1>Erased person</h1>" in page
        assert "were erased: nobody can read them any more" in page
        assert "is not shown to your role" not in page
