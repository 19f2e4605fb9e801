"""What a case is about, for those who work on it: how it came, consent, partners, contacts."""

from datetime import date
from typing import Self

from pydantic import Field

from api.disclosure import Disclosure, NoteView
from api.views.base import Coded, View
from domain.case_state import CaseState, Contact, Referral
from domain.vocabulary import Channel, Direction, Origin, Partner, Party, Source, SuspendReason
from workflows.labels import Language


class DetectionView(View):
    """How the case came to the cell."""

    on: date
    by: str = Field(description="The account that referred it.")
    organisation: str = Field(description="The organisation that received the referral.")
    source: Coded
    partner_kind: Coded | None
    origin: Coded
    agreed_to_contact: bool
    relevance_accepted: bool
    administrative_check: dict[str, bool]

    @classmethod
    def of(cls, case: CaseState, language: Language) -> Self:
        """Show the detection of a case."""
        return cls(
            on=case.detected_on,
            by=case.detected_by,
            organisation=case.detecting_organisation,
            source=Coded.of(Source, case.source, language),
            partner_kind=Coded.maybe(Partner, case.partner_kind, language),
            origin=Coded.of(Origin, case.origin, language),
            agreed_to_contact=case.agreed_to_contact,
            relevance_accepted=case.relevance_accepted,
            administrative_check=case.administrative_check,
        )


class ConsentView(View):
    """The consent in force."""

    given_on: date
    share_with: list[Coded] = Field(description="With which partners the file may be shared.")


class SuspensionView(View):
    """The case rests."""

    until: date = Field(description="The last day of the rest, included.")
    reason: Coded | None


class PartnerReferralView(View):
    """A referral onward, and what the partner answered."""

    partner: Coded
    referred_on: date
    as_not_relevant: bool
    answer: str = Field(description="pending, accepted, completed, declined or no_answer.")
    accepted_on: date | None
    answered_on: date | None
    reminded_on: date | None

    @classmethod
    def of(cls, referral: Referral, language: Language) -> Self:
        """Show a referral onward."""
        return cls(
            partner=Coded.of(Partner, referral.partner, language),
            referred_on=referral.referred_on,
            as_not_relevant=referral.as_not_relevant,
            answer=referral.answer,
            accepted_on=referral.accepted_on,
            answered_on=referral.answered_on,
            reminded_on=referral.reminded_on,
        )


class ContactView(View):
    """A contact, or an attempt at one."""

    on: date
    channel: Coded
    direction: Coded
    party: Coded
    reached: bool
    note: NoteView

    @classmethod
    def of(cls, contact: Contact, disclosure: Disclosure, language: Language) -> Self:
        """Show a contact."""
        return cls(
            on=contact.on,
            channel=Coded.of(Channel, contact.channel, language),
            direction=Coded.of(Direction, contact.direction, language),
            party=Coded.of(Party, contact.party, language),
            reached=contact.reached,
            note=disclosure.note(contact.note),
        )


def consent_of(case: CaseState, language: Language) -> ConsentView | None:
    """Show the consent of a case, if one is in force."""
    if case.consented_on is None:
        return None
    return ConsentView(given_on=case.consented_on, share_with=Coded.each(Partner, case.share_with, language))


def suspension_of(case: CaseState, language: Language) -> SuspensionView | None:
    """Show the suspension of a case, if it is suspended."""
    if case.suspended_until is None:
        return None
    reason = Coded.maybe(SuspendReason, case.suspended_for, language)
    return SuspensionView(until=case.suspended_until, reason=reason)
