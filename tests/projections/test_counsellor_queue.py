"""The queue: which open cases, in which order, due when, overdue from when."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.events.care import ActionCompleted, NeedDropped
from domain.events.follow_up import CaseResumed, CaseSuspended, CaseTransferred, ContactLogged
from domain.events.intake import CounsellorReassigned
from projections.counsellor_queue import COUNSELLOR_QUEUE, Keyset, QueueFilters, QueueRow, Sort, keyset, queue
from projections.counsellor_queue import TABLE as QUEUE
from tests.builders import (
    ACCEPTED,
    BILAN_DONE,
    CARE_PERFORMED,
    CONSENTED,
    DETECTED,
    PLAN_BUILT,
    REFERRED,
    TAKEN_ON,
    TWO_NEEDS,
    Happened,
    closed,
    day,
)
from tests.projections.board import Board, case
from tests.projections.plans import plan_of

REACHED = ContactLogged(channel="phone", direction="outbound", reached=True)
MISSED = ContactLogged(channel="phone", direction="outbound", reached=False)


@pytest.mark.parametrize(
    ("happened", "due_on", "next_step"),
    [
        (DETECTED, day(7), "decide_relevance"),
        (ACCEPTED, day(7), "first_contact"),
        ((*ACCEPTED, (day(5), MISSED)), day(12), "record_consent"),
        ((*ACCEPTED[:2], (day(4), CONSENTED[2])), day(18), "complete_bilan"),
        (BILAN_DONE, day(14), "build_plan"),
        (PLAN_BUILT, day(30), "call_person"),
        ((*PLAN_BUILT, (day(20), REACHED)), day(50), "call_person"),
        ((*PLAN_BUILT, (day(40), REACHED)), day(60), "do_action"),
        ((*PLAN_BUILT, (day(40), REACHED), ActionCompleted(action_id="a1")), day(70), "call_person"),
        ((*CARE_PERFORMED[:-1], (day(33), CARE_PERFORMED[-1])), day(47), "close"),
        (REFERRED, day(10), "remind_partner"),
        (TAKEN_ON, day(30), "follow_partner"),
        ((*PLAN_BUILT, CaseSuspended(until=day(25), reason="hospitalised")), day(25), "resume"),
        (
            (*PLAN_BUILT, CaseSuspended(until=day(25), reason="hospitalised"), CaseResumed()),
            day(30),
            "call_person",
        ),
    ],
)
def test_what_is_due_next_and_when(
    board: Board, happened: tuple[Happened, ...], due_on: date, next_step: str
) -> None:
    board.tell(case(*happened), case(*DETECTED, case_id="case-2"))
    with board.reading() as connection:
        found = {q.case_id: q for q in queue(connection, QueueFilters(), day(0))}
    assert (found["case-1"].due_on, found["case-1"].next_step) == (due_on, next_step)
    assert found["case-2"].due_on == day(7)


def test_due_today_is_not_overdue(board: Board) -> None:
    board.tell(
        case(*DETECTED),
        case((day(1), DETECTED[0]), case_id="case-2"),
        case((day(2), DETECTED[0]), case_id="case-3"),
    )
    with board.reading() as connection:
        seen = [(q.case_id, q.overdue, q.days_overdue) for q in queue(connection, QueueFilters(), day(8))]
        overdue = queue(connection, QueueFilters(overdue=True), day(8))
    assert seen == [("case-1", True, 1), ("case-2", False, 0), ("case-3", False, 0)]
    assert [q.case_id for q in overdue] == ["case-1"]


def test_days_are_counted_from_the_day_one_looks(board: Board) -> None:
    board.tell(
        case(
            *TWO_NEEDS[:-1],
            (day(10), TWO_NEEDS[-1]),
            (day(12), REACHED),
            (day(15), MISSED),
            NeedDropped(need_id="n1", reason="declined"),
        ),
        case(*DETECTED, case_id="case-2"),
    )
    with board.reading() as connection:
        one, other = sorted(queue(connection, QueueFilters(), day(20)), key=lambda q: q.case_id)
    assert (one.state, one.entered_on, one.days_in_state) == ("plan_built", day(0), 20)
    assert (one.last_reached_on, one.days_since_reached) == (day(12), 8)
    assert (one.open_needs, one.detected_on, one.counsellor) == (1, day(0), "marie")
    assert (other.last_reached_on, other.days_since_reached) == (None, None)
    assert (other.open_needs, other.counsellor, other.suspended_until) == (1, None, None)


def test_a_closed_case_leaves_the_queue(board: Board) -> None:
    board.tell(case(*CONSENTED), case(*DETECTED, case_id="case-2"))
    board.tell(case(*closed(*CONSENTED)))
    with board.reading() as connection:
        assert [q.case_id for q in queue(connection, QueueFilters(), day(0))] == ["case-2"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (QueueFilters(), ["c1", "c2", "c3", "c4", "c5", "c6"]),
        (QueueFilters(organisation="gard"), ["c1", "c2", "c3", "c4"]),
        (QueueFilters(organisation="gard", counsellor="marie"), ["c2", "c4"]),
        (QueueFilters(organisation="gard", counsellor="paul"), ["c3"]),
        (QueueFilters(organisation="gard", unassigned=True), ["c1"]),
        (QueueFilters(organisation="gard", mine_or_unassigned="marie"), ["c1", "c2", "c4"]),
        (QueueFilters(organisation="gard", mine_or_unassigned="marie", limit=2), ["c1", "c2"]),
        (QueueFilters(organisation="isere", mine_or_unassigned="marie"), ["c5"]),
        (QueueFilters(organisation="gard", mine_or_unassigned="marie", state="consented"), ["c4"]),
        (QueueFilters(organisation="gard", mine_or_unassigned="marie", overdue=True), ["c1"]),
        (QueueFilters(organisation="gard", mine_or_unassigned="marie", after=(day(7), "c1")), ["c2", "c4"]),
        (QueueFilters(state="detected"), ["c1", "c2", "c3", "c5", "c6"]),
        (QueueFilters(state="care_performed"), []),
        (QueueFilters(limit=3), ["c1", "c2", "c3"]),
        (QueueFilters(after=(day(9), "c3"), limit=2), ["c4", "c5"]),
    ],
)
def test_whose_queue_it_is(board: Board, filters: QueueFilters, expected: list[str]) -> None:
    def detected(number: int) -> Happened:
        return day(number - 1), DETECTED[0]

    board.tell(
        case(detected(1), case_id="c1"),
        case(detected(2), *ACCEPTED[1:], case_id="c2"),
        case(
            detected(3),
            *ACCEPTED[1:],
            CounsellorReassigned(counsellor="paul", reason="absence"),
            case_id="c3",
        ),
        case((day(-4), DETECTED[0]), ACCEPTED[1], (day(-4), CONSENTED[2]), case_id="c4"),
        case(detected(5), case_id="c5", organisation="isere"),
        case(detected(6), ACCEPTED[1], CaseTransferred(to_organisation="herault"), case_id="c6"),
    )
    with board.reading() as connection:
        found = queue(connection, filters, day(8))
        dues = [q.due_on for q in found]
    assert [q.case_id for q in found] == expected
    assert dues == sorted(dues)


ROWS = st.lists(
    st.builds(
        QueueRow,
        case_id=st.text("abcdef0123456789-", min_size=4, max_size=6),
        organisation=st.sampled_from(("gard", "isere")),
        counsellor=st.sampled_from(("marie", "paul", None)),
        state=st.sampled_from(("detected", "plan_built")),
        entered_on=st.integers(0, 3).map(day),
        detected_on=st.integers(-3, 0).map(day),
        due_on=st.integers(0, 5).map(day),
        next_step=st.just("call_person"),
        last_reached_on=st.sampled_from((None, day(-1), day(0), day(1))),
        suspended_until=st.sampled_from((None, day(4))),
        open_needs=st.integers(0, 3),
    ),
    max_size=25,
    unique_by=lambda row: row.case_id,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=ROWS,
    limit=st.integers(1, 6),
    mine=st.booleans(),
    organisation=st.sampled_from(("gard", None)),
    overdue=st.sampled_from((False, False, True)),
    suspended=st.sampled_from((None, None, None, True, False)),
    not_reached_for=st.sampled_from((None, None, 3, 4)),
    sort=st.sampled_from(get_args(Sort)),
)
def test_pages_put_together_are_the_queue_without_loss_or_duplicates(
    board: Board,
    rows: list[QueueRow],
    limit: int,
    mine: bool,
    organisation: str | None,
    overdue: bool,
    suspended: bool | None,
    not_reached_for: int | None,
    sort: Sort,
) -> None:
    """In every order, under every filter."""
    board.replace(COUNSELLOR_QUEUE, rows)
    today = day(3)

    def silent_since(row: QueueRow) -> date:
        return row.last_reached_on or row.detected_on

    days: dict[Sort, Callable[[QueueRow], date]] = {
        "due": lambda row: row.due_on,
        "in_state": lambda row: row.entered_on,
        "without_contact": silent_since,
        "detected": lambda row: row.detected_on,
    }
    expected = [
        row
        for row in sorted(rows, key=lambda row: (days[sort](row), row.case_id), reverse=sort == "detected")
        if organisation in (None, row.organisation)
        and (not mine or row.counsellor in (None, "marie"))
        and (not overdue or row.due_on < today)
        and suspended in (None, row.suspended_until is not None)
        and (not_reached_for is None or (today - silent_since(row)).days >= not_reached_for)
    ]
    seen: list[str] = []
    after: Keyset | None = None
    with board.reading() as connection:
        while True:
            filters = QueueFilters(
                organisation=organisation,
                mine_or_unassigned="marie" if mine else None,
                overdue=overdue,
                suspended=suspended,
                not_reached_for=not_reached_for,
                sort=sort,
                after=after,
                limit=limit,
            )
            found = queue(connection, filters, today)
            seen += [q.case_id for q in found]
            if len(found) < limit:
                break
            after = keyset(found[-1], sort)
    assert seen == [row.case_id for row in expected]


def test_the_day_itself_is_never_stored(board: Board) -> None:
    """Overdue and days in state change overnight without a write: no column may hold them."""
    assert {column.name for column in QUEUE.columns}.isdisjoint({"overdue", "days_in_state", "days_overdue"})
    board.tell(case(*DETECTED), case(*DETECTED, case_id="case-2"))
    with board.reading() as connection:
        today, tomorrow = (queue(connection, QueueFilters(), day(7) + timedelta(d)) for d in (0, 1))
    assert [q.overdue for q in today + tomorrow] == [False, False, True, True]


@pytest.mark.parametrize("sort", get_args(Sort))
@pytest.mark.parametrize("mine", [True, False])
def test_every_order_reads_one_cell_by_an_index(board: Board, sort: Sort, mine: bool) -> None:
    """The earliest due are not even sorted."""
    filters = QueueFilters(organisation="gard", mine_or_unassigned="marie" if mine else None, sort=sort)
    with board.reading() as connection:
        plan = plan_of(connection, lambda: queue(connection, filters, day(30)))
    assert re.search("queue_of_counsellor" if mine else "queue_of_(counsellor|organisation)", plan), plan
    assert "SCAN" not in plan
    assert "Seq Scan" not in plan
    if sort == "due":
        assert "TEMP B-TREE" not in plan
