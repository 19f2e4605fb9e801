"""The event catalogue: every event of a case, in the order of its path, by stable topic."""

from typing import Final

from domain.event import Payload
from domain.events.care import (
    ActionAbandoned,
    ActionCompleted,
    ActionStarted,
    CarePerformed,
    NeedAdded,
    NeedDropped,
    PlanBuilt,
    PlanRevised,
)
from domain.events.follow_up import (
    CaseClosed,
    CaseReopened,
    CaseResumed,
    CaseSuspended,
    CaseTransferred,
    ContactLogged,
    FactCorrected,
    PartnerAccepted,
    PartnerCompleted,
    PartnerDeclined,
    ReferralExpired,
    ReferredOnward,
)
from domain.events.funding import FundingDecided, FundingRequested, InstalmentsAgreed, QuoteRecorded
from domain.events.intake import (
    BilanAmended,
    BilanCompleted,
    CareForgoingDetected,
    ConsentAmended,
    ConsentRecorded,
    ConsentRefused,
    ConsentWithdrawn,
    CounsellorAssigned,
    CounsellorReassigned,
    ReferralAccepted,
    ReferralRejected,
)
from domain.events.merging import CaseMerged, DuplicateMerged, DuplicateParted, PersonRecognised
from domain.events.organisations import OrganisationRegistered
from domain.events.privacy import CaseArchived, CaseRestored, IdentityRectified, PersonalDataErased

CASE_EVENTS: Final[tuple[type[Payload], ...]] = (
    CareForgoingDetected,
    ReferralAccepted,
    ReferralRejected,
    CounsellorAssigned,
    CounsellorReassigned,
    ContactLogged,
    ConsentRecorded,
    ConsentAmended,
    ConsentRefused,
    ConsentWithdrawn,
    BilanCompleted,
    BilanAmended,
    NeedAdded,
    NeedDropped,
    PlanBuilt,
    PlanRevised,
    ActionStarted,
    ActionCompleted,
    ActionAbandoned,
    QuoteRecorded,
    FundingRequested,
    FundingDecided,
    InstalmentsAgreed,
    CarePerformed,
    CaseSuspended,
    CaseResumed,
    ReferredOnward,
    PartnerAccepted,
    PartnerCompleted,
    PartnerDeclined,
    ReferralExpired,
    CaseClosed,
    CaseReopened,
    CaseTransferred,
    FactCorrected,
    CaseMerged,
    PersonRecognised,
    DuplicateMerged,
    DuplicateParted,
    IdentityRectified,
    CaseArchived,
    CaseRestored,
    PersonalDataErased,
)

_EVERY: Final[tuple[type[Payload], ...]] = (*CASE_EVENTS, OrganisationRegistered)

EVENTS: Final[dict[str, type[Payload]]] = {event.topic: event for event in _EVERY}
"""The only topics that are ever resolved: what is not here is refused, never imported."""
