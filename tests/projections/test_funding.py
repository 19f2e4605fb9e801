"""What funders were asked for and granted, in cents, by the day they were asked."""

from __future__ import annotations

from typing import Any

from domain.event import Payload
from domain.events.follow_up import CaseReopened, CaseTransferred, FactCorrected
from domain.events.funding import FundingDecided, FundingRequested
from domain.vocabulary import Funder
from projections.figures import Group
from projections.funding import TABLE, FundingRow, report
from projections.statistics import Filters, GroupBy
from tests.builders import QUOTED, Happened, closed, day
from tests.projections.board import Board, case

CLOSING = closed()[-1]


def asked(number: int, funder: str, cents: int) -> Payload:
    """Ask a funder for so much."""
    return FundingRequested(request_id=f"r{number}", quote_id="q1", funder=funder, amount_cents=cents)


def answered(number: int, cents: int) -> Payload:
    """The funder grants so much."""
    return FundingDecided(request_id=f"r{number}", granted_cents=cents)


def told(board: Board, filters: Filters | None = None) -> Group:
    """Return the one group of an ungrouped report."""
    with board.reading() as connection:
        (group,) = report(connection, filters or Filters())
    return group


def figures(group: Group, *columns: str) -> dict[str, tuple[Any, ...]]:
    """Return some columns of the funders that were asked."""
    return {
        line.code: tuple(line.values[column] for column in columns)
        for line in group.lines
        if line.values["decided"] or line.values["pending"] or line.values["unanswered"]
    }


def test_asked_and_granted_by_funder(board: Board) -> None:
    board.tell(
        case(
            *QUOTED,
            (day(5), asked(1, "mutual_fund", 120_000)),
            (day(12), answered(1, 0)),
            (day(12), asked(2, "fass", 120_000)),
            (day(22), answered(2, 80_000)),
            (day(23), asked(3, "ccas", 40_000)),
        ),
        case(*QUOTED, (day(5), asked(1, "fass", 60_000)), (day(10), answered(1, 45_000)), case_id="case-2"),
        case(*QUOTED, (day(5), asked(1, "fass", 50_000)), organisation="isere", case_id="case-3"),
        case(*QUOTED, case_id="case-4"),
    )
    group = told(board)
    assert [line.code for line in group.lines] == [funder.value for funder in Funder]
    assert group.totals == {"total": 3}
    assert group.line("fass").values == {
        "decided": 2,
        "granted": 2,
        "refused": 0,
        "share_granted": 100.0,
        "asked_cents": 180_000,
        "granted_cents": 125_000,
        "share_of_asked": 69.44,
        "mean_days": 7.5,
        "pending": 1,
        "unanswered": 0,
        "undecided_cents": 50_000,
    }
    assert figures(
        group, "granted", "refused", "share_granted", "asked_cents", "share_of_asked", "mean_days"
    ) == {
        "fass": (2, 0, 100.0, 180_000, 69.44, 7.5),
        "mutual_fund": (0, 1, 0.0, 120_000, 0.0, 7.0),
        "ccas": (0, 0, None, 0, None, None),
    }
    isere = told(board, Filters(organisations=("isere",)))
    assert figures(isere, "decided", "pending", "undecided_cents") == {"fass": (0, 1, 50_000)}


def test_a_request_of_a_closed_case_waits_no_longer(board: Board) -> None:
    once: tuple[Happened, ...] = (*QUOTED, asked(1, "fass", 50_000), (day(30), CLOSING))
    board.tell(case(*once), case(*QUOTED, asked(1, "fass", 10_000), case_id="case-2"))
    columns = ("decided", "pending", "unanswered", "undecided_cents", "share_granted")
    assert figures(told(board), *columns) == {"fass": (0, 1, 1, 60_000, None)}
    reopened = (day(40), CaseReopened(reason="care_not_done", to_state="plan_built"))
    board.tell(case(*once, reopened))
    assert figures(told(board), *columns) == {"fass": (0, 2, 0, 60_000, None)}
    board.tell(case(*once, reopened, (day(50), answered(1, 1))))
    assert figures(told(board), *columns) == {"fass": (1, 1, 0, 10_000, 100.0)}


def test_a_request_counts_where_and_when_it_was_made(board: Board) -> None:
    moved = CaseTransferred(to_organisation="isere")
    board.tell(
        case(
            *QUOTED,
            (day(5), asked(1, "fass", 70_000)),
            (day(6), moved),
            (day(40), asked(2, "caf", 20_000)),
            (day(50), answered(1, 70_000)),
        ),
        case(*QUOTED, (day(40), asked(1, "caf", 30_000)), organisation="herault", case_id="case-2"),
    )
    with board.reading() as connection:
        cells = report(connection, Filters(group_by=GroupBy.ORGANISATION))
        months = report(connection, Filters(group_by=GroupBy.MONTH))
    columns = ("granted", "granted_cents", "pending", "undecided_cents")
    assert {group.group: figures(group, *columns) for group in cells} == {
        "gard": {"fass": (1, 70_000, 0, 0)},
        "herault": {"caf": (0, 0, 1, 30_000)},
        "isere": {"caf": (0, 0, 1, 20_000)},
    }
    assert {group.group: figures(group, *columns) for group in months} == {
        "2026-03": {"fass": (1, 70_000, 0, 0)},
        "2026-04": {"caf": (0, 0, 2, 50_000)},
    }
    assert figures(told(board, Filters(since=day(5), until=day(6))), *columns) == {"fass": (1, 70_000, 0, 0)}


def test_corrected_amounts_and_days(board: Board) -> None:
    happened: tuple[Happened, ...] = (
        *QUOTED,
        (day(5), asked(1, "fass", 700_000)),
        (day(9), answered(1, 70_000)),
    )
    board.tell(
        case(*happened, FactCorrected(corrects=7, changes={"amount_cents": 70_000})),
        case(*happened, FactCorrected(corrects=8, changes={"occurred_on": "2026-03-03"}), case_id="case-2"),
    )
    rows = [FundingRow(*row) for row in board.rows(TABLE)]
    # A decision dated before its request took no time that is known.
    assert [(row.asked_cents, row.days_to_decision) for row in rows] == [(70_000, 4), (700_000, None)]
    assert figures(told(board), "decided", "granted", "asked_cents", "mean_days") == {
        "fass": (2, 2, 770_000, 4.0)
    }
