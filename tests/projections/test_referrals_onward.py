"""The partners that people are sent on to, and what they answer."""

from __future__ import annotations

from typing import Any

import pytest

from domain.event import Payload
from domain.events.follow_up import (
    CaseReopened,
    CaseTransferred,
    PartnerAccepted,
    PartnerCompleted,
    PartnerDeclined,
    ReferralExpired,
    ReferredOnward,
)
from domain.vocabulary import Partner
from projections.figures import Group
from projections.referrals_onward import TABLE, ReferralRow, report
from projections.statistics import Filters, GroupBy
from tests.builders import PLAN_BUILT, Happened, closed, day
from tests.projections.board import Board, case

COLUMNS = ("known", "accepted", "completed", "declined", "no_answer", "waiting")
COMPLETED = PartnerCompleted(reason="partner", to_state="closed")
DECLINED = PartnerDeclined(to_state="plan_built")
EXPIRED = ReferralExpired(to_state="plan_built")
CLOSING = closed()[-1]
AGAIN = CaseReopened(reason="new_need", to_state="referred_onward")


def sent(partner: str = "ccas") -> Payload:
    """Send the person on."""
    return ReferredOnward(partner=partner, to_state="referred_onward")


def told(board: Board, filters: Filters | None = None) -> Group:
    """Return the one group of an ungrouped report."""
    with board.reading() as connection:
        (group,) = report(connection, filters or Filters())
    return group


def figures(group: Group, *columns: str) -> dict[str, tuple[Any, ...]]:
    """Return some columns of the partners that people were sent to."""
    return {
        line.code: tuple(line.values[column] for column in columns)
        for line in group.lines
        if line.values["known"] or line.values["waiting"]
    }


@pytest.mark.parametrize(
    ("happened", "expected", "days"),
    [
        ((), (0, 0, 0, 0, 0, 1), None),
        (((day(9), PartnerAccepted()),), (1, 1, 0, 0, 0, 0), 4),
        (((day(9), PartnerAccepted()), (day(30), COMPLETED)), (1, 1, 1, 0, 0, 0), 4),
        (((day(30), COMPLETED),), (1, 1, 1, 0, 0, 0), 25),
        (((day(8), DECLINED),), (1, 0, 0, 1, 0, 0), 3),
        # Taken up again and completed once more, it was answered the first time.
        (((day(8), COMPLETED), (day(9), AGAIN), (day(30), COMPLETED)), (1, 1, 1, 0, 0, 0), 3),
        (((day(9), PartnerAccepted()), (day(30), DECLINED)), (1, 0, 0, 1, 0, 0), 4),
        (((day(40), EXPIRED),), (1, 0, 0, 0, 1, 0), None),
        # Closed before the partner said anything, and for a case taken on, after they had.
        (((day(40), CLOSING),), (1, 0, 0, 0, 1, 0), None),
        (((day(9), PartnerAccepted()), (day(40), CLOSING)), (1, 1, 0, 0, 0, 0), 4),
        (
            ((day(40), CLOSING), (day(50), AGAIN)),
            (0, 0, 0, 0, 0, 1),
            None,
        ),
    ],
)
def test_what_a_partner_answered(
    board: Board, happened: tuple[Happened, ...], expected: tuple[int, ...], days: int | None
) -> None:
    board.tell(
        case(*PLAN_BUILT, (day(5), sent()), *happened),
        case(*PLAN_BUILT, (day(5), sent("caf")), case_id="case-2"),
    )
    assert ReferralRow(*board.rows(TABLE)[0]).days_to_answer == days
    assert figures(told(board), *COLUMNS) == {"ccas": expected, "caf": (0, 0, 0, 0, 0, 1)}
    assert told(board).line("ccas").values["median_days"] == days
    assert told(board).totals == {"total": expected[0]}


def test_a_case_may_be_sent_on_again(board: Board) -> None:
    board.tell(
        case(*PLAN_BUILT, (day(1), sent()), (day(4), DECLINED), (day(5), sent("caf"))),
        case(*PLAN_BUILT, (day(1), sent()), (day(40), EXPIRED), (day(41), sent()), case_id="case-2"),
    )
    assert figures(told(board), *COLUMNS) == {"ccas": (2, 0, 0, 1, 1, 1), "caf": (0, 0, 0, 0, 0, 1)}
    assert [row[:2] for row in board.rows(TABLE)] == [
        ("case-1", 1),
        ("case-1", 2),
        ("case-2", 1),
        ("case-2", 2),
    ]


def test_every_partner_and_the_median_of_the_answers(board: Board) -> None:
    answers = {"case-1": 1, "case-2": 4, "case-3": 20, "case-4": 21}
    board.tell(
        *(
            case(*PLAN_BUILT, (day(5), sent()), (day(5 + taken), PartnerAccepted()), case_id=case_id)
            for case_id, taken in answers.items()
        ),
        case(*PLAN_BUILT, (day(5), sent()), (day(36), EXPIRED), case_id="case-5"),
        case(*PLAN_BUILT, (day(5), sent()), case_id="case-6"),
    )
    group = told(board)
    assert [line.code for line in group.lines] == [partner.value for partner in Partner]
    # Four of the five that wait no longer; of four days the median lies half-way.
    assert (group.line("ccas").values["share_accepted"], group.line("ccas").values["median_days"]) == (
        80.0,
        12.0,
    )
    assert group.line("town").values["share_accepted"] is group.line("town").values["median_days"] is None


def test_a_referral_counts_where_and_when_it_was_made(board: Board) -> None:
    board.tell(
        case(
            *PLAN_BUILT,
            (day(5), sent()),
            (day(8), DECLINED),
            (day(9), CaseTransferred(to_organisation="isere")),
            (day(40), sent()),
            (day(50), PartnerAccepted()),
        ),
        case(*PLAN_BUILT, (day(40), sent("caf")), organisation="herault", case_id="case-2"),
    )
    with board.reading() as connection:
        cells = report(connection, Filters(group_by=GroupBy.ORGANISATION))
        months = report(connection, Filters(group_by=GroupBy.MONTH))
    assert {group.group: figures(group, "accepted", "declined", "waiting") for group in cells} == {
        "gard": {"ccas": (0, 1, 0)},
        "herault": {"caf": (0, 0, 1)},
        "isere": {"ccas": (1, 0, 0)},
    }
    assert {group.group: figures(group, "known", "waiting") for group in months} == {
        "2026-03": {"ccas": (1, 0)},
        "2026-04": {"ccas": (1, 0), "caf": (0, 1)},
    }
    asked = told(board, Filters(since=day(40), until=day(40)))
    assert figures(asked, "known", "waiting") == {"ccas": (1, 0), "caf": (0, 1)}
