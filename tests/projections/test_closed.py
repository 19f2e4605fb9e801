"""What a cell closed lately: the latest first, page by page."""

from __future__ import annotations

from datetime import date

from domain.events.follow_up import CaseReopened
from projections.closed import ClosedCase, closed_since
from tests.builders import CONSENTED, DETECTED, closed, day
from tests.projections.board import Board, case
from tests.projections.plans import plan_of


def test_what_was_closed_lately_in_one_cell(board: Board) -> None:
    """An open case, a reopened one, another cell's and an older closing are not among them."""

    def closed_on(on: date, case_id: str, organisation: str = "gard") -> None:
        board.tell(case(*CONSENTED, (on, closed()[0]), case_id=case_id, organisation=organisation))

    closed_on(day(20), "c1")
    closed_on(day(30), "c2")
    closed_on(day(30), "c3")
    closed_on(day(19), "c4")
    closed_on(day(30), "c5", "isere")
    board.tell(
        case(*closed(*CONSENTED), (day(31), CaseReopened(reason="new_need")), case_id="c6"),
        case(*DETECTED, case_id="c7"),
    )
    with board.reading() as connection:
        found = closed_since(connection, "gard", day(20))
        assert [one.case_id for one in found] == ["c3", "c2", "c1"]
        assert found[-1] == ClosedCase("c1", "marie", day(0), day(20), "moved")
        paged: list[ClosedCase] = []
        after: tuple[date, str] | None = None
        while page := closed_since(connection, "gard", day(20), after, limit=1):
            paged += page
            after = (page[-1].closed_on, page[-1].case_id)
        assert paged == found


def test_what_was_closed_lately_is_read_along_an_index(board: Board) -> None:
    with board.reading() as connection:
        plan = plan_of(connection, lambda: closed_since(connection, "gard", day(20)))
    assert "outcomes_by_closing" in plan
    assert "SCAN" not in plan
    assert "Seq Scan" not in plan
