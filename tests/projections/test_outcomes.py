"""What came of the cases: closed ones only, several outcomes a case, shares of the closed and of the opened."""

from __future__ import annotations

import pytest

from domain.events.care import ActionCompleted, CarePerformed, PlannedAction, PlanRevised
from domain.events.follow_up import (
    CaseReopened,
    CaseTransferred,
    PartnerAccepted,
    PartnerDeclined,
    ReferredOnward,
)
from domain.events.funding import FundingDecided, FundingRequested, InstalmentsAgreed, QuoteRecorded
from domain.vocabulary import ActionKind, Outcome
from projections.figures import Group, Value
from projections.outcomes import report
from projections.statistics import Filters, GroupBy
from tests.builders import CONSENTED, DETECTED, PLAN_BUILT, Events, Happened, closed, day
from tests.projections.board import Board, case

CARE: Events = (CarePerformed(need_id="n1"),)
QUOTE: Events = (
    QuoteRecorded(quote_id="q1", need_id="n1", total_cents=90_000),
    FundingRequested(request_id="r1", quote_id="q1", funder="fass", amount_cents=50_000),
)


def planned(kind: ActionKind, right: str | None = None, partner: str | None = None) -> Events:
    """Return an action of some kind, and its completion."""
    action = PlannedAction(
        action_id="a2", level=kind.level.value, kind=kind.value, due_on=day(60), partner=partner
    )
    return PlanRevised(actions=[action]), ActionCompleted(action_id="a2", right=right)


def told(board: Board, filters: Filters | None = None) -> Group:
    """Return the one group of an ungrouped report."""
    with board.reading() as connection:
        (group,) = report(connection, filters or Filters())
    return group


def figures(
    cases: int, of_closed: float | None, of_opened: float | None, share_of_parent: float | None = None
) -> dict[str, Value]:
    """Return the figures of an outcome."""
    return {
        "cases": cases,
        "share_of_closed": of_closed,
        "share_of_opened": of_opened,
        "share_of_parent": share_of_parent,
    }


def labels(board: Board) -> set[str]:
    """Return the outcomes that any case has."""
    return {line.code for line in told(board).lines if line.values["cases"]}


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        ((), set()),
        (CARE, {"care_performed"}),
        (planned(ActionKind.REQUEST_CSS), set()),
        (planned(ActionKind.REQUEST_CSS, "css"), {"rights_opened", "rights_css"}),
        (
            planned(ActionKind.CHOOSE_COMPLEMENTARY, "complementary"),
            {"rights_opened", "rights_complementary"},
        ),
        (planned(ActionKind.UPDATE_FILE, "file_updated"), {"rights_opened", "rights_file_updated"}),
        (planned(ActionKind.BOOK_APPOINTMENT), {"oriented"}),
        (planned(ActionKind.BOOK_APPOINTMENT, partner="hospital_pass"), {"oriented", "partner_cooperation"}),
        (planned(ActionKind.OPEN_ACCOUNT), {"digital_help"}),
        (planned(ActionKind.HEALTH_EXAM), {"prevention"}),
        (planned(ActionKind.HEALTH_EXAM)[:1], set()),
        (planned(ActionKind.OBTAIN_QUOTES), set()),
        (QUOTE, set()),
        ((*QUOTE, FundingDecided(request_id="r1", granted_cents=0)), set()),
        ((*QUOTE, FundingDecided(request_id="r1", granted_cents=1)), {"financial_support"}),
        (
            (*QUOTE, InstalmentsAgreed(quote_id="q1", person_share_cents=90_000, instalments=3)),
            {"financial_support"},
        ),
        ((ReferredOnward(partner="ccas", to_state="referred_onward"),), set()),
        (
            (
                ReferredOnward(partner="ccas", to_state="referred_onward"),
                PartnerDeclined(to_state="plan_built"),
            ),
            set(),
        ),
        (
            (ReferredOnward(partner="ccas", to_state="referred_onward"), PartnerAccepted()),
            {"partner_cooperation"},
        ),
    ],
)
def test_what_makes_an_outcome(board: Board, happened: Events, expected: set[str]) -> None:
    board.tell(case(*closed(*PLAN_BUILT, *happened)), case(*PLAN_BUILT, *CARE, *QUOTE, case_id="case-2"))
    assert labels(board) == expected


def test_a_case_may_have_several_and_shares_are_of_closed_and_of_opened(board: Board) -> None:
    rights = planned(ActionKind.REQUEST_CSS, "css")
    file = planned(ActionKind.UPDATE_FILE, "file_updated")
    board.tell(
        case(*closed(*PLAN_BUILT, *CARE, *rights)),
        case(*closed(*PLAN_BUILT, *rights), case_id="case-2"),
        case(*closed(*PLAN_BUILT, *file), case_id="case-3"),
        case(*PLAN_BUILT, *CARE, *rights, case_id="case-4"),
        case(*DETECTED, case_id="case-5"),
    )
    group = told(board)
    assert group.totals == {"opened": 5, "closed": 3}
    assert [line.code for line in group.lines] == [outcome.value for outcome in Outcome]
    assert group.line("care_performed").values == figures(1, 33.33, 20.0)
    assert group.line("rights_opened").values == figures(3, 100.0, 60.0)
    assert group.line("rights_css").values == figures(2, 66.67, 40.0, share_of_parent=66.67)
    assert group.line("rights_file_updated").values == figures(1, 33.33, 20.0, share_of_parent=33.33)
    assert group.line("rights_complementary").values == figures(0, 0.0, 0.0, share_of_parent=0.0)
    assert group.line("prevention").values == figures(0, 0.0, 0.0)


def test_the_same_right_twice_is_one_outcome(board: Board) -> None:
    again = PlannedAction(action_id="a3", level="rights", kind="request_css", due_on=day(60))
    board.tell(
        case(
            *closed(
                *PLAN_BUILT,
                *planned(ActionKind.REQUEST_CSS, "css"),
                PlanRevised(actions=[again]),
                ActionCompleted(action_id="a3", right="css"),
            )
        ),
        case(*closed(*PLAN_BUILT), case_id="case-2"),
    )
    assert told(board).line("rights_css").values["cases"] == 1


def test_shares_of_nothing_are_no_shares(board: Board) -> None:
    group = told(board)
    assert group.totals == {"opened": 0, "closed": 0}
    assert group.line("care_performed").values == figures(0, None, None)
    assert group.line("rights_css").values == figures(0, None, None, share_of_parent=None)


def test_opened_is_dated_by_the_detection_and_closed_by_the_closing(board: Board) -> None:
    board.tell(
        case(*CONSENTED, *CARE, (day(40), closed()[-1])),
        case((day(40), DETECTED[0]), case_id="case-2"),
    )
    with board.reading() as connection:
        months = {g.group: g for g in report(connection, Filters(group_by=GroupBy.MONTH))}
    assert {m: (*g.totals.values(), g.line("care_performed").values["cases"]) for m, g in months.items()} == {
        "2026-03": (1, 0, 0),
        "2026-04": (1, 1, 1),
    }
    april = told(board, Filters(since=day(40), until=day(40)))
    assert april.totals == {"opened": 1, "closed": 1}
    assert april.line("care_performed").values == figures(1, 100.0, 100.0)


def test_a_reopened_case_is_open_again_until_its_next_closing(board: Board) -> None:
    once: tuple[Happened, ...] = (*CONSENTED, *CARE, (day(40), closed()[-1]))
    board.tell(case(*once), case(*closed(*CONSENTED), case_id="case-2"))
    assert told(board).totals["closed"] == 2
    reopened: tuple[Happened, ...] = (*once, (day(50), CaseReopened(reason="new_need", to_state="consented")))
    board.tell(case(*reopened))
    assert told(board).totals == {"opened": 2, "closed": 1}
    assert labels(board) == set()
    board.tell(case(*reopened, (day(90), closed()[-1])))
    assert told(board, Filters(since=day(90), until=day(90))).totals["closed"] == 1
    assert told(board, Filters(since=day(40), until=day(40))).totals["closed"] == 0


def test_a_transferred_case_was_opened_here_and_is_closed_there(board: Board) -> None:
    board.tell(
        case(*closed(*CONSENTED, CaseTransferred(to_organisation="isere"), *CARE)),
        case(*closed(*CONSENTED), case_id="case-2"),
    )
    with board.reading() as connection:
        groups = {g.group: g for g in report(connection, Filters(group_by=GroupBy.ORGANISATION))}
    assert {o: (*g.totals.values(), g.line("care_performed").values["cases"]) for o, g in groups.items()} == {
        "gard": (2, 1, 0),
        "isere": (0, 1, 1),
    }
    assert groups["isere"].line("care_performed").values == figures(1, 100.0, None)
