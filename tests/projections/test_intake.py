"""The referrals received: a week, so far, and on average since the day asked."""

from __future__ import annotations

from datetime import date

import pytest

from projections.figures import Value
from projections.intake import report
from projections.statistics import Filters, GroupBy
from tests.builders import CLOSED, day, detection
from tests.projections.board import Board, case
from tests.projections.test_stays import TO_ISERE


@pytest.fixture
def referrals(board: Board) -> Board:
    """Five referrals in the Gard, one of them to a case that is transferred, and two in the Isère.

    Day 0 is the Monday of week 10.
    """
    days = {"gard": (0, 6, 7, 7, 29), "isere": (8, 36)}
    board.tell(
        *(
            case((day(on), detection()), TO_ISERE, case_id=f"{cell}-{number}", organisation=cell)
            if (cell, on) == ("gard", 6)
            else case((day(on), detection()), *CLOSED[1:], case_id=f"{cell}-{number}", organisation=cell)
            for cell, ons in days.items()
            for number, on in enumerate(ons)
        )
    )
    return board


def told(board: Board, filters: Filters) -> dict[str, tuple[Value, ...]]:
    """Return the figures of each group: referrals, running total, mean a week."""
    with board.reading() as connection:
        return {group.group: tuple(group.totals.values()) for group in report(connection, filters)}


def test_each_week_quiet_ones_too_and_those_so_far(referrals: Board) -> None:
    assert told(referrals, Filters(group_by=GroupBy.WEEK)) == {
        "2026-W10": (2, 2, None),
        "2026-W11": (3, 5, None),
        "2026-W12": (0, 5, None),
        "2026-W13": (0, 5, None),
        "2026-W14": (1, 6, None),
        "2026-W15": (1, 7, None),
    }
    assert told(referrals, Filters(group_by=GroupBy.MONTH)) == {
        "2026-03": (6, 6, None),
        "2026-04": (1, 7, None),
    }


def test_the_mean_counts_from_the_first_day_asked_to_the_end_of_each_week(referrals: Board) -> None:
    """Also from a day within a week, and from one before the first referral."""
    assert told(referrals, Filters(group_by=GroupBy.WEEK, since=day(7), until=day(20))) == {
        "2026-W11": (3, 3, 3.0),
        "2026-W12": (0, 3, 1.5),
    }
    assert told(referrals, Filters(group_by=GroupBy.WEEK, since=day(5), until=day(9))) == {
        "2026-W10": (1, 1, 3.5),  # 2 days
        "2026-W11": (3, 4, 5.6),  # 5 days
    }
    assert told(referrals, Filters(group_by=GroupBy.WEEK, since=day(-7), until=day(6))) == {
        "2026-W10": (2, 2, 1.0)
    }


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {"": (7, 7, None)}),
        (Filters(until=day(36)), {"": (7, 7, None)}),
        (Filters(since=day(0), until=day(41)), {"": (7, 7, 1.17)}),
        (Filters(since=day(0)), {"": (7, 7, 1.32)}),  # to day 36, the last that has any: 37 days
        (Filters(since=day(50)), {"": (0, 0, None)}),
        (Filters(since=day(50), until=day(56)), {"": (0, 0, 0.0)}),
        (Filters(organisations=("isere",), since=day(0), until=day(13)), {"": (1, 1, 0.5)}),
        (
            Filters(group_by=GroupBy.ORGANISATION, since=day(0), until=day(13)),
            {"gard": (4, 4, 2.0), "isere": (1, 1, 0.5)},
        ),
        (Filters(group_by=GroupBy.WAVE), {"pilot": (5, 5, None), "wave_1": (2, 2, None)}),
        (
            Filters(group_by=GroupBy.WEEK, organisations=("isere",), until=day(15)),
            {"2026-W11": (1, 1, None), "2026-W12": (0, 1, None)},
        ),
        (Filters(group_by=GroupBy.WEEK, since=day(50)), {}),
        (
            Filters(group_by=GroupBy.WEEK, until=date.max, since=day(30)),
            {"2026-W15": (1, 1, 0.58)},
        ),  # 12 days
    ],
)
def test_of_a_period_and_of_some_organisations(
    referrals: Board, filters: Filters, expected: dict[str, tuple[Value, ...]]
) -> None:
    assert told(referrals, filters) == expected


def test_nothing_was_received(board: Board) -> None:
    assert told(board, Filters()) == {"": (0, 0, None)}
    assert told(board, Filters(since=day(0), until=day(6))) == {"": (0, 0, 0.0)}
    for by in GroupBy:
        assert told(board, Filters(group_by=by)) == {}


def test_the_published_average_takes_a_start_of_its_own(board: Board) -> None:
    """35,433 people at 325 a week are 109 weeks, back from 31 March 2018 [001]: here a hundredth of them."""
    since, until = date(2016, 2, 29), date(2018, 3, 31)
    board.tell(
        *(case((since, detection()), case_id=f"case-{number}") for number in range(354)),
        case((date(2014, 11, 17), detection()), case_id="before"),
    )
    assert told(board, Filters(since=since, until=until)) == {"": (354, 354, 3.25)}
