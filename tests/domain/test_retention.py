"""From which day on a case is kept: what happened with the person counts, what is done to the file does not."""

from __future__ import annotations

import pytest

from domain.event import Payload
from domain.events.follow_up import CaseClosed, ContactLogged, FactCorrected
from domain.events.intake import CounsellorReassigned
from domain.events.privacy import CaseArchived, CaseRestored, IdentityRectified
from domain.retention import kept_since, last_contact
from tests.builders import PLAN_BUILT, closed, day, history

CALLED = ContactLogged(channel="phone", direction="outbound", reached=False)
CLOSED = CaseClosed(reason="moved", to_state="closed")


def test_the_last_contact_is_the_last_day_something_happened_with_the_person() -> None:
    """In whichever order it was entered; a call that nobody answered is work for them, too."""
    assert last_contact(history([*PLAN_BUILT, (day(9), CLOSED)])) == day(9)
    assert last_contact(history([*PLAN_BUILT, (day(30), CALLED), (day(20), CLOSED)])) == day(30)


@pytest.mark.parametrize(
    "done",
    [
        CounsellorReassigned(counsellor="paul", reason="absence"),
        FactCorrected(corrects=1, changes={"origin": "spontaneous"}),
        IdentityRectified(fields=["phone"], reason="typing_error"),
        CaseArchived(reason="retention"),
        CaseRestored(reason="legal_claim"),
    ],
)
def test_what_is_done_to_the_file_prolongs_nothing(done: Payload) -> None:
    assert last_contact(history([*closed(*PLAN_BUILT), (day(40), done)])) == day(0)


def test_a_corrected_day_counts_as_corrected() -> None:
    put_right = FactCorrected(corrects=6, changes={"occurred_on": day(3).isoformat()})
    assert last_contact(history([*PLAN_BUILT, (day(9), CLOSED), (day(40), put_right)])) == day(3)


def test_time_begins_anew_when_a_case_comes_back_from_the_archive() -> None:
    """Or it would be archived again the next day."""
    back = history(
        [
            *closed(*PLAN_BUILT),
            (day(30), CaseArchived(reason="retention")),
            (day(40), CaseRestored(reason="legal_claim")),
        ]
    )
    assert (last_contact(back), kept_since(back)) == (day(0), day(40))
