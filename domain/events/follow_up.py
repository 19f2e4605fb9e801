"""What happens along the way and at the end: contacts, suspension, partners, closing, and what comes after."""

from datetime import date
from typing import Any, ClassVar

from msgspec import field

from domain.case_state import CaseState, Contact, Episode, Handover, Referral
from domain.event import Payload
from domain.events.intake import end_episode


class ContactLogged(Payload, frozen=True, gc=False):
    """Somebody of the cell spoke, or tried to speak, with the person, a partner or a professional."""

    topic: ClassVar[str] = "case.contact_logged"
    correctable: ClassVar[frozenset[str]] = frozenset({"channel", "direction", "party", "reached"})

    channel: str
    direction: str
    reached: bool
    party: str = "person"

    def apply(self, case: CaseState, on: date) -> None:
        """The contact joins the log; one entered late counts at its own day, as first or last as it really was."""
        case.contacts.append(Contact(on, self.channel, self.direction, self.party, self.reached, self.note))
        if self.party == "person":
            if case.last_attempt_on is None or on > case.last_attempt_on:
                case.last_attempt_on = on
            if self.reached:
                if case.last_reached_on is None or on > case.last_reached_on:
                    case.last_reached_on = on
                if case.first_reached_on is None or on < case.first_reached_on:
                    case.first_reached_on = on
        elif self.party == "partner":
            referral = case.referral
            if referral is not None and referral.answer == "pending" and on >= referral.referred_on:
                referral.reminded_on = on


class CaseSuspended(Payload, frozen=True, gc=False):
    """The case rests until a day (inclusive): a decision or an appointment is awaited."""

    topic: ClassVar[str] = "case.suspended"

    until: date
    reason: str

    def apply(self, case: CaseState, on: date) -> None:
        """The case is due again at the suspension's end."""
        case.suspended_until = self.until
        case.suspended_for = self.reason


class CaseResumed(Payload, frozen=True, gc=False):
    """The case is worked on again."""

    topic: ClassVar[str] = "case.resumed"

    def apply(self, case: CaseState, on: date) -> None:
        """The suspension is over."""
        case.suspended_until = None
        case.suspended_for = None


class ReferredOnward(Payload, frozen=True, gc=False):
    """A partner or the social service was asked to take the situation on [003]."""

    topic: ClassVar[str] = "case.referred_onward"

    partner: str
    as_not_relevant: bool = False

    def apply(self, case: CaseState, on: date) -> None:
        """The partner's answer is awaited."""
        case.referrals.append(Referral(self.partner, on, case.organisation, self.as_not_relevant))


class PartnerAccepted(Payload, frozen=True, gc=False):
    """The partner took the situation on."""

    topic: ClassVar[str] = "case.partner_accepted"

    def apply(self, case: CaseState, on: date) -> None:
        """The referral is accepted."""
        _answer(case, "accepted", on)


class PartnerCompleted(Payload, frozen=True, gc=False):
    """The partner did what it was asked for: the case ends, redirected."""

    topic: ClassVar[str] = "case.partner_completed"

    reason: str

    def apply(self, case: CaseState, on: date) -> None:
        """The episode ends."""
        _answer(case, "completed", on)
        end_episode(case, on, self.reason)


class PartnerDeclined(Payload, frozen=True, gc=False):
    """The partner did not take the situation on: the case comes back to the cell."""

    topic: ClassVar[str] = "case.partner_declined"

    def apply(self, case: CaseState, on: date) -> None:
        """The referral ended without effect."""
        _answer(case, "declined", on)


class ReferralExpired(Payload, frozen=True, gc=False):
    """The partner did not answer in time: the case comes back to the cell."""

    topic: ClassVar[str] = "case.referral_expired"

    def apply(self, case: CaseState, on: date) -> None:
        """The referral ended without effect."""
        _answer(case, "no_answer", on)


class CaseClosed(Payload, frozen=True, gc=False):
    """The accompaniment ended."""

    topic: ClassVar[str] = "case.closed"

    reason: str

    def apply(self, case: CaseState, on: date) -> None:
        """The episode ends."""
        end_episode(case, on, self.reason)


class CaseReopened(Payload, frozen=True, gc=False):
    """A closed case was taken up again: a new, numbered episode begins."""

    topic: ClassVar[str] = "case.reopened"

    reason: str

    def apply(self, case: CaseState, on: date) -> None:
        """A new episode begins on this day, under the consent already given; what was merged is so no more."""
        case.merged_into = case.merged_from_person = None
        consented_on = on if case.consented_on else None
        case.episodes.append(Episode(len(case.episodes) + 1, on, consented_on))


class CaseTransferred(Payload, frozen=True, gc=False):
    """The person moved: another organisation's cell goes on with the case, its history included."""

    topic: ClassVar[str] = "case.transferred"

    to_organisation: str

    def apply(self, case: CaseState, on: date) -> None:
        """The case waits for a counsellor of its new organisation."""
        case.handovers.append(Handover(self.to_organisation, on, len(case.path)))
        case.organisation = self.to_organisation
        case.counsellor = None


class FactCorrected(Payload, frozen=True, gc=False):
    """An earlier event of this stream, of version `corrects`, was wrong: it is read with `changes` from now on.

    The corrected event stays as it was written. `changes` maps its fields (or `occurred_on`) to their values.
    """

    topic: ClassVar[str] = "case.fact_corrected"

    corrects: int
    changes: dict[str, Any] = field(default_factory=dict)


def _answer(case: CaseState, answer: str, on: date) -> None:
    referral = case.referral
    if referral is None:
        return
    referral.answer = answer
    if referral.first_answered_on is None and answer != "no_answer":
        referral.first_answered_on = on  # a case reopened after its completion may be completed again
    if answer == "accepted":
        referral.accepted_on = on
    else:
        referral.answered_on = on
