"""Stays: each time a case was in a state, from the day it entered it to the day it left it."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import pytest

from domain.events.care import CarePerformed, NeedAdded
from domain.events.follow_up import (
    CaseClosed,
    CaseReopened,
    CaseResumed,
    CaseSuspended,
    CaseTransferred,
    FactCorrected,
    PartnerDeclined,
    ReferredOnward,
)
from domain.events.intake import BilanCompleted, ConsentRecorded
from projections.registry import READ_MODELS
from projections.stays import MOVES, STAYS, TALLY, Move
from projections.stays import TABLE as TOLD
from projections.tallies import read_cells
from tests.builders import ACCEPTED, BILAN_DONE, DETECTED, PLAN_BUILT, Happened, day, detection
from tests.projections.board import Board, case

CONSENT = ConsentRecorded(to_state="consented")
BILAN = BilanCompleted(basic_cover="current", complementary_cover="none", to_state="bilan_done")
PLAN = PLAN_BUILT[-1]
CARE = CarePerformed(need_id="n1", to_state="care_performed")
CLOSING = CaseClosed(reason="moved", to_state="closed")
TO_ISERE = CaseTransferred(to_organisation="isere")
TO_HERAULT = CaseTransferred(to_organisation="herault")
BACK = CaseTransferred(to_organisation="gard")


class Stay(NamedTuple):
    """A row, days by their number."""

    organisation: str
    state: str
    entered: int
    left: int | None = None
    next_state: str | None = None
    new: bool = False
    handed_to: str | None = None
    days: int | None = None


def numbered(on: date | None) -> int | None:
    """Return the number of a day."""
    return None if on is None else (on - day(0)).days


def stays(board: Board, *happened: Happened) -> list[Stay]:
    """Return the stays of a case to which this happened, told beside another one."""
    board.tell(case(*happened), case((day(2), detection()), case_id="case-2", organisation="herault"))
    rows = board.rows(TOLD)
    assert [row[1] for row in rows if row[0] == "case-1"] == list(range(1, len(rows)))
    assert told(rows, "case-2") == [Stay("herault", "detected", 2)]
    return told(rows, "case-1")


def told(rows: list[tuple[Any, ...]], case_id: str) -> list[Stay]:
    """Return the stays of one case."""
    return [
        Stay(organisation, state, numbered(entered) or 0, numbered(left), next_state, new, handed_to, days)
        for told_of, _, organisation, state, entered, left, next_state, new, handed_to, days in rows
        if told_of == case_id
    ]


def test_from_the_day_it_is_entered_to_the_day_it_is_left(board: Board) -> None:
    assert stays(
        board,
        *ACCEPTED,
        (day(5), CONSENT),
        (day(12), BILAN),
        (day(20), PLAN),
        (day(70), CARE),
        (day(75), CLOSING),
    ) == [
        Stay("gard", "detected", 0, 5, "consented", True, None, 5),
        Stay("gard", "consented", 5, 12, "bilan_done", True, None, 7),
        Stay("gard", "bilan_done", 12, 20, "plan_built", True, None, 8),
        Stay("gard", "plan_built", 20, 70, "care_performed", True, None, 50),
        Stay("gard", "care_performed", 70, 75, "closed", True, None, 5),
        Stay("gard", "closed", 75),
    ]


def test_a_suspension_is_no_state(board: Board) -> None:
    suspended = (day(6), CaseSuspended(until=day(60), reason="awaiting_rights"))
    assert stays(
        board, *ACCEPTED, (day(5), CONSENT), suspended, (day(60), CaseResumed()), (day(64), BILAN)
    ) == [
        Stay("gard", "detected", 0, 5, "consented", True, None, 5),
        Stay("gard", "consented", 5, 64, "bilan_done", True, None, 59),
        Stay("gard", "bilan_done", 64),
    ]


def test_a_return_to_a_state_is_another_stay(board: Board) -> None:
    assert stays(
        board,
        *PLAN_BUILT,
        (day(10), ReferredOnward(partner="ccas", to_state="referred_onward")),
        (day(15), PartnerDeclined(to_state="plan_built")),
        (day(20), CARE),
        (day(22), NeedAdded(need_id="n2", care_type="optical", reasons=["fear"], to_state="plan_built")),
        (day(30), CLOSING),
        (day(90), CaseReopened(reason="new_need", to_state="plan_built")),
    )[3:] == [
        Stay("gard", "plan_built", 0, 10, "referred_onward", True, None, 10),
        Stay("gard", "referred_onward", 10, 15, "plan_built", False, None, 5),
        Stay("gard", "plan_built", 15, 20, "care_performed", True, None, 5),
        Stay("gard", "care_performed", 20, 22, "plan_built", False, None, 2),
        Stay("gard", "plan_built", 22, 30, "closed", True, None, 8),
        Stay("gard", "closed", 30, 90, "plan_built", False, None, 60),
        Stay("gard", "plan_built", 90),
    ]


def test_several_moves_on_one_day_take_no_day(board: Board) -> None:
    assert stays(board, *ACCEPTED, CONSENT, BILAN, (day(3), PLAN)) == [
        Stay("gard", "detected", 0, 0, "consented", True, None, 0),
        Stay("gard", "consented", 0, 0, "bilan_done", True, None, 0),
        Stay("gard", "bilan_done", 0, 3, "plan_built", True, None, 3),
        Stay("gard", "plan_built", 3),
    ]


def test_where_dates_run_backwards_the_time_is_missing_and_not_nought_days(board: Board) -> None:
    """The review was on day 8, though it was entered after a consent of day 10: by day 8 it was reviewed."""
    assert stays(board, *ACCEPTED, (day(10), CONSENT), (day(8), BILAN), (day(20), PLAN)) == [
        Stay("gard", "detected", 0, 8, "consented", True, None, 8),
        Stay("gard", "consented", 10, 8, "bilan_done", True, None, None),
        Stay("gard", "bilan_done", 8, 20, "plan_built", True, None, 12),
        Stay("gard", "plan_built", 20),
    ]


def test_a_corrected_day_moves_the_stay(board: Board) -> None:
    correction = FactCorrected(corrects=3, changes={"occurred_on": day(4).isoformat()})
    assert stays(board, *ACCEPTED, (day(5), CONSENT), (day(30), correction)) == [
        Stay("gard", "detected", 0, 4, "consented", True, None, 4),
        Stay("gard", "consented", 4),
    ]


def test_a_transfer_parts_the_stay_between_the_organisations_and_its_days_are_those_of_the_state(
    board: Board,
) -> None:
    assert stays(
        board,
        *ACCEPTED,
        (day(5), CONSENT),
        (day(9), TO_ISERE),
        (day(12), BILAN),
        (day(13), TO_HERAULT),
        (day(13), BACK),
    ) == [
        Stay("gard", "detected", 0, 5, "consented", True, None, 5),
        Stay("gard", "consented", 5, 9, None, False, "isere", None),
        Stay("isere", "consented", 5, 12, "bilan_done", True, None, 7),
        Stay("isere", "bilan_done", 12, 13, None, False, "herault", None),
        Stay("herault", "bilan_done", 12, 13, None, False, "gard", None),
        Stay("gard", "bilan_done", 12),
    ]


def test_what_is_entered_late_after_a_transfer_was_done_by_the_cell_of_that_day(board: Board) -> None:
    assert stays(board, *ACCEPTED, (day(5), CONSENT), (day(20), TO_ISERE), (day(12), BILAN)) == [
        Stay("gard", "detected", 0, 5, "consented", True, None, 5),
        Stay("gard", "consented", 5, 12, "bilan_done", True, None, 7),
        Stay("gard", "bilan_done", 12, 20, None, False, "isere", None),
        Stay("isere", "bilan_done", 12),
    ]


@pytest.mark.parametrize("bilan", [3, 7, 12])
def test_a_case_is_nowhere_twice_and_never_nowhere(board: Board, bilan: int) -> None:
    """A consent of a later day than the review, before or after the transfer: passed through, in one cell."""
    rows = stays(board, *ACCEPTED, (day(10), CONSENT), (day(5), TO_ISERE), (day(bilan), BILAN))
    for on in range(15):
        there = [row for row in rows if row.entered <= on and (row.left is None or on < row.left)]
        since = [row for row in there if row.handed_to or row.organisation == ("gard" if on < 5 else "isere")]
        assert len(since) == 1


def moves(board: Board) -> dict[tuple[str, str], dict[Move, list[int]]]:
    """Return the days of the month of each move that is counted, by scope and month."""
    found: dict[tuple[str, str], dict[Move, list[int]]] = {}
    with board.reading() as connection:
        scopes = ("national", "organisation:gard", "organisation:isere")
        cells = read_cells(connection, TALLY, scopes, "2026-03", "2026-12", MOVES)
    for (scope, month, key), bins in cells.items():
        days = [place + 1 for place, number in enumerate(bins) for _ in range(number)]
        found.setdefault((scope, month), {})[Move.of(key)] = days
    return found


def test_a_move_is_counted_on_its_day_in_the_cell_it_was_made_in(board: Board) -> None:
    board.tell(
        case(*BILAN_DONE[:2], (day(5), CONSENT), (day(29), TO_ISERE), (day(30), BILAN)),
        case(*ACCEPTED, (day(5), CONSENT), case_id="case-2", organisation="isere"),
        case(*DETECTED, case_id="case-3"),
    )
    consents = Move("new", "detected", "consented")
    assert moves(board) == {
        ("national", "2026-03"): {
            consents: [7, 7],
            Move("handed_on", "consented", ""): [31],
            Move("taken_over", "", "consented"): [31],
        },
        ("national", "2026-04"): {Move("new", "consented", "bilan_done"): [1]},
        ("organisation:gard", "2026-03"): {consents: [7], Move("handed_on", "consented", ""): [31]},
        ("organisation:isere", "2026-03"): {consents: [7], Move("taken_over", "", "consented"): [31]},
        ("organisation:isere", "2026-04"): {Move("new", "consented", "bilan_done"): [1]},
    }


def test_a_very_long_stay_is_counted_all_the_same(board: Board) -> None:
    board.tell(
        case(*ACCEPTED, (day(1000), CONSENT)),
        case(*ACCEPTED, (day(2), CONSENT), case_id="case-2"),
    )
    with board.reading() as connection:
        cells = read_cells(connection, TALLY, ["national"], "all", "all", ["days:"])
    ((_, bins),) = cells.items()
    assert [(place, number) for place, number in enumerate(bins) if number] == [(2, 1), (1000, 1)]


def test_it_is_one_of_the_read_models() -> None:
    assert READ_MODELS["stays"] is STAYS
