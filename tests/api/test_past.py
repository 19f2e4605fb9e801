"""As of a past day: what had happened by then, and what had been recorded by then."""

from __future__ import annotations

from typing import Any

import pytest

from domain.access import Principal
from tests.api.house import SIMON, House, payload
from tests.builders import ANNA, DORA, MARIE, PAUL, SOFIA, day, referral

REFERRAL = payload(referral()) | {"person": {"family_name": "A", "given_name": "B"}}


@pytest.fixture
def late(house: House) -> str:
    """A case detected on day 0 and closed on day 20, all of it entered on day 30; on day 35 a call is logged."""
    house.cells.clock.set_day(day(30))
    case_id: str = house.refer(REFERRAL | {"occurred_on": day(0).isoformat()}, DORA).json()["case_id"]
    for trigger, on, more in (
        ("accept", 1, {"counsellor": "marie"}),
        ("record_consent", 5, {}),
        ("log_contact", 6, {"channel": "phone", "reached": True}),
        ("close", 20, {"reason": "moved"}),
    ):
        done = house.act(case_id, trigger, more | {"occurred_on": day(on).isoformat()}, MARIE)
        assert done.status_code == 200, done.text
    house.cells.clock.set_day(day(40))
    return case_id


def read(house: House, path: str, by: Principal) -> Any:
    answer = house.get(path, by)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.usefixtures("late")
@pytest.mark.parametrize(("basis", "closed"), [("happened", 1), ("recorded", 0)])
def test_a_statistic_differs_where_something_was_entered_late(house: House, basis: str, closed: int) -> None:
    path = f"/statistics/durations?as_of={day(25)}&basis={basis}"
    told = read(house, path, SOFIA)
    assert told["groups"][0]["totals"]["closed"] == closed
    assert (told["as_of"]["on"], told["as_of"]["basis"]["code"]) == (day(25).isoformat(), basis)
    assert read(house, "/statistics/durations", SOFIA)["as_of"] is None


def test_the_queue_is_the_one_of_that_day(house: House, late: str) -> None:
    told = read(house, f"/queue?as_of={day(10)}", MARIE)
    assert told["today"] == day(10).isoformat()
    [case] = told["cases"]
    assert (case["case_id"], case["state"]["code"], case["days_in_state"]) == (late, "consented", 5)
    assert read(house, f"/queue?as_of={day(10)}&basis=recorded", MARIE)["cases"] == []
    assert read(house, f"/queue?as_of={day(32)}&basis=recorded", MARIE)["cases"] == []
    assert read(house, "/queue", MARIE)["cases"] == []


def test_a_past_queue_shows_nobody_else_what_is_anothers_today(house: House, late: str) -> None:
    """Nobody followed the case on day 0, so that any counsellor of the cell could have seen it then."""
    assert [case["case_id"] for case in read(house, f"/queue?as_of={day(0)}", MARIE)["cases"]] == [late]
    assert read(house, f"/queue?as_of={day(0)}", PAUL)["cases"] == []
    assert read(house, f"/queue?as_of={day(0)}", SIMON)["cases"] == []


def test_a_case_is_as_it_was_and_nothing_can_be_done_to_it_then(house: House, late: str) -> None:
    then = house.get(f"/cases/{late}?as_of={day(10)}", MARIE)
    assert then.json()["state"]["code"] == "consented"
    assert (then.json()["version"], then.json()["actions"], "etag" in then.headers) == (4, [], False)
    assert read(house, f"/cases/{late}?as_of={day(31)}&basis=recorded", MARIE)["state"]["code"] == "closed"
    now = house.get(f"/cases/{late}", MARIE)
    assert now.json()["as_of"] is None
    assert now.headers["etag"] == '"5"'


def test_a_history_holds_the_events_of_that_time(house: House, late: str) -> None:
    told = read(house, f"/cases/{late}/history?as_of={day(5)}", SOFIA)
    assert [event["version"] for event in told["events"]] == [1, 2, 3]
    assert len(read(house, f"/cases/{late}/history", SOFIA)["events"]) == 5


@pytest.mark.parametrize("path", ["/cases/{}", "/cases/{}/history"])
def test_what_had_not_begun_is_not_there(house: House, late: str, path: str) -> None:
    asked = path.format(late)
    assert house.get(f"{asked}?as_of={day(10)}&basis=recorded", MARIE).status_code == 404
    assert house.get(f"{asked}?as_of={day(10)}", PAUL).status_code == 404


@pytest.mark.parametrize(
    "path", ["/statistics/outcomes", "/queue", "/cases/00000000-0000-7000-8000-000000000000"]
)
@pytest.mark.parametrize(
    ("asked", "parameter", "code"),
    [
        (f"as_of={day(41)}", "as_of", "day_to_come"),
        ("as_of=yesterday", "as_of", "format"),
        ("basis=recorded", "basis", "without_as_of"),
        (f"as_of={day(1)}&basis=other", "basis", "unknown_value"),
    ],
)
def test_a_day_that_is_none_is_refused(
    house: House, path: str, asked: str, parameter: str, code: str
) -> None:
    refused = house.get(f"{path}?{asked}", SOFIA)
    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert error["parameter"] == parameter
    if code != "format":
        assert error["code"] == code


def test_analysts_may_ask_too(house: House, late: str) -> None:
    assert late
    told = read(house, f"/statistics/detection-sources?as_of={day(25)}", ANNA)
    assert told["groups"][0]["hidden"] == ["total"]
