"""Lists: the queue and one's referrals; whole pages, each case once, and nobody else's."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest

from api.paging import cursor_of
from api.reading.queue import OpenState
from domain.access import Principal
from projections.counsellor_queue import Sort
from tests.api.house import DIANE, SIMON, House, payload
from tests.builders import DORA, INES, MARIE, PAUL, SOFIA, day, referral
from workflows.states import OPEN, State

REFERRAL = payload(referral()) | {"person": {"family_name": "A", "given_name": "B"}}


def a_case(
    house: House, counsellor: Principal | None, by: Principal = DORA, on: int = 30, **changes: Any
) -> str:
    sent = REFERRAL | {"occurred_on": day(on).isoformat()} | changes
    case_id: str = house.refer(sent, by).json()["case_id"]
    if counsellor is not None:
        house.act(case_id, "accept", {"counsellor": counsellor.actor}, counsellor)
    return case_id


def pages(house: House, path: str, by: Principal, what: str) -> list[list[dict[str, Any]]]:
    """Follow Link from page to page."""
    found = []
    while path:
        answer = house.get(path, by)
        assert answer.status_code == 200, answer.text
        found.append(answer.json()[what])
        link = answer.headers.get("link", "")
        match = re.fullmatch(r'<(/api/v1/[^>]+)>; rel="next"', link)
        assert bool(link) == bool(match)
        path = match[1] if match else ""
    return found


def test_pages_of_the_queue_hold_each_case_once_in_order(house: House) -> None:
    """Also where many are due on one day, and with the filters kept."""
    cases = {a_case(house, MARIE if n % 2 else None, on=30 + n // 4) for n in range(11)}
    others = {a_case(house, PAUL), a_case(house, INES, DIANE)}
    for limit in (1, 2, 3, 5, 11, 200):
        found = pages(house, f"/queue?limit={limit}", MARIE, "cases")
        listed = [case["case_id"] for page in found for case in page]
        assert (len(listed), set(listed)) == (11, cases)
        assert all(len(page) == limit for page in found[:-1])
        keys = [(case["due_on"], case["case_id"]) for page in found for case in page]
        assert keys == sorted(keys)
    assert not others & {
        case["case_id"] for page in pages(house, "/queue?limit=4", MARIE, "cases") for case in page
    }
    mine = pages(house, "/queue?limit=2&counsellor=marie", MARIE, "cases")
    assert {case["counsellor"] for page in mine for case in page} == {"marie"}
    assert sum(map(len, mine)) == 5


def test_each_sees_their_own_queue(house: House) -> None:
    mine, nobodys, pauls, ineses = (
        a_case(house, MARIE),
        a_case(house, None),
        a_case(house, PAUL),
        a_case(house, INES, DIANE),
    )

    def queue(by: Principal, filters: str = "") -> set[str]:
        return {case["case_id"] for case in house.get(f"/queue{filters}", by).json()["cases"]}

    assert queue(MARIE) == {mine, nobodys}
    assert queue(PAUL) == {pauls, nobodys}
    assert queue(SOFIA) == {mine, nobodys, pauls}
    assert queue(INES) == queue(SIMON) == {ineses}
    assert queue(MARIE, "?unassigned=true") == {nobodys}
    assert queue(SOFIA, "?counsellor=paul") == {pauls}
    assert queue(SOFIA, "?state=consented") == set()
    house.cells.clock.set_day(day(60))
    assert queue(SOFIA, "?overdue=true") == {mine, nobodys, pauls}


SORTS = {
    "due": lambda case: (case["due_on"], case["case_id"]),
    "in_state": lambda case: (case["entered_on"], case["case_id"]),
    "without_contact": lambda case: (case["last_reached_on"] or case["detected_on"], case["case_id"]),
    "detected": lambda case: (case["detected_on"], case["case_id"]),
}


def test_the_queue_in_each_of_its_orders(house: House) -> None:
    """Page by page, with Link alone; a cursor of one order is refused in another."""
    assert set(SORTS) == set(get_args(Sort))
    cases = [a_case(house, MARIE if n % 2 else None, on=20 + n // 2) for n in range(6)]
    reached = {"channel": "phone", "direction": "outbound", "reached": True}
    house.act(cases[1], "log_contact", reached | {"occurred_on": day(39).isoformat()}, MARIE)
    house.act(cases[3], "log_contact", reached | {"occurred_on": day(38).isoformat()}, MARIE)
    cursors = {}
    for sort, key in SORTS.items():
        found = pages(house, f"/queue?limit=2&sort={sort}", MARIE, "cases")
        listed = [case for page in found for case in page]
        assert listed == sorted(listed, key=key, reverse=sort == "detected"), sort
        assert {case["case_id"] for case in listed} == set(cases)
        link = house.get(f"/queue?limit=2&sort={sort}", MARIE).headers["link"]
        cursors[sort] = re.search(r"after=([^&>]+)", link)[1]  # type: ignore[index]
    for sort in SORTS:
        for made_in, cursor in cursors.items():
            status = house.get(f"/queue?sort={sort}&after={cursor}", MARIE).status_code
            assert status == (200 if made_in == sort else 422), (sort, made_in)


def test_the_queue_of_those_not_reached_for_long_and_of_the_suspended(house: House) -> None:
    """Who was never reached counts from the detection; today is day 40."""
    old, reached, resting = a_case(house, MARIE, on=10), a_case(house, MARIE, on=10), a_case(house, MARIE)
    contact = {"channel": "phone", "direction": "outbound", "reached": True}
    house.act(reached, "log_contact", contact | {"occurred_on": day(26).isoformat()}, MARIE)
    house.act(resting, "record_consent", {}, MARIE)
    rest = {"until": day(60).isoformat(), "reason": "hospitalised"}
    assert house.act(resting, "suspend", rest, MARIE).status_code == 200

    def queue(filters: str) -> set[str]:
        return {case["case_id"] for case in house.get(f"/queue?{filters}", MARIE).json()["cases"]}

    assert queue("not_reached_for=14") == {old, reached}
    assert queue("not_reached_for=15") == queue("not_reached_for=30") == {old}
    assert queue("not_reached_for=31") == set()
    assert queue("suspended=true") == {resting}
    assert queue("suspended=false") == {old, reached}


@pytest.mark.parametrize("overdue", ["true", "false"])
def test_the_queue_counts_days_from_today(house: House, overdue: str) -> None:
    """A case detected on day 30 is due seven days after; on day 40 it is three days late."""
    a_case(house, MARIE)
    (case,) = house.get(f"/queue?overdue={overdue}", MARIE).json()["cases"]
    assert (case["due_on"], case["days_in_state"], case["overdue"], case["days_overdue"]) == (
        day(37).isoformat(),
        10,
        True,
        3,
    )


def test_a_colleagues_queue_is_out_of_reach(house: House) -> None:
    answer = house.get("/queue?counsellor=paul", MARIE)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:filrouge:problem:out-of-reach")


@pytest.mark.parametrize("path", ["/queue", "/referrals"])
@pytest.mark.parametrize(
    "cursor", ["x", "%00", "é", "MjAxOC0wMy0zMSB4", "MjAxOC0xMy0zMSAw", "A" * 201, "=", ""]
)
def test_a_cursor_that_is_not_ours_is_refused(one_house: House, path: str, cursor: str) -> None:
    answer = one_house.get(f"{path}?after={cursor}", MARIE)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["parameter"] == "after"
    assert "en-tête Link" in error["detail"] or len(cursor) > 200


def test_a_cursor_beyond_the_end_is_an_empty_page(one_house: House) -> None:
    cursor = cursor_of((day(3650), "ffffffff-ffff-ffff-ffff-ffffffffffff"), "due")
    assert one_house.get(f"/queue?after={cursor}", SOFIA).json()["cases"] == []


def test_ones_own_referrals_wherever_they_went(house: House) -> None:
    mine = [a_case(house, MARIE if n == 1 else None, on=20 + n // 3) for n in range(7)]
    a_case(house, None, DIANE)
    by_marie = a_case(house, None, MARIE)
    house.act(mine[1], "transfer", {"to_organisation": "isere"}, MARIE)
    for limit in (1, 2, 3, 7):
        found = pages(house, f"/referrals?limit={limit}", DORA, "referrals")
        assert [r["case_id"] for page in found for r in page] == mine[::-1]
    assert [r["case_id"] for r in house.get("/referrals", MARIE).json()["referrals"]] == [by_marie]


def test_a_counsellors_referral_is_answered_with_the_case(house: House) -> None:
    """They may see the case; a detector may only follow it."""
    referred = house.refer(REFERRAL, MARIE)
    assert referred.headers["location"] == f"/api/v1/cases/{referred.json()['case_id']}"
    assert house.get(referred.headers["location"], MARIE).status_code == 200


@pytest.mark.parametrize(
    ("query", "repeated"),
    [
        ("/statistics/outcomes?from=2018-01-01&from=2018-02-01", ["from"]),
        (
            "/statistics/durations?group_by=month&to=2018-01-01&group_by=wave&to=2018-01-01",
            ["group_by", "to"],
        ),
        ("/queue?limit=1&limit=1", ["limit"]),
        ("/queue?state=detected&state=consented", ["state"]),
        ("/referrals?limit=1&limit=2", ["limit"]),
    ],
)
def test_a_parameter_that_takes_one_value_is_given_once(
    one_house: House, query: str, repeated: list[str]
) -> None:
    """One of the two would be dropped without a word."""
    answer = one_house.get(query, SOFIA, Accept_Language="en")
    assert answer.status_code == 422
    assert [(e["parameter"], e["code"]) for e in answer.json()["errors"]] == [
        (n, "repeated") for n in repeated
    ]
    assert one_house.get(query, None).status_code == 401


def test_the_queue_is_of_open_cases(one_house: House) -> None:
    assert set(get_args(OpenState)) == set(OPEN) == set(State) - {State.CLOSED}
    (error,) = one_house.get("/queue?state=closed", SOFIA).json()["errors"]
    assert (error["parameter"], error["code"], error["accepted"]) == (
        "state",
        "unknown_value",
        [state.value for state in OPEN],
    )
    for state in OPEN:
        assert one_house.get(f"/queue?state={state}", SOFIA).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=x",
        "state=open",
        "unassigned=maybe",
        "counsellor=Marie",
        "page=2",
        "sort=name",
        "not_reached_for=0",
        "suspended=2",
    ],
)
def test_a_queue_filter_that_is_not_accepted_is_named(one_house: House, query: str) -> None:
    answer = one_house.get(f"/queue?{query}", SOFIA)
    assert answer.status_code == 422
    assert "Marie" not in answer.text
