"""The load of a cell: who follows how many open cases, how many of them late, resting, or silent for long."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.events.follow_up import CaseSuspended, ContactLogged
from projections.counsellor_queue import COUNSELLOR_QUEUE, QueueRow
from projections.load import Load, load
from tests.builders import ACCEPTED, CONSENTED, DETECTED, closed, day
from tests.projections.board import Board, case
from tests.projections.plans import plan_of
from tests.projections.test_counsellor_queue import ROWS

REACHED = ContactLogged(channel="phone", direction="outbound", reached=True)
MISSED = ContactLogged(channel="phone", direction="outbound", reached=False)


def test_the_load_of_a_cell(board: Board) -> None:
    """Closed cases and other cells' do not count; an attempt is no contact; 14 and 30 days are counted in."""
    board.tell(
        case(*DETECTED, case_id="c1"),
        case((day(17), DETECTED[0]), case_id="c2"),
        case(*ACCEPTED, (day(16), REACHED), (day(29), MISSED), case_id="c3"),
        case(
            *ACCEPTED, (day(17), REACHED), CaseSuspended(until=day(40), reason="hospitalised"), case_id="c4"
        ),
        case(*closed(*CONSENTED), case_id="c5"),
        case(*ACCEPTED, case_id="c6", organisation="isere"),
    )
    with board.reading() as connection:
        assert load(connection, "gard", day(30)) == [
            Load(None, 2, 2, 0, 1, 1, day(7)),
            Load("marie", 2, 0, 1, 1, 0, day(36)),
        ]
        assert load(connection, "herault", day(30)) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, on=st.sampled_from((3, 13, 14, 29)))
def test_the_load_is_what_counting_by_hand_gives(board: Board, rows: list[QueueRow], on: int) -> None:
    board.replace(COUNSELLOR_QUEUE, rows)
    today = day(on)
    by_counsellor: dict[str | None, list[QueueRow]] = defaultdict(list)
    for row in rows:
        if row.organisation == "gard":
            by_counsellor[row.counsellor].append(row)

    def silent(row: QueueRow, days: int) -> bool:
        since: date = row.last_reached_on or row.detected_on
        return (today - since).days >= days

    expected = [
        Load(
            counsellor,
            len(own),
            sum(row.due_on < today for row in own),
            sum(row.suspended_until is not None for row in own),
            sum(silent(row, 14) for row in own),
            sum(silent(row, 30) for row in own),
            min(row.due_on for row in own),
        )
        for counsellor in (None, "marie", "paul")
        if (own := by_counsellor.get(counsellor))
    ]
    with board.reading() as connection:
        assert load(connection, "gard", today) == expected


def test_the_load_reads_the_open_cases_of_one_cell_by_an_index(board: Board) -> None:
    with board.reading() as connection:
        plan = plan_of(connection, lambda: load(connection, "gard", day(30)))
    assert re.search(r"queue_of_(counsellor|organisation)", plan), plan
    assert "SCAN" not in plan
    assert "Seq Scan" not in plan
