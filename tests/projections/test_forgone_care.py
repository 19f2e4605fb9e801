"""What people gave up, why, and what became of it: a need has one type and several reasons."""

from __future__ import annotations

from datetime import date

import pytest

from domain.events.care import CarePerformed, NeedAdded, NeedDropped
from domain.events.follow_up import CaseReopened, CaseTransferred, FactCorrected
from domain.events.intake import ConsentRefused, DetectedNeed
from domain.vocabulary import CareType, ForgoingReason
from projections.figures import Group, Value
from projections.forgone_care import TABLE, NeedRow, report_reasons, report_types
from projections.statistics import Filters, GroupBy
from tests.builders import CONSENTED, Happened, closed, day, detection
from tests.projections.board import Board, case

PERFORMED = CarePerformed(need_id="n1")
CLOSING = closed()[-1]


def types(board: Board, filters: Filters | None = None) -> Group:
    """Return the one group by type."""
    with board.reading() as connection:
        (group,) = report_types(connection, filters or Filters())
    return group


def reasons(board: Board, filters: Filters | None = None) -> Group:
    """Return the one group by reason."""
    with board.reading() as connection:
        (group,) = report_reasons(connection, filters or Filters())
    return group


def counted(group: Group) -> dict[str, Value]:
    """Return the needs of the lines that have any."""
    return {line.code: line.values["needs"] for line in group.lines if line.values["needs"]}


def optical(need_id: str, *why: str) -> NeedAdded:
    """Name another need."""
    return NeedAdded(need_id=need_id, care_type="optical", reasons=list(why or ("fear",)))


@pytest.mark.parametrize(
    ("happened", "status", "days"),
    [
        ((), "open", None),
        (((day(30), PERFORMED),), "performed", 30),
        (((day(30), PERFORMED), CLOSING), "performed", 30),
        ((NeedDropped(need_id="n1", reason="declined"),), "dropped", None),
        ((NeedDropped(need_id="n1", reason="declined"), CLOSING), "dropped", None),
        (((day(9), CLOSING),), "unmet", None),
        (((day(9), ConsentRefused(to_state="closed")),), "unmet", None),
        (((day(9), CLOSING), (day(12), CaseReopened(reason="new_need", to_state="consented"))), "open", None),
    ],
)
def test_what_became_of_a_need(
    board: Board, happened: tuple[Happened, ...], status: str, days: int | None
) -> None:
    board.tell(case(*CONSENTED, *happened), case(*CONSENTED, (day(12), PERFORMED), case_id="case-2"))
    row = NeedRow(*board.rows(TABLE)[0])
    assert (row.status, row.days_to_care) == (status, days)
    figures = types(board).line("dental_prosthetic").values
    became = {"open": 0, "performed": 1, "dropped": 0, "unmet": 0}
    became[status] += 1
    ended = 2 - became["open"]
    assert figures == {
        "needs": 2,
        "share": 100.0,
        "open": became["open"],
        "ended": ended,
        "performed": became["performed"],
        "share_performed": round(100 * became["performed"] / ended, 2),
        "not_performed": became["dropped"] + became["unmet"],
        "dropped": became["dropped"],
    }


def test_needs_by_type_with_their_shares(board: Board) -> None:
    board.tell(
        case(*CONSENTED, optical("n2"), (day(20), PERFORMED)),
        case(*CONSENTED, optical("n2"), optical("n3"), (day(20), CLOSING), case_id="case-2"),
        case((day(0), detection("gp")), organisation="isere", case_id="case-3"),
    )
    group = types(board)
    assert [line.code for line in group.lines] == [care_type.value for care_type in CareType]
    assert group.totals["total"] == 6
    assert counted(group) == {"dental_prosthetic": 2, "optical": 3, "gp": 1}
    assert group.line("optical").values == {
        "needs": 3,
        "share": 50.0,
        "open": 1,
        "ended": 2,
        "performed": 0,
        "share_performed": 0.0,
        "not_performed": 2,
        "dropped": 0,
    }
    assert group.line("dental_prosthetic").values["share_performed"] == 50.0
    assert group.line("gp").values["share_performed"] is None
    assert counted(types(board, Filters(organisations=("isere",)))) == {"gp": 1}


def test_a_need_counts_in_each_of_its_reasons(board: Board) -> None:
    board.tell(
        case(*CONSENTED, optical("n2", "fear", "distance"), (day(20), PERFORMED)),
        case(*CONSENTED, optical("n2", "fear", "advance_of_fees", "rest_to_pay"), case_id="case-2"),
    )
    group = reasons(board)
    assert [line.code for line in group.lines] == [reason.value for reason in ForgoingReason]
    assert counted(group) == {"rest_to_pay": 3, "advance_of_fees": 1, "fear": 2, "distance": 1}
    assert [group.line(code).values["share"] for code in ("rest_to_pay", "fear", "distance")] == [
        75.0,
        50.0,
        25.0,
    ]
    assert group.line("rest_to_pay").values["performed"] == 1
    # Two financial reasons of one need are one need with a financial reason.
    assert group.totals == {"total": 4, "financial": 3, "share_financial": 75.0}


def test_half_of_what_is_known_had_been_given_up_for_two_years(board: Board) -> None:
    def since(on: date | None, case_id: str) -> None:
        need = DetectedNeed("gp", ["fear"], on)
        board.tell(case((date(2026, 3, 2), detection(needs=[need])), case_id=case_id))

    since(date(2024, 3, 2), "case-1")  # 730 days
    since(date(2024, 3, 3), "case-2")
    since(date(2020, 1, 1), "case-3")
    since(date(2026, 3, 1), "case-4")
    since(None, "case-5")
    assert types(board).totals == {
        "total": 5,
        "dated": 4,
        "two_years": 2,
        "share_two_years": 50.0,
        "mistaken": 0,
    }


def test_a_need_entered_by_mistake_counts_apart_and_nowhere_else(board: Board) -> None:
    mistake = NeedDropped(need_id="n1", reason="entered_by_mistake")
    board.tell(case(*CONSENTED, optical("n2"), mistake), case(*CONSENTED, case_id="case-2"))
    assert counted(types(board)) == {"optical": 1, "dental_prosthetic": 1}
    assert (types(board).totals["total"], types(board).totals["mistaken"]) == (2, 1)
    assert counted(reasons(board)) == {"fear": 1, "rest_to_pay": 1}
    assert reasons(board).totals["total"] == 2


def test_a_need_counts_where_and_when_it_was_named(board: Board) -> None:
    moved = CaseTransferred(to_organisation="isere")
    board.tell(
        case(*CONSENTED, (day(20), moved), (day(40), optical("n2")), (day(50), PERFORMED)),
        case((day(40), detection("gp")), organisation="herault", case_id="case-2"),
    )
    with board.reading() as connection:
        cells = report_types(connection, Filters(group_by=GroupBy.ORGANISATION))
        months = report_reasons(connection, Filters(group_by=GroupBy.MONTH))
    assert {group.group: counted(group) for group in cells} == {
        "gard": {"dental_prosthetic": 1},
        "herault": {"gp": 1},
        "isere": {"optical": 1},
    }
    assert {group.group: counted(group) for group in months} == {
        "2026-03": {"rest_to_pay": 1},
        "2026-04": {"rest_to_pay": 1, "fear": 1},
    }
    assert counted(types(board, Filters(since=day(40), until=day(40)))) == {"optical": 1, "gp": 1}


def test_the_days_to_the_care_run_from_the_day_the_need_was_named(board: Board) -> None:
    cared = (day(50), CarePerformed(need_id="n2"))
    board.tell(
        case(*CONSENTED, (day(40), optical("n2")), cared, (day(60), PERFORMED)),
        case(*CONSENTED, case_id="case-2"),
    )
    assert [NeedRow(*row).days_to_care for row in board.rows(TABLE)] == [60, 10, None]


def test_a_corrected_need_counts_as_what_it_is(board: Board) -> None:
    added = case(*CONSENTED, optical("n2"))
    board.tell(added, case(*CONSENTED, case_id="case-2"))
    assert counted(types(board)) == {"dental_prosthetic": 2, "optical": 1}
    changes = {"care_type": "hearing", "reasons": ["distance"], "occurred_on": "2026-04-20"}
    board.tell(case(*CONSENTED, optical("n2"), FactCorrected(corrects=4, changes=changes)))
    assert counted(types(board)) == {"dental_prosthetic": 2, "hearing": 1}
    assert counted(reasons(board)) == {"rest_to_pay": 2, "distance": 1}
    assert counted(types(board, Filters(since=date(2026, 4, 20)))) == {"hearing": 1}
