"""The open cases over time: what stands at the end of each period, and what came in and went out."""

from __future__ import annotations

from datetime import date

import pytest

from domain.events.follow_up import CaseReopened
from projections.backlog import report
from projections.figures import Group, Value
from projections.statistics import Filters, GroupBy
from tests.builders import ACCEPTED, BILAN_DONE, DETECTED, day, detection
from tests.projections.board import Board, case
from tests.projections.test_stays import BACK, CLOSING, CONSENT, TO_ISERE

REOPENING = CaseReopened(reason="new_need", to_state="consented")


@pytest.fixture
def cases(board: Board) -> Board:
    """Four cases of the Gard (one transferred to the Isère) and one of the Hérault; day 0 is the Monday of week 10."""
    board.tell(
        case(*ACCEPTED, (day(3), CONSENT), (day(20), CLOSING), (day(40), REOPENING)),
        case(
            (day(7), detection()),
            (day(9), CONSENT),
            (day(16), TO_ISERE),
            (day(31), CLOSING),
            case_id="case-2",
        ),
        case((day(7), detection()), (day(8), CLOSING), case_id="case-3"),
        case((day(28), detection()), case_id="case-4"),
        case((day(1), detection()), (day(30), CONSENT), case_id="case-5", organisation="herault"),
    )
    return board


def told(board: Board, filters: Filters) -> dict[str, tuple[dict[str, Value], dict[str, Value]]]:
    """Return what is not nought in the totals of each group, and the cases in each state."""
    with board.reading() as connection:
        groups = report(connection, filters)
    return {group.group: (some(group.totals), standing(group)) for group in groups}


def some(values: dict[str, Value]) -> dict[str, Value]:
    """Leave out the noughts."""
    return {code: value for code, value in values.items() if value}


def standing(group: Group) -> dict[str, Value]:
    """Return the states in which there is any case."""
    return {line.code: line.values["cases"] for line in group.lines if line.values["cases"]}


def test_at_the_end_of_each_week(cases: Board) -> None:
    assert told(cases, Filters(group_by=GroupBy.WEEK)) == {
        "2026-W10": ({"opened": 2, "open": 2}, {"detected": 1, "consented": 1}),
        "2026-W11": ({"opened": 2, "closed": 1, "open": 3}, {"detected": 1, "consented": 2}),
        "2026-W12": (
            {"closed": 1, "taken_over": 1, "handed_on": 1, "open": 2},
            {"detected": 1, "consented": 1},
        ),
        "2026-W13": ({"open": 2}, {"detected": 1, "consented": 1}),
        "2026-W14": ({"opened": 1, "closed": 1, "open": 2}, {"detected": 1, "consented": 1}),
        "2026-W15": ({"reopened": 1, "open": 3}, {"detected": 1, "consented": 2}),
    }


def test_at_the_end_of_each_month(cases: Board) -> None:
    assert told(cases, Filters(group_by=GroupBy.MONTH)) == {
        "2026-03": (
            {"opened": 5, "closed": 2, "taken_over": 1, "handed_on": 1, "open": 3},
            {"detected": 2, "consented": 1},
        ),
        "2026-04": ({"closed": 1, "reopened": 1, "open": 3}, {"detected": 1, "consented": 2}),
    }


def test_a_transferred_case_stands_where_it_was_followed_on_that_day(cases: Board) -> None:
    by_organisation = Filters(group_by=GroupBy.ORGANISATION, until=day(15))
    assert told(cases, by_organisation) == {
        "gard": ({"opened": 3, "closed": 1, "open": 2}, {"consented": 2}),
        "herault": ({"opened": 1, "open": 1}, {"detected": 1}),
    }
    assert told(cases, Filters(group_by=GroupBy.ORGANISATION, until=day(16))) == {
        "gard": ({"opened": 3, "closed": 1, "handed_on": 1, "open": 1}, {"consented": 1}),
        "herault": ({"opened": 1, "open": 1}, {"detected": 1}),
        "isere": ({"taken_over": 1, "open": 1}, {"consented": 1}),
    }
    assert told(cases, Filters(group_by=GroupBy.WAVE)) == {
        "pilot": (
            {"opened": 4, "closed": 2, "reopened": 1, "handed_on": 1, "open": 2},
            {"detected": 1, "consented": 1},
        ),
        "wave_1": ({"opened": 1, "taken_over": 1, "closed": 1, "open": 1}, {"consented": 1}),
    }


def test_there_and_back_within_a_wave_or_a_day(board: Board) -> None:
    board.tell(
        case(*ACCEPTED, (day(3), TO_ISERE), (day(3), BACK)),
        case(*DETECTED, case_id="case-2", organisation="isere"),
    )
    assert told(board, Filters(group_by=GroupBy.ORGANISATION)) == {
        "gard": ({"opened": 1, "handed_on": 1, "taken_over": 1, "open": 1}, {"detected": 1}),
        "isere": ({"opened": 1, "handed_on": 1, "taken_over": 1, "open": 1}, {"detected": 1}),
    }


@pytest.mark.parametrize(
    ("since", "until", "moved"),
    [
        (None, None, {"opened": 5, "closed": 3, "reopened": 1, "taken_over": 1, "handed_on": 1, "open": 3}),
        (None, day(19), {"opened": 4, "closed": 1, "taken_over": 1, "handed_on": 1, "open": 3}),
        (day(8), day(19), {"closed": 1, "taken_over": 1, "handed_on": 1, "open": 3}),
        (day(20), day(20), {"closed": 1, "open": 2}),
        (day(21), day(27), {"open": 2}),
        (day(41), None, {"open": 3}),
        (date(2027, 1, 1), date(2027, 3, 15), {"open": 3}),
        (None, day(-1), {}),
        (
            None,
            date.max,
            {"opened": 5, "closed": 3, "reopened": 1, "taken_over": 1, "handed_on": 1, "open": 3},
        ),
        (date.min, day(0), {"opened": 1, "open": 1}),
    ],
)
def test_moves_are_those_of_the_period_and_what_is_open_is_as_it_ends(
    cases: Board, since: date | None, until: date | None, moved: dict[str, int]
) -> None:
    assert told(cases, Filters(since=since, until=until))[""][0] == moved


def test_of_one_organisation_over_time(cases: Board) -> None:
    """The weeks begin with its first case, and end with the last in which anything was recorded anywhere."""
    isere = Filters(organisations=("isere",), group_by=GroupBy.WEEK)
    assert told(cases, isere) == {
        "2026-W12": ({"taken_over": 1, "open": 1}, {"consented": 1}),
        "2026-W13": ({"open": 1}, {"consented": 1}),
        "2026-W14": ({"closed": 1}, {}),
        "2026-W15": ({}, {}),
    }


def test_the_weeks_of_a_period_that_begins_and_ends_within_them(cases: Board) -> None:
    """What happened before counts in what is open, and not in what moved."""
    assert told(cases, Filters(group_by=GroupBy.WEEK, since=day(8), until=day(19))) == {
        "2026-W11": ({"closed": 1, "open": 3}, {"detected": 1, "consented": 2}),
        "2026-W12": ({"taken_over": 1, "handed_on": 1, "open": 3}, {"detected": 1, "consented": 2}),
    }
    assert told(cases, Filters(group_by=GroupBy.MONTH, since=day(31), until=day(39))) == {
        "2026-04": ({"closed": 1, "open": 2}, {"detected": 1, "consented": 1}),
    }
    assert told(cases, Filters(group_by=GroupBy.WEEK, since=date.min, until=day(6))) == {
        "2026-W10": ({"opened": 2, "open": 2}, {"detected": 1, "consented": 1}),
    }
    assert told(cases, Filters(group_by=GroupBy.WEEK, since=day(50))) == {}


def test_nothing_is_open_where_nothing_was_referred(board: Board) -> None:
    for by in GroupBy:
        assert told(board, Filters(group_by=by)) == {}
    assert told(board, Filters()) == {"": ({}, {})}


def test_every_open_state_is_named_with_its_share(board: Board) -> None:
    board.tell(case(*BILAN_DONE), case(*ACCEPTED, case_id="case-2"), case(*ACCEPTED, case_id="case-3"))
    with board.reading() as connection:
        (group,) = report(connection, Filters())
    assert {line.code: tuple(line.values.values()) for line in group.lines} == {
        "detected": (2, 66.67),
        "consented": (0, 0.0),
        "bilan_done": (1, 33.33),
        "plan_built": (0, 0.0),
        "care_performed": (0, 0.0),
        "referred_onward": (0, 0.0),
    }
