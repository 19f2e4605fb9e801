"""Commands before the plan: referral, relevance, counsellor, consent, rights review."""

from typing import Annotated, ClassVar, Self

import msgspec
from pydantic import Field, model_validator

from domain.case_state import CaseState
from domain.codes import AccountCode
from domain.command import EACH_ONCE, Cents, Day, Noted, Part
from domain.event import Payload
from domain.events import intake as happened
from domain.events.care import abandoned
from domain.person import Identity
from domain.text import refuse
from domain.vocabulary import (
    AbandonReason,
    BasicCover,
    CareType,
    ChargeKind,
    ComplementaryCover,
    ForgoingReason,
    Obstacle,
    Origin,
    OtherRight,
    Partner,
    ReassignReason,
    ResourceKind,
    Source,
)
from workflows.closing import ClosingReason
from workflows.triggers import Trigger

Reasons = Annotated[list[ForgoingReason], Field(min_length=1, max_length=len(ForgoingReason)), EACH_ONCE]
Sharing = Annotated[
    list[Partner],
    Field(max_length=len(Partner), description="The partners the person lets the cell share with."),
    EACH_ONCE,
]


class NeedDescription(Part):
    """Care that the person gave up: what, why, and since when as far as they remember."""

    care_type: CareType
    reasons: Reasons
    since: Day | None = None


class Detect(Noted):
    """The referral (*saisine*): a detector sends a person who has given up care to the cell."""

    trigger: ClassVar[Trigger] = Trigger.DETECT
    event: ClassVar[type[Payload]] = happened.CareForgoingDetected

    person: Identity
    source: Source
    partner_kind: Partner | None = Field(
        default=None, description="Which kind of partner, when the source is one."
    )
    origin: Origin = Origin.DETECTOR_QUESTION
    agreed_to_contact: bool = Field(description="Whether the person agreed to be contacted by the cell.")
    needs: Annotated[list[NeedDescription], Field(max_length=len(CareType))] = []

    @model_validator(mode="after")
    def _partner_is_named(self) -> Self:
        if (self.source is Source.PARTNER) != (self.partner_kind is not None):
            raise refuse("partner_kind")
        return self

    def detected(self, person_id: str) -> happened.CareForgoingDetected:
        """Return the event, in which the person is a pseudonym."""
        fields = self.model_dump(mode="json", exclude={"occurred_on", "note", "person"}, exclude_none=True)
        return msgspec.convert(fields | {"person_id": person_id}, happened.CareForgoingDetected)


class AdministrativeCheck(Part):
    """The counsellor's first look at the administrative situation [003]."""

    basic_cover_current: bool | None = None
    complementary_cover_current: bool | None = None
    ameli_account: bool | None = None


class Accept(Noted):
    """The referral is relevant; a counsellor takes the case (themself, or the one a supervisor names)."""

    trigger: ClassVar[Trigger] = Trigger.ACCEPT
    event: ClassVar[type[Payload]] = happened.ReferralAccepted

    counsellor: AccountCode
    administrative_check: AdministrativeCheck = AdministrativeCheck()


class Reject(Noted):
    """The referral does not belong here."""

    trigger: ClassVar[Trigger] = Trigger.REJECT
    event: ClassVar[type[Payload]] = happened.ReferralRejected

    reason: ClosingReason = Field(description="`not_relevant` or `duplicate`.")


class Assign(Noted):
    """A case that nobody follows gets its counsellor."""

    trigger: ClassVar[Trigger] = Trigger.ASSIGN
    event: ClassVar[type[Payload]] = happened.CounsellorAssigned

    counsellor: AccountCode


class Reassign(Noted):
    """Another counsellor takes over; the reason is kept, since continuity is measured."""

    trigger: ClassVar[Trigger] = Trigger.REASSIGN
    event: ClassVar[type[Payload]] = happened.CounsellorReassigned

    counsellor: AccountCode
    reason: ReassignReason


class RecordConsent(Noted):
    """The person accepts to be accompanied."""

    trigger: ClassVar[Trigger] = Trigger.RECORD_CONSENT
    event: ClassVar[type[Payload]] = happened.ConsentRecorded

    share_with: Sharing = []


class AmendConsent(Noted):
    """The person changes with whom the cell may share."""

    trigger: ClassVar[Trigger] = Trigger.AMEND_CONSENT
    event: ClassVar[type[Payload]] = happened.ConsentAmended

    share_with: Sharing


class RefuseConsent(Noted):
    """The person does not want to be accompanied."""

    trigger: ClassVar[Trigger] = Trigger.REFUSE_CONSENT
    event: ClassVar[type[Payload]] = happened.ConsentRefused


class WithdrawConsent(Noted):
    """The person no longer wants to be accompanied."""

    trigger: ClassVar[Trigger] = Trigger.WITHDRAW_CONSENT
    event: ClassVar[type[Payload]] = happened.ConsentWithdrawn

    def decide(self, case: CaseState) -> list[Payload]:
        """Abandon the actions still open, then end: nothing more may be done in the person's name."""
        return [*abandoned(case, AbandonReason.CASE_CLOSED), happened.ConsentWithdrawn()]


class Resource(Part):
    """One monthly resource."""

    kind: ResourceKind
    cents: Cents


class Charge(Part):
    """One monthly charge."""

    kind: ChargeKind
    cents: Cents


class CompleteBilan(Noted):
    """All the person's rights were reviewed with them."""

    trigger: ClassVar[Trigger] = Trigger.COMPLETE_BILAN
    event: ClassVar[type[Payload]] = happened.BilanCompleted

    basic_cover: BasicCover
    complementary_cover: ComplementaryCover
    resources: Annotated[list[Resource], Field(max_length=30)] = []
    charges: Annotated[list[Charge], Field(max_length=30)] = []
    vitale_card_current: bool | None = None
    registered_doctor: bool | None = None
    other_rights: Annotated[list[OtherRight], Field(max_length=len(OtherRight)), EACH_ONCE] = []
    obstacles: Annotated[list[Obstacle], Field(max_length=len(Obstacle)), EACH_ONCE] = []


class AmendBilan(CompleteBilan):
    """The person's situation changed: the whole review again, as it now stands."""

    trigger: ClassVar[Trigger] = Trigger.AMEND_BILAN
    event: ClassVar[type[Payload]] = happened.BilanAmended
