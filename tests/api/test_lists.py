"""Lists: the queue, one's referrals, the statistics' filters; whole pages, each case once, and nobody else's."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest

from api.paging import cursor_of
from api.routes.queue import OpenState
from domain.access import Principal
from projections.reports import STATISTICS
from tests.api.house import DIANE, OLGA, SIMON, House, payload
from tests.builders import ANNA, DORA, INES, MARIE, PAUL, SOFIA, day, referral
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
    assert answer.json()["errors"][0]["parameter"] == "after"


def test_a_cursor_beyond_the_end_is_an_empty_page(one_house: House) -> None:
    cursor = cursor_of((day(3650), "ffffffff-ffff-ffff-ffff-ffffffffffff"))
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


# ---------------------------------------------------------------- statistics


@pytest.fixture
def counted(house: House) -> House:
    """Three referrals in the Gard (one of an exam centre), two in the Isère, in March and April."""
    for by, on, source in ((DORA, 0, "reception"), (DORA, 10, "exam_centre"), (DORA, 35, "reception")):
        a_case(house, None, by, on, source=source)
    for on in (5, 36):
        a_case(house, None, DIANE, on)
    return house


def test_statistics_say_what_they_are_and_what_they_cover(counted: House) -> None:
    found = counted.get("/statistics/detection-sources?from=2026-03-01&to=2026-03-31", OLGA).json()
    assert set(found["definition"]) == {
        "unit",
        "numerator",
        "denominator",
        "date_basis",
        "period",
        "missing",
        "source",
    }
    assert found["filters"] == {
        "organisations": [], "waves": [], "from": "2026-03-01", "to": "2026-03-31", "group_by": None,
        "maturity": None, "consented_by": None,
    }  # fmt: skip
    assert found["covered"] == {"organisations_asked": 3, "organisations_with_cases": 2}
    (group,) = found["groups"]
    assert group["totals"] == {"total": 3}
    assert group["lines"][0] == {
        "code": "reception", "label": "Accueil CPAM", "values": {"cases": 2, "share": 66.67}, "hidden": [],
    }  # fmt: skip
    assert (found["statistic"], found["title"]) == ("detection-sources", "Nature des détections")
    assert (found["as_of"], found["stale"]) == (None, [])
    assert [(c["code"], c["kind"], c["label"], c["of"]) for c in found["columns"]] == [
        ("total", "count", "Saisines", "totals"),
        ("cases", "count", "Saisines", "lines"),
        ("share", "share", "Part", "lines"),
    ]


def test_statistics_are_filtered_and_grouped(counted: House) -> None:
    def totals(query: str, by: Principal = OLGA) -> dict[str, int]:
        groups = counted.get(f"/statistics/detection-sources?{query}", by).json()["groups"]
        return {group["label"]: group["totals"]["total"] for group in groups}

    assert totals("group_by=month") == {"2026-03": 3, "2026-04": 2}
    assert totals("group_by=organisation") == {"CPAM du Gard": 3, "CPAM de l'Isère": 2}
    assert totals("group_by=wave") == {"Gard, pionnier (novembre 2014)": 3, "1re vague (avril 2017)": 2}
    assert totals("organisation=isere&organisation=gard&wave=pilot") == {"": 3}
    assert totals("wave=pilot&wave=wave_1") == {"": 5}
    assert totals("from=2026-03-12&to=2026-04-06") == {"": 2}
    assert totals("from=0001-01-01&to=9999-12-31") == {"": 5}
    assert totals("from=9999-12-15&to=9999-12-20") == {"": 0}
    assert totals("to=0001-01-02") == {"": 0}
    assert totals("from=0001-01-02&to=0001-01-20&group_by=month") == {}


@pytest.mark.parametrize("by", [ANNA, SOFIA], ids=["analyst", "supervisor"])
@pytest.mark.parametrize("statistic", STATISTICS)
def test_statistics_stay_inside_ones_organisation(counted: House, by: Principal, statistic: str) -> None:
    """Without a filter they are one's own; another's is refused in words, not answered with one's own."""
    own = counted.get(f"/statistics/{statistic}", by).json()
    assert own["filters"]["organisations"] == ["gard"]
    assert own["covered"]["organisations_asked"] == 1
    assert own == counted.get(f"/statistics/{statistic}?organisation=gard", by).json()
    for asked in ("isere", "nowhere", "gard&organisation=isere"):
        refused = counted.get(f"/statistics/{statistic}?organisation={asked}", by)
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:filrouge:problem:out-of-reach")


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("organisation=nowhere", "organisation", "unknown_value"),
        ("wave=6", "wave", "unknown_value"),
        ("from=2018", "from", "day_format"),
        ("to=1522454400", "to", "day_format"),
        ("from=2018-02-30", "from", "day_format"),
        ("group_by=person", "group_by", "unknown_value"),
        ("group_by=week", "group_by", "unknown_value"),
        ("maturity=90", None, "unknown_field"),
        ("organization=gard", None, "unknown_field"),
        ("since=2018-01-01", None, "unknown_field"),
    ],
)
def test_a_filter_that_is_not_accepted_is_named(
    one_house: House, query: str, parameter: str | None, code: str
) -> None:
    """A misspelt filter would otherwise answer another question."""
    answer = one_house.get(f"/statistics/outcomes?{query}", OLGA)
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["in"], error.get("parameter"), error["code"]) == (
        422,
        "query",
        parameter,
        code,
    )
    assert error["accepted"]


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_period_that_begins_after_its_end_is_refused(one_house: House, statistic: str) -> None:
    """It would be answered with zeros, which look like figures."""
    path = f"/statistics/{statistic}?from=2018-03-31&to=2018-03-30"
    refused = {lang: one_house.get(path, OLGA, Accept_Language=lang) for lang in ("fr", "en")}
    assert {answer.status_code for answer in refused.values()} == {422}
    errors = [error for answer in refused.values() for error in answer.json()["errors"]]
    assert [(e["in"], e["parameter"], e["code"]) for e in errors] == [
        ("query", "from", "period_backwards")
    ] * 2
    assert [e["detail"] for e in errors] == [
        "La période commence après sa fin.",
        "The period begins after its end.",
    ]
    assert one_house.get(path.replace("03-31", "03-30"), OLGA).status_code == 200


def test_a_mature_cohort_is_of_those_who_consented_long_enough_ago(one_house: House) -> None:
    def asked(query: str) -> Any:
        return one_house.get(f"/statistics/durations?{query}", OLGA, Accept_Language="en").json()

    found = asked("maturity=90&to=2018-03-31")
    assert (found["filters"]["maturity"], found["filters"]["consented_by"]) == (90, "2017-12-31")
    assert found["definition"]["date_basis"].startswith("day of the consent")
    # A period that ends in the future has had no more time than until today.
    today = one_house.get("/queue", SOFIA).json()["today"]
    assert asked("maturity=1&to=9999-12-31")["filters"]["consented_by"] < today
    assert asked("maturity=1")["filters"]["consented_by"] < today
    (error,) = asked("maturity=90&from=2018-01-01&to=2018-03-31")["errors"]
    assert (error["parameter"], error["code"]) == ("maturity", "none_mature")
    (error,) = asked("maturity=0")["errors"]
    assert (error["code"], error["accepted"]) == ("too_small", ["1…3650"])


def test_organisations_are_compared_in_the_askers_language(counted: House) -> None:
    def funnels(query: str) -> Any:
        path = f"/statistics/detection-sources?{query}"
        return counted.get(path, OLGA, Accept_Language="en").json()["comparison"]

    assert funnels("group_by=month") == funnels("") == []
    funnel = funnels("group_by=organisation")[0]
    assert (funnel["column"], funnel["line"], funnel["overall"]) == ("share", "reception", 80.0)
    assert funnel["organisations"][0] == {
        "group": "gard", "label": "CPAM du Gard", "n": 3, "value": 66.67, "limits": None,
        "verdict": {"code": "too_small", "label": "too few"},
    }  # fmt: skip


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
    ["limit=0", "limit=201", "limit=x", "state=open", "unassigned=maybe", "counsellor=Marie", "page=2"],
)
def test_a_queue_filter_that_is_not_accepted_is_named(one_house: House, query: str) -> None:
    answer = one_house.get(f"/queue?{query}", SOFIA)
    assert answer.status_code == 422
    assert "Marie" not in answer.text
