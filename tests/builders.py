"""What tests begin with: who is asking, the days, a case in each state, and the typical use of each trigger."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import msgspec

from domain.access import Principal
from domain.case_state import CaseState
from domain.command import Command
from domain.commands import care, follow_up, funding, intake, merging, privacy
from domain.context import Context
from domain.event import CaseEvent, Payload
from domain.events.care import CarePerformed, NeedAdded, PlanBuilt, PlannedAction
from domain.events.follow_up import (
    CaseClosed,
    CaseSuspended,
    CaseTransferred,
    PartnerAccepted,
    ReferredOnward,
)
from domain.events.funding import FundingRequested, QuoteRecorded
from domain.events.intake import (
    BilanCompleted,
    CareForgoingDetected,
    ConsentRecorded,
    DetectedNeed,
    ReferralAccepted,
)
from domain.events.privacy import CaseArchived
from domain.fold import fold
from domain.person import Identity
from domain.vocabulary import (
    AbandonReason,
    ActionKind,
    ArchiveReason,
    BasicCover,
    CareType,
    Channel,
    ComplementaryCover,
    DropReason,
    ForgoingReason,
    Funder,
    Partner,
    ReassignReason,
    RectifyReason,
    ReopenReason,
    RestoreReason,
    Source,
    SuspendReason,
)
from workflows.closing import ClosingReason
from workflows.facts import Asking, Kept
from workflows.roles import Role
from workflows.states import State
from workflows.triggers import Trigger

# ---------------------------------------------------------------- who asks

ORGANISATIONS: Final = ("gard", "isere", "herault")
MARIE = Principal("marie", Role.COUNSELLOR, "gard")
"""The counsellor of the cases below."""
PAUL = Principal("paul", Role.COUNSELLOR, "gard")
SOFIA = Principal("sofia", Role.SUPERVISOR, "gard")
INES = Principal("ines", Role.COUNSELLOR, "isere")
DORA = Principal("dora", Role.DETECTOR, "gard")
DENIS = Principal("denis", Role.DATA_PROTECTION_OFFICER, "gard")
COUNSELLORS: Final = frozenset(
    {"marie", "paul", "sofia", "ines"}
    | {f"{organisation}.{who}" for organisation in ORGANISATIONS for who in ("anne", "bruno", "sofia")}
)
"""Whoever may follow a case, of whichever cell; those with a prefix are of the cells of random journeys."""
ANNA = Principal("anna", Role.ANALYST, "gard")

# ---------------------------------------------------------------- when

DETECTED_ON: Final = date(2026, 3, 2)


def day(number: int) -> date:
    """Return the day that comes `number` days after the detection."""
    return DETECTED_ON + timedelta(days=number)


TODAY: Final = day(40)
"""When tests ask, unless they say otherwise."""

# ---------------------------------------------------------------- what happened: a case in each state

Events = tuple[Payload, ...]


def detection(*needs: str, **changes: object) -> CareForgoingDetected:
    """Return a detection at the reception of somebody who gave up `needs` (by default a dental prosthesis)."""
    fields: dict[str, object] = {
        "person_id": "person-1",
        "source": "reception",
        "origin": "detector_question",
        "agreed_to_contact": True,
        "needs": [DetectedNeed(need, ["rest_to_pay"]) for need in needs or ("dental_prosthetic",)],
    }
    return CareForgoingDetected(**(fields | changes))  # type: ignore[arg-type]


def planned(
    action_id: str = "a1", *need_ids: str, kind: ActionKind = ActionKind.REQUEST_CSS
) -> PlannedAction:
    """Return an action due on day 60 for `need_ids` (by default the first)."""
    return PlannedAction(action_id, kind.level.value, kind.value, day(60), list(need_ids or ("n1",)))


DETECTED: Events = (detection(),)
ACCEPTED: Events = (*DETECTED, ReferralAccepted(counsellor="marie"))
CONSENTED: Events = (*ACCEPTED, ConsentRecorded(share_with=["ccas"], to_state="consented"))
BILAN_DONE: Events = (
    *CONSENTED,
    BilanCompleted(basic_cover="current", complementary_cover="none", to_state="bilan_done"),
)
PLAN_BUILT: Events = (*BILAN_DONE, PlanBuilt(actions=[planned()], to_state="plan_built"))
CARE_PERFORMED: Events = (*PLAN_BUILT, CarePerformed(need_id="n1", to_state="care_performed"))
"""One need, performed; its action is still open."""

TWO_NEEDS: Events = (*PLAN_BUILT, NeedAdded(need_id="n2", care_type="optical", reasons=["fear"]))
QUOTED: Events = (
    *PLAN_BUILT,
    QuoteRecorded(quote_id="q1", need_id="n1", total_cents=150_000, basic_share_cents=30_000),
)
"""A rest-to-pay of 1,200 €."""
REQUESTED: Events = (
    *QUOTED,
    FundingRequested(request_id="r1", quote_id="q1", funder="fass", amount_cents=90_000),
)
SUSPENDED: Events = (*PLAN_BUILT, CaseSuspended(until=day(60), reason="awaiting_rights"))


def referred(*before: Payload, partner: str = "ccas") -> Events:
    """Return what happened `before`, then a referral onward; before any consent, as not relevant."""
    consented = any(isinstance(event, ConsentRecorded) for event in before)
    return (
        *before,
        ReferredOnward(partner=partner, as_not_relevant=not consented, to_state="referred_onward"),
    )


def closed(*before: Payload, reason: str = "moved") -> Events:
    """Return what happened `before`, then the closing."""
    return (*before, CaseClosed(reason=reason, to_state="closed"))


ON_THE_PATH: Final[dict[State, Events]] = {
    State.DETECTED: DETECTED,
    State.CONSENTED: CONSENTED,
    State.BILAN_DONE: BILAN_DONE,
    State.PLAN_BUILT: PLAN_BUILT,
    State.CARE_PERFORMED: CARE_PERFORMED,
}
REFERRED: Events = referred(*PLAN_BUILT)
TAKEN_ON: Events = (*REFERRED, PartnerAccepted())
CLOSED: Events = closed(*PLAN_BUILT)
ARCHIVED: Events = (*CLOSED, CaseArchived(reason="retention"))
IN_STATE: Final[dict[State, Events]] = ON_THE_PATH | {State.REFERRED_ONWARD: REFERRED, State.CLOSED: CLOSED}

# ---------------------------------------------------------------- what is asked: each trigger's typical use

OTHER: Final = "01610e5a-4c00-7000-8000-00000000beef"
"""The number of another case."""
NIR_OF_ANOTHER: Final = "255081416802538"
"""Somebody else's, whom the rules are told to be known."""
SOMEBODY: Final = Identity(family_name="Hermelin", given_name="Geneviève", nir="251103012611138")


def referral(**changes: object) -> intake.Detect:
    """Return a referral from the reception."""
    fields: dict[str, object] = {
        "person": SOMEBODY,
        "source": Source.RECEPTION,
        "agreed_to_contact": True,
        "needs": [
            intake.NeedDescription(care_type=CareType.DENTAL_PROSTHETIC, reasons=[ForgoingReason.REST_TO_PAY])
        ],
    }
    return intake.Detect(**(fields | changes))  # type: ignore[arg-type]


def action(
    *need_ids: str, kind: ActionKind = ActionKind.REQUEST_CSS, due_on: date | None = None
) -> care.ActionToPlan:
    """Return an action to plan, due on day 60."""
    return care.ActionToPlan(kind=kind, due_on=due_on or day(60), need_ids=list(need_ids))


@dataclass(frozen=True)
class Use:
    """A use of a trigger that is accepted: what happened before, what is asked, and who asks."""

    given: Events
    command: Command
    by: Principal = MARIE


TYPICAL: Final[dict[Trigger, Use]] = {
    use.command.trigger: use
    for use in (
        Use((), referral(), DORA),
        Use(DETECTED, intake.Accept(counsellor="marie")),
        Use(DETECTED, intake.Reject(reason=ClosingReason.NOT_RELEVANT)),
        Use(DETECTED, intake.Assign(counsellor="marie"), SOFIA),
        Use(CONSENTED, intake.Reassign(counsellor="paul", reason=ReassignReason.ABSENCE), SOFIA),
        Use(ACCEPTED, follow_up.LogContact(channel=Channel.PHONE, reached=True)),
        Use(ACCEPTED, intake.RecordConsent(share_with=[Partner.CCAS])),
        Use(CONSENTED, intake.AmendConsent(share_with=[Partner.CAF])),
        Use(ACCEPTED, intake.RefuseConsent()),
        Use(CONSENTED, intake.WithdrawConsent()),
        Use(
            CONSENTED,
            intake.CompleteBilan(basic_cover=BasicCover.CURRENT, complementary_cover=ComplementaryCover.NONE),
        ),
        Use(
            BILAN_DONE,
            intake.AmendBilan(basic_cover=BasicCover.CURRENT, complementary_cover=ComplementaryCover.CSS),
        ),
        Use(CONSENTED, care.AddNeed(care_type=CareType.OPTICAL, reasons=[ForgoingReason.FEAR])),
        Use(CONSENTED, care.DropNeed(need_id="n1", reason=DropReason.DECLINED)),
        Use(BILAN_DONE, care.BuildPlan(actions=[action("n1")])),
        Use(PLAN_BUILT, care.RevisePlan(actions=[action(kind=ActionKind.HEALTH_EXAM)])),
        Use(PLAN_BUILT, care.StartAction(action_id="a1")),
        Use(PLAN_BUILT, care.CompleteAction(action_id="a1")),
        Use(PLAN_BUILT, care.AbandonAction(action_id="a1", reason=AbandonReason.DECLINED)),
        Use(PLAN_BUILT, funding.RecordQuote(need_id="n1", total_cents=150_000)),
        Use(QUOTED, funding.RequestFunding(quote_id="q1", funder=Funder.FASS, amount_cents=90_000)),
        Use(REQUESTED, funding.DecideFunding(request_id="r1", granted_cents=90_000)),
        Use(QUOTED, funding.AgreeInstalments(quote_id="q1", person_share_cents=30_000, instalments=3)),
        Use(PLAN_BUILT, care.RecordCarePerformed(need_id="n1")),
        Use(PLAN_BUILT, follow_up.Suspend(until=day(60), reason=SuspendReason.AWAITING_RIGHTS)),
        Use(SUSPENDED, follow_up.Resume()),
        Use(PLAN_BUILT, follow_up.ReferOnward(partner=Partner.CCAS)),
        Use(REFERRED, follow_up.RecordPartnerAcceptance()),
        Use(REFERRED, follow_up.RecordPartnerCompletion()),
        Use(REFERRED, follow_up.RecordPartnerRefusal()),
        Use(REFERRED, follow_up.RecordNoAnswer()),
        Use(CONSENTED, follow_up.Close(reason=ClosingReason.MOVED)),
        Use(CLOSED, follow_up.Reopen(reason=ReopenReason.PERSON_RETURNED), SOFIA),
        Use(PLAN_BUILT, follow_up.Transfer(to_organisation="isere")),
        Use(PLAN_BUILT, follow_up.CorrectFact(corrects=1, changes={"origin": "spontaneous"})),
        Use(CONSENTED, merging.Merge(into=OTHER), SOFIA),
        Use(
            CLOSED,
            privacy.RectifyIdentity(
                identity=privacy.IdentityChanges(phone="04 66 00 00 01"), reason=RectifyReason.TYPING_ERROR
            ),
        ),
        Use(CLOSED, privacy.Archive(reason=ArchiveReason.RESTRICTION), DENIS),
        Use(ARCHIVED, privacy.Restore(reason=RestoreReason.LEGAL_CLAIM), DENIS),
        Use(CLOSED, privacy.ErasePersonalData(), DENIS),
    )
}

# ---------------------------------------------------------------- as the case takes them

Happened = Payload | tuple[date, Payload]


def history(happened: Sequence[Happened]) -> list[CaseEvent]:
    """Return what happened as recorded events of one case of the Gard, or of where it was transferred."""
    events: list[CaseEvent] = []
    organisation = "gard"
    for version, item in enumerate(happened, 1):
        day, payload = item if isinstance(item, tuple) else (DETECTED_ON, item)
        events.append(
            CaseEvent(
                originator_id="case-1",
                originator_version=version,
                occurred_on=day,
                recorded_at=datetime.combine(day, time(12), UTC),
                actor="marie",
                acting_as="counsellor",
                organisation=organisation,
                correlation_id=f"given-{version}",
                data=payload,
            )
        )
        if isinstance(payload, CaseTransferred):
            organisation = payload.to_organisation
    return events


def other_case(*happened: Happened, case_id: str = OTHER, person_id: str = "person-2") -> CaseState:
    """Return what has become of another case of the Gard, somebody else's so far."""
    return msgspec.structs.replace(fold(history(happened)), case_id=case_id, person_id=person_id)


KEPT: Final = Kept(other_case(*ACCEPTED), {OTHER: "gard"})
"""The open case of somebody else, into which the rules are asked to merge."""


def asking(
    by: Principal,
    today: date = TODAY,
    others: Mapping[str, str] | None = None,
    organisations: Collection[str] = ORGANISATIONS,
    counsellors: Collection[str] = COUNSELLORS,
    kept: Kept | None = KEPT,
) -> Asking:
    """Return what the rules know of the asker, who may know of every case."""
    return Asking(
        by.actor,
        by.role,
        by.organisation,
        today,
        other_open_cases=others or {},
        knowable_cases=others or {},
        organisations=organisations,
        counsellors=counsellors,
        nirs_of_others={NIR_OF_ANOTHER},
        kept=kept,
    )


def context(asks: Asking) -> Context:
    """Return the circumstances of a command asked at noon."""
    return Context(asks, datetime.combine(asks.today, time(12), UTC), "correlation-1")
