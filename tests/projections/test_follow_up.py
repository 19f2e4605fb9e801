"""How soon people are reached, and by how many counsellors they are followed."""

from __future__ import annotations

import pytest

from domain.events.follow_up import CaseClosed, CaseReopened, CaseTransferred, ContactLogged, FactCorrected
from domain.events.intake import (
    ConsentRecorded,
    ConsentRefused,
    CounsellorAssigned,
    CounsellorReassigned,
    ReferralAccepted,
    ReferralRejected,
)
from projections.figures import Group
from projections.follow_up import TABLE, FollowUpRow, report_continuity, report_first_contact
from projections.statistics import Filters, GroupBy
from tests.builders import DETECTED, Happened, day
from tests.projections.board import Board, case

CLOSING = CaseClosed(reason="moved", to_state="closed")
REACHED = ContactLogged(channel="phone", direction="outbound", reached=True)
MISSED = ContactLogged(channel="phone", direction="outbound", reached=False)


def by(counsellor: str) -> ReferralAccepted:
    """Accept a referral, in somebody's hands."""
    return ReferralAccepted(counsellor=counsellor)


def handed_to(counsellor: str) -> CounsellorReassigned:
    """Give the case to somebody else."""
    return CounsellorReassigned(counsellor=counsellor, reason="absence")


def continuity(board: Board, filters: Filters | None = None) -> dict[str, tuple[object, ...]]:
    """Return the figures of each group."""
    with board.reading() as connection:
        groups = report_continuity(connection, filters or Filters())
    return {group.group: tuple(group.totals.values()) for group in groups}


def first_contact(board: Board, filters: Filters | None = None) -> Group:
    """Return the one group of an ungrouped report."""
    with board.reading() as connection:
        (group,) = report_first_contact(connection, filters or Filters())
    return group


# ---------------------------------------------------------------- one counsellor to the end


@pytest.mark.parametrize(
    ("happened", "counsellors", "same"),
    [
        ((by("marie"),), 1, True),
        ((CounsellorAssigned(counsellor="marie"), by("marie")), 1, True),
        ((by("marie"), handed_to("paul")), 2, False),
        # Back in the first hands, it has been in others all the same, and they count once each.
        ((by("marie"), handed_to("paul"), handed_to("marie")), 2, False),
        (
            (by("marie"), CaseTransferred(to_organisation="isere"), CounsellorAssigned(counsellor="ines")),
            2,
            False,
        ),
        # Transferred and never taken up there: one counsellor, but not to the end.
        ((by("marie"), CaseTransferred(to_organisation="isere")), 1, False),
        ((), 0, False),
    ],
)
def test_who_followed_a_closed_case(
    board: Board, happened: tuple[Happened, ...], counsellors: int, same: bool
) -> None:
    board.tell(
        case(*DETECTED, *happened, (day(40), CLOSING)),
        case(*DETECTED, by("paul"), (day(40), CLOSING), case_id="case-2"),
        case(*DETECTED, by("paul"), handed_to("marie"), case_id="case-3"),
    )
    row = FollowUpRow(*board.rows(TABLE)[0])
    assert (row.counsellors, row.same_counsellor) == (counsellors, same)
    followed = 2 if counsellors else 1
    share = round(100 * (1 + same) / followed, 2)
    assert continuity(board) == {"": (followed, 1 + same, share, 2 - followed)}


def test_a_reopened_case_is_open_and_counts_again_with_all_who_followed_it(board: Board) -> None:
    once: tuple[Happened, ...] = (
        *DETECTED,
        by("marie"),
        (day(20), CLOSING),
        (day(40), CaseReopened(reason="new_need", to_state="detected")),
    )
    other = case(*DETECTED, by("paul"), (day(20), CLOSING), case_id="case-2")
    board.tell(case(*once), other)
    assert continuity(board) == {"": (1, 1, 100.0, 0)}
    board.tell(case(*once, handed_to("paul"), (day(60), CLOSING)))
    assert continuity(board) == {"": (2, 1, 50.0, 0)}
    assert continuity(board, Filters(since=day(60), until=day(60))) == {"": (1, 0, 0.0, 0)}


def test_a_closed_case_counts_where_and_when_it_was_closed(board: Board) -> None:
    rejected = ReferralRejected(reason="not_relevant", to_state="closed")
    moved = (CaseTransferred(to_organisation="isere"), CounsellorAssigned(counsellor="ines"))
    board.tell(
        case(*DETECTED, by("marie"), *moved, (day(40), CLOSING)),
        case(*DETECTED, by("paul"), (day(20), CLOSING), case_id="case-2"),
        case(*DETECTED, (day(20), rejected), case_id="case-3"),
        case(*DETECTED, by("bruno"), (day(20), CLOSING), organisation="herault", case_id="case-4"),
    )
    assert continuity(board, Filters(group_by=GroupBy.ORGANISATION)) == {
        "gard": (1, 1, 100.0, 1),
        "herault": (1, 1, 100.0, 0),
        "isere": (1, 0, 0.0, 0),
    }
    assert continuity(board, Filters(group_by=GroupBy.MONTH)) == {
        "2026-03": (2, 2, 100.0, 1),
        "2026-04": (1, 0, 0.0, 0),
    }
    assert continuity(board, Filters(since=day(20), until=day(20), organisations=("gard",))) == {
        "": (1, 1, 100.0, 1)
    }


def test_a_share_of_no_closed_case_is_none(board: Board) -> None:
    board.tell(case(*DETECTED, by("marie")), case(*DETECTED, (day(3), CLOSING), case_id="case-2"))
    assert continuity(board) == {"": (0, 0, None, 1)}


# ---------------------------------------------------------------- the first contact


@pytest.mark.parametrize(
    ("happened", "days"),
    [
        (((day(4), REACHED), (day(9), REACHED)), 4),
        (((day(2), MISSED), (day(9), REACHED)), 9),
        (((day(9), REACHED), (day(5), REACHED)), 5),  # entered late
        (((day(1), ContactLogged("email", "inbound", reached=True, party="partner")), (day(6), REACHED)), 6),
        (((day(0), REACHED),), 0),
        # Who consents, or refuses, is spoken to, logged or not.
        (((day(8), ConsentRecorded(to_state="consented")), (day(30), REACHED)), 8),
        (((day(3), REACHED), (day(8), ConsentRecorded(to_state="consented"))), 3),
        (((day(8), ConsentRefused(to_state="closed")),), 8),
        (((day(4), REACHED), (day(9), FactCorrected(corrects=2, changes={"occurred_on": "2026-03-04"}))), 2),
        (((day(4), REACHED), FactCorrected(corrects=2, changes={"reached": False}), (day(6), REACHED)), 6),
    ],
)
def test_the_first_successful_contact_with_the_person(
    board: Board, happened: tuple[Happened, ...], days: int
) -> None:
    board.tell(
        case(*DETECTED, *happened),
        case(*DETECTED, (day(20), REACHED), organisation="isere", case_id="case-2"),
    )
    row = FollowUpRow(*board.rows(TABLE)[0])
    assert (row.first_reached_on, row.days_to_contact) == (day(days), days)
    assert first_contact(board, Filters(organisations=("gard",))).totals["mean"] == days
    assert first_contact(board).totals["mean"] == (days + 20) / 2


def test_the_distribution_of_the_days(board: Board) -> None:
    board.tell(
        *(
            case(*DETECTED, (day(taken), REACHED), case_id=f"case-{number}")
            for number, taken in enumerate((0, 1, 7, 8, 14))
        )
    )
    # Mean 30 / 5; squares 36 + 25 + 1 + 4 + 64 = 130, over 4; p90 between the fourth (8) and the fifth (14).
    assert first_contact(board).totals == {
        "detected": 5,
        "n": 5,
        "mean": 6.0,
        "sd": 5.7,
        "median": 7.0,
        "p90": 11.6,
        "within_7": 3,
        "share_within_7": 60.0,
        "waiting": 0,
        "never": 0,
        "missing": 0,
    }


def test_who_was_not_reached_is_counted_apart(board: Board) -> None:
    rejected = ReferralRejected(reason="not_relevant", to_state="closed")
    board.tell(
        case(*DETECTED, by("marie"), (day(3), MISSED)),
        case(*DETECTED, (day(3), rejected), case_id="case-2"),
        case(*DETECTED, by("marie"), (day(3), MISSED), (day(40), CLOSING), case_id="case-3"),
        case((day(2), DETECTED[0]), (day(1), REACHED), case_id="case-4"),
        case(*DETECTED, (day(5), REACHED), case_id="case-5"),
    )
    totals = first_contact(board).totals
    counts = {code: totals[code] for code in ("detected", "n", "waiting", "never", "missing", "mean")}
    assert counts == {"detected": 5, "n": 1, "waiting": 1, "never": 2, "missing": 1, "mean": 5.0}


def test_a_referral_counts_where_and_when_it_was_received(board: Board) -> None:
    moved = CaseTransferred(to_organisation="isere")
    board.tell(
        case(*DETECTED, moved, (day(5), REACHED)),
        case((day(40), DETECTED[0]), (day(41), REACHED), organisation="herault", case_id="case-2"),
    )
    with board.reading() as connection:
        cells = report_first_contact(connection, Filters(group_by=GroupBy.ORGANISATION))
    assert {group.group: group.totals["mean"] for group in cells} == {"gard": 5.0, "herault": 1.0}
    assert first_contact(board, Filters(since=day(40), until=day(40))).totals["n"] == 1
    assert first_contact(board, Filters(since=day(5), until=day(5))).totals["n"] == 0


def test_without_anybody_reached_there_is_no_figure(board: Board) -> None:
    board.tell(case(*DETECTED), case(*DETECTED, case_id="case-2"))
    totals = first_contact(board).totals
    assert (totals["n"], totals["waiting"], totals["within_7"]) == (0, 2, 0)
    assert totals["mean"] is totals["median"] is totals["p90"] is totals["share_within_7"] is None
