"""Commands along the way and at the end: contacts, suspension, partners, closing, and what comes after."""

from typing import Annotated, ClassVar

from pydantic import Field, JsonValue

from domain.case_state import CaseState
from domain.codes import OrganisationCode
from domain.command import Day, Noted
from domain.event import Payload
from domain.events import follow_up as happened
from domain.events.care import abandoned
from domain.vocabulary import AbandonReason, Channel, Direction, Partner, Party, ReopenReason, SuspendReason
from workflows.closing import ClosingReason
from workflows.triggers import Trigger


class LogContact(Noted):
    """A contact, or an attempt at one."""

    trigger: ClassVar[Trigger] = Trigger.LOG_CONTACT
    event: ClassVar[type[Payload]] = happened.ContactLogged

    channel: Channel
    direction: Direction = Direction.OUTBOUND
    reached: bool
    party: Party = Party.PERSON


class Suspend(Noted):
    """The case rests until a day (inclusive)."""

    trigger: ClassVar[Trigger] = Trigger.SUSPEND
    event: ClassVar[type[Payload]] = happened.CaseSuspended

    until: Day
    reason: SuspendReason


class Resume(Noted):
    """The case is worked on again."""

    trigger: ClassVar[Trigger] = Trigger.RESUME
    event: ClassVar[type[Payload]] = happened.CaseResumed


class ReferOnward(Noted):
    """A partner or the social service is asked to take the situation on."""

    trigger: ClassVar[Trigger] = Trigger.REFER_ONWARD
    event: ClassVar[type[Payload]] = happened.ReferredOnward

    partner: Partner
    as_not_relevant: bool = Field(
        default=False,
        description="Before any consent: the referral is judged not relevant here, and goes where it belongs.",
    )


class RecordPartnerAcceptance(Noted):
    """The partner takes the situation on."""

    trigger: ClassVar[Trigger] = Trigger.RECORD_PARTNER_ACCEPTANCE
    event: ClassVar[type[Payload]] = happened.PartnerAccepted


class RecordPartnerCompletion(Noted):
    """The partner did what it was asked for."""

    trigger: ClassVar[Trigger] = Trigger.RECORD_PARTNER_COMPLETION
    event: ClassVar[type[Payload]] = happened.PartnerCompleted

    def decide(self, case: CaseState) -> list[Payload]:
        """Close as redirected, to the social service or to another partner."""
        to_social_service = case.referral is not None and case.referral.partner == Partner.SOCIAL_SERVICE
        reason = ClosingReason.SOCIAL_SERVICE if to_social_service else ClosingReason.PARTNER
        completed = self.become(happened.PartnerCompleted, reason=reason.value)
        return [*abandoned(case, AbandonReason.CASE_CLOSED), completed]


class RecordPartnerRefusal(Noted):
    """The partner does not take the situation on."""

    trigger: ClassVar[Trigger] = Trigger.RECORD_PARTNER_REFUSAL
    event: ClassVar[type[Payload]] = happened.PartnerDeclined


class RecordNoAnswer(Noted):
    """The partner did not answer in time."""

    trigger: ClassVar[Trigger] = Trigger.RECORD_NO_ANSWER
    event: ClassVar[type[Payload]] = happened.ReferralExpired


class Close(Noted):
    """The accompaniment ends."""

    trigger: ClassVar[Trigger] = Trigger.CLOSE
    event: ClassVar[type[Payload]] = happened.CaseClosed

    reason: ClosingReason
    remaining_actions: AbandonReason | None = Field(
        default=None, description="Why the actions still open are abandoned; needed when there are any."
    )

    def decide(self, case: CaseState) -> list[Payload]:
        """Give every action still open its disposition, then close."""
        closed = happened.CaseClosed(reason=self.reason.value)
        return (
            [closed] if self.remaining_actions is None else [*abandoned(case, self.remaining_actions), closed]
        )


class Reopen(Noted):
    """A closed case is taken up again."""

    trigger: ClassVar[Trigger] = Trigger.REOPEN
    event: ClassVar[type[Payload]] = happened.CaseReopened

    reason: ReopenReason


class Transfer(Noted):
    """The person moved: another organisation goes on."""

    trigger: ClassVar[Trigger] = Trigger.TRANSFER
    event: ClassVar[type[Payload]] = happened.CaseTransferred

    to_organisation: OrganisationCode


class CorrectFact(Noted):
    """An earlier event of this case was wrong: say what it should have said. Nothing is edited."""

    trigger: ClassVar[Trigger] = Trigger.CORRECT_FACT
    event: ClassVar[type[Payload]] = happened.FactCorrected

    corrects: Annotated[
        int,
        Field(
            ge=1, le=1_000_000, description="The version of the event to correct, as the history shows it."
        ),
    ]
    changes: Annotated[
        dict[str, JsonValue],
        Field(
            min_length=1, max_length=10, description="Its fields, or `occurred_on`, with their right values."
        ),
    ]
