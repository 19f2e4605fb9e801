"""The funnel: who entered each state in a period, who left it for which, after how long, and who is there."""

from __future__ import annotations

import pytest

from domain.events.follow_up import CaseReopened
from projections.figures import Line, Value
from projections.funnel import SHAPE, report
from projections.statistics import Filters, GroupBy
from tests.builders import ACCEPTED, DETECTED, day, detection
from tests.projections.board import Board, case
from tests.projections.test_stays import BILAN, CLOSING, CONSENT, TO_ISERE

REOPENING = CaseReopened(reason="new_need", to_state="consented")


@pytest.fixture
def cases(board: Board) -> Board:
    """Four cases of the Gard (one transferred to the Isère) and one of the Hérault."""
    board.tell(
        case(*ACCEPTED, (day(4), CONSENT), (day(20), CLOSING), (day(40), REOPENING), (day(41), BILAN)),
        case(*ACCEPTED, (day(10), CONSENT), (day(16), TO_ISERE), (day(31), BILAN), case_id="case-2"),
        case((day(7), detection()), (day(8), CLOSING), case_id="case-3"),
        case((day(35), detection()), case_id="case-4"),
        case(
            (day(1), detection()),
            (day(29), CONSENT),
            (day(28), BILAN),
            case_id="case-5",
            organisation="herault",
        ),
    )
    return board


def told(board: Board, filters: Filters) -> dict[str, dict[str, dict[str, Value]]]:
    """Return what is neither nought nor missing in each state of each group."""
    with board.reading() as connection:
        groups = report(connection, filters)
    return {group.group: {line.code: some(line) for line in group.lines if some(line)} for group in groups}


def some(line: Line) -> dict[str, Value]:
    """Leave out the noughts, the shares and the figures of nothing."""
    return {code: value for code, value in line.values.items() if value and code != "share"}


def test_who_entered_left_and_is_there(cases: Board) -> None:
    assert told(cases, Filters())[""] == {
        "detected": {
            "cases": 5,
            "there": 1,
            "left": 4,
            "to_consented": 3,
            "to_closed": 1,
            "n": 4,
            "mean": 10.5,  # 4, 10, 1 and 27
            "median": 7.0,
            "p90": 21.9,
        },
        "consented": {
            "cases": 3,
            "again": 1,
            "left": 4,
            "to_bilan_done": 3,
            "to_closed": 1,
            "n": 3,
            "missing": 1,
            "mean": 12.67,  # 16, 1 and 21; the other was left on the day before it was entered
            "median": 16.0,
            "p90": 20.0,
        },
        "bilan_done": {"cases": 3, "there": 3},
        "closed": {
            "cases": 2,
            "there": 1,
            "left": 1,
            "to_consented": 1,
            "n": 1,
            "mean": 20,
            "median": 20,
            "p90": 20,
        },
    }


def test_the_share_is_of_those_detected_in_the_period_each_counted_once(cases: Board) -> None:
    def shares(filters: Filters) -> dict[str, Value]:
        with cases.reading() as connection:
            (group,) = report(connection, filters)
        assert group.totals == {"detected": group.line("detected").values["cases"]}
        return {
            line.code: line.values["share"]
            for line in group.lines
            if line.values["cases"] or line.values["share"]
        }

    assert shares(Filters()) == {"detected": 100.0, "consented": 60.0, "bilan_done": 60.0, "closed": 40.0}
    assert shares(Filters(until=day(10))) == {"detected": 100.0, "consented": 50.0, "closed": 25.0}
    assert shares(Filters(since=day(10), until=day(10))) == {"consented": None}


def test_entries_and_exits_are_those_of_the_period_and_who_is_there_as_it_ends(cases: Board) -> None:
    assert told(cases, Filters(since=day(5), until=day(20)))[""] == {
        "detected": {
            "cases": 1,
            "there": 1,
            "left": 2,
            "to_consented": 1,
            "to_closed": 1,
            "n": 2,
            "mean": 5.5,
            "median": 5.5,
            "p90": 9.1,
        },
        "consented": {
            "cases": 1,
            "there": 1,
            "left": 1,
            "to_closed": 1,
            "n": 1,
            "mean": 16,
            "median": 16,
            "p90": 16,
        },
        "closed": {"cases": 2, "there": 2},
    }


def test_a_stay_is_that_of_the_organisation_that_followed_the_case_to_its_end(cases: Board) -> None:
    """The Isère took the case over on the 16th day, and let it go after 21 days consented."""
    by_organisation = told(cases, Filters(group_by=GroupBy.ORGANISATION))
    assert by_organisation["isere"] == {
        "consented": {"left": 1, "to_bilan_done": 1, "n": 1, "mean": 21, "median": 21, "p90": 21},
        "bilan_done": {"cases": 1, "there": 1},
    }
    assert by_organisation["gard"]["consented"] == {
        "cases": 2,
        "again": 1,
        "left": 2,
        "to_bilan_done": 1,
        "to_closed": 1,
        "n": 2,
        "mean": 8.5,
        "median": 8.5,
        "p90": 14.5,
    }
    assert by_organisation["herault"]["consented"] == {
        "cases": 1,
        "left": 1,
        "to_bilan_done": 1,
        "missing": 1,
    }
    assert told(cases, Filters(group_by=GroupBy.WAVE))["wave_1"]["consented"] == {
        "cases": 1,
        "left": 2,
        "to_bilan_done": 2,
        "n": 1,
        "missing": 1,
        "mean": 21,
        "median": 21,
        "p90": 21,
    }


def test_a_month_at_a_time(cases: Board) -> None:
    months = told(cases, Filters(group_by=GroupBy.MONTH))
    assert {month: states["consented"] for month, states in months.items()} == {
        "2026-03": {
            "cases": 3,
            "there": 1,
            "left": 2,
            "to_bilan_done": 1,
            "to_closed": 1,
            "n": 1,
            "missing": 1,
            "mean": 16,
            "median": 16,
            "p90": 16,
        },
        "2026-04": {"again": 1, "left": 2, "to_bilan_done": 2, "n": 2, "mean": 11, "median": 11, "p90": 19},
    }


def test_without_any_case_there_is_no_figure(board: Board) -> None:
    with board.reading() as connection:
        (group,) = report(connection, Filters())
        assert report(connection, Filters(group_by=GroupBy.ORGANISATION)) == []
    for line in group.lines:
        assert set(line.values) == {column.code for column in SHAPE.own}
        assert {code for code, value in line.values.items() if value is None} == {
            "share",
            "mean",
            "median",
            "p90",
        }


def test_a_case_in_its_first_state_only_entered_it(board: Board) -> None:
    board.tell(case(*DETECTED), case(*DETECTED, case_id="case-2", organisation="isere"))
    assert told(board, Filters(organisations=("isere",)))[""] == {"detected": {"cases": 1, "there": 1}}
