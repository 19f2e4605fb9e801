"""A case as the API shows it: where it stands, what it is about, who the person is, and what may be done to it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Self

from pydantic import Field

from api.bodies import payload_schema
from api.disclosure import Disclosure, IdentityView
from api.views.base import Coded, View
from api.views.care import ActionView, BilanView, NeedView, needs_of, plan_of
from api.views.file import (
    ConsentView,
    ContactView,
    DetectionView,
    PartnerReferralView,
    SuspensionView,
    consent_of,
    suspension_of,
)
from api.views.funding import FundingView
from api.views.glass import BehindGlassView
from api.views.past import AsOfView
from domain.as_of import AsOf
from domain.case_state import CaseState, Episode
from domain.commands import COMMANDS
from workflows.closing import ClosingReason
from workflows.deadlines import Deadlines, NextStep, next_due
from workflows.labels import Language
from workflows.reasons import Reason
from workflows.states import State
from workflows.triggers import Trigger


class ReasonView(View):
    """Why an action is refused."""

    code: str
    text: str

    @classmethod
    def of(cls, reason: Reason, language: Language) -> Self:
        """Show a reason."""
        return cls(code=reason.code, text=reason.text(language))


class OfferView(View):
    """A trigger, and whether it may be fired now by whoever asks."""

    trigger: str
    label: str
    allowed: bool
    reason: ReasonView | None = Field(description="Why not, when it is not allowed.")
    method: str = "POST"
    href: str = Field(description="Where to send it, with `If-Match` and the case's ETag.")
    payload_schema: dict[str, Any] = Field(alias="schema", description="The JSON schema of its payload.")

    @classmethod
    def of(cls, trigger: Trigger, reason: Reason | None, case_href: str, language: Language) -> Self:
        """Show a trigger with None or the reason why not."""
        return cls(
            trigger=trigger.value,
            label=trigger.label(language),
            allowed=reason is None,
            reason=None if reason is None else ReasonView.of(reason, language),
            href=f"{case_href}/actions/{trigger.value}",
            schema=payload_schema(COMMANDS[trigger]),
        )


class EpisodeView(View):
    """The running (or last) episode: from the detection, or from a reopening, to the closing."""

    number: int
    opened_on: date
    consented_on: date | None
    closed_on: date | None
    closing_reason: Coded | None
    last_care_on: date | None

    @classmethod
    def of(cls, episode: Episode, language: Language) -> Self:
        """Show an episode."""
        return cls(
            number=episode.number,
            opened_on=episode.opened_on,
            consented_on=episode.consented_on,
            closed_on=episode.closed_on,
            closing_reason=Coded.maybe(ClosingReason, episode.closing_reason, language),
            last_care_on=episode.last_care_on,
        )


class DueView(View):
    """What is due next."""

    on: date = Field(description="The last day for it, included.")
    step: Coded


_FILE: Final = (
    "detection",
    "consent",
    "suspension",
    "needs",
    "bilan",
    "plan",
    "funding",
    "partners",
    "contacts",
)


class CaseView(View):
    """A case. What `withheld` names is there or not, but not for this role to see; it is null here."""

    case_id: str
    as_of: AsOfView | None
    behind_glass: BehindGlassView | None = Field(
        description="The broken glass that it is read by, when it is out of reach."
    )
    organisation: str
    state: Coded
    entered_on: date = Field(description="The day it entered that state.")
    version: int = Field(description="The number of its events; also in the header ETag.")
    counsellor: str | None = Field(description="The account that follows it.")
    detected_on: date
    due: DueView | None = Field(description="What is due next; null once closed.")
    episode: EpisodeView
    merged_into: str | None = Field(
        description="The case of the same person that was kept when this one was merged."
    )
    duplicates: list[str] = Field(description="The cases of the same person that were merged into this one.")
    erased: bool = Field(description="Whether the personal data were erased.")
    identity: IdentityView
    detection: DetectionView | None = None
    consent: ConsentView | None = None
    suspension: SuspensionView | None = None
    needs: list[NeedView] | None = None
    bilan: BilanView | None = None
    plan: list[ActionView] | None = None
    funding: FundingView | None = None
    partners: list[PartnerReferralView] | None = None
    contacts: list[ContactView] | None = None
    withheld: list[str] = Field(description="Which of the parts above are not shown to this role.")
    actions: list[OfferView] = Field(
        description="Every trigger, with whether it may be fired now; none as of a past day, or behind a glass."
    )


def case_view(
    case: CaseState,
    offers: Mapping[Trigger, Reason | None],
    disclosure: Disclosure,
    deadlines: Deadlines,
    language: Language,
    *,
    href: str,
    with_file: bool,
    as_of: AsOf | None = None,
    behind: BehindGlassView | None = None,
) -> CaseView:
    """Show a case, `with_file` or without what it is about; as it stood on a past day if there is one."""
    due = next_due(case, deadlines)
    file = _file(case, disclosure, language) if with_file else {}
    return CaseView(
        case_id=case.case_id,
        as_of=AsOfView.of(as_of, language),
        behind_glass=behind,
        organisation=case.organisation,
        state=Coded.of(State, case.state, language),
        entered_on=case.entered_on,
        version=case.version,
        counsellor=case.counsellor,
        detected_on=case.detected_on,
        due=None if due is None else DueView(on=due[0], step=Coded.of(NextStep, due[1], language)),
        episode=EpisodeView.of(case.episode, language),
        merged_into=case.merged_into,
        duplicates=case.duplicates,
        erased=case.erased,
        identity=disclosure.identity(),
        withheld=[] if with_file else list(_FILE),
        actions=[OfferView.of(trigger, reason, href, language) for trigger, reason in offers.items()],
        **file,
    )


def _file(case: CaseState, disclosure: Disclosure, language: Language) -> dict[str, Any]:
    return {
        "detection": DetectionView.of(case, language),
        "consent": consent_of(case, language),
        "suspension": suspension_of(case, language),
        "needs": needs_of(case.needs, language),
        "bilan": None if case.bilan is None else BilanView.of(case.bilan, language),
        "plan": plan_of(case.actions, language),
        "funding": FundingView.of(case, language),
        "partners": [PartnerReferralView.of(referral, language) for referral in case.referrals],
        "contacts": [ContactView.of(contact, disclosure, language) for contact in case.contacts],
    }
