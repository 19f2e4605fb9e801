"""What the rules ask: questions, and the commands and events they are made of, in short."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from domain.access import Principal
from domain.command import Command
from domain.commands.care import AbandonAction, AddNeed, BuildPlan, DropNeed, RevisePlan
from domain.commands.follow_up import Close, CorrectFact, ReferOnward, Suspend
from domain.commands.funding import AgreeInstalments, DecideFunding, RecordQuote, RequestFunding
from domain.commands.intake import NeedDescription
from domain.commands.privacy import IdentityChanges, RectifyIdentity
from domain.events.care import ActionCompleted, CarePerformed
from domain.events.care import PlanRevised as Revised
from domain.events.follow_up import (
    CaseClosed,
    CaseReopened,
    CaseTransferred,
    ContactLogged,
    FactCorrected,
)
from domain.events.funding import FundingDecided, FundingRequested, InstalmentsAgreed
from domain.events.intake import ConsentRecorded
from domain.events.privacy import PersonalDataErased
from domain.vocabulary import (
    AbandonReason,
    ActionKind,
    CareType,
    DropReason,
    ForgoingReason,
    Funder,
    Partner,
    RectifyReason,
    SuspendReason,
)
from tests.builders import (
    DORA,
    KEPT,
    MARIE,
    TODAY,
    TYPICAL,
    Happened,
    day,
    other_case,
    planned,
)
from workflows.closing import ClosingReason
from workflows.facts import Kept
from workflows.triggers import Trigger

T = Trigger


@dataclass(frozen=True)
class Ask:
    """Somebody asks for something on a day, of a person who may have other open cases."""

    command: Command
    given: tuple[Happened, ...]
    by: Principal = MARIE
    on: date = TODAY
    others: Mapping[str, str] | None = None
    kept: Kept | None = KEPT


@dataclass(frozen=True)
class Rule:
    """`refused` is refused for the reason `code`, whose words say `values`; `but` is accepted."""

    code: str
    refused: Ask
    but: Ask
    values: Mapping[str, object]

    def __str__(self) -> str:
        return f"{self.code}-{self.refused.command.trigger}"


def ask(command: Command, given: tuple[Happened, ...] | None = None, *more: Happened, **how: Any) -> Ask:
    """Return a question; what was given before it is by default what is typical of its trigger."""
    use = TYPICAL[command.trigger]
    return Ask(command, (*(use.given if given is None else given), *more), **({"by": use.by} | how))


def typical(trigger: T, given: tuple[Happened, ...] | None = None, *more: Happened, **how: Any) -> Ask:
    """Return the typical question of a trigger."""
    return ask(TYPICAL[trigger].command, given, *more, **how)


def rule(code: str, refused: Ask, *, but: Ask, **values: object) -> Rule:
    """Return a rule."""
    return Rule(code, refused, but, values)


# ---------------------------------------------------------------- commands and events, in short


def given_up(since: date | None) -> NeedDescription:
    return NeedDescription(care_type=CareType.GP, reasons=[ForgoingReason.FEAR], since=since)


def add_need(since: date | None) -> AddNeed:
    return AddNeed(care_type=CareType.GP, reasons=[ForgoingReason.FEAR], since=since)


def kept(*happened: Happened, **who: str) -> Kept:
    """Return another case of the Gard to merge into."""
    return Kept(other_case(*happened, **who))


def drop(need_id: str) -> DropNeed:
    return DropNeed(need_id=need_id, reason=DropReason.DECLINED)


def abandon(action_id: str) -> AbandonAction:
    return AbandonAction(action_id=action_id, reason=AbandonReason.REFUSED)


def quote(basic: int, complementary: int, need_id: str = "n1") -> RecordQuote:
    return RecordQuote(
        need_id=need_id,
        total_cents=100,
        basic_share_cents=basic,
        complementary_share_cents=complementary,
    )


def request(cents: int, quote_id: str = "q1") -> RequestFunding:
    return RequestFunding(quote_id=quote_id, funder=Funder.FASS, amount_cents=cents)


def grant(cents: int, request_id: str = "r1") -> DecideFunding:
    return DecideFunding(request_id=request_id, granted_cents=cents)


def share(cents: int, quote_id: str = "q1") -> AgreeInstalments:
    return AgreeInstalments(quote_id=quote_id, person_share_cents=cents, instalments=3)


def suspend(until: date, occurred_on: date | None = None) -> Suspend:
    return Suspend(until=until, reason=SuspendReason.HOSPITALISED, occurred_on=occurred_on)


def refer(partner: Partner, as_not_relevant: Any = False) -> ReferOnward:
    return ReferOnward(partner=partner, as_not_relevant=as_not_relevant)


def close(reason: ClosingReason, remaining: AbandonReason | None = AbandonReason.CASE_CLOSED) -> Close:
    return Close(reason=reason, remaining_actions=remaining)


def correct(version: int, **changes: Any) -> CorrectFact:
    return CorrectFact(corrects=version, changes=changes)


def rectify(**changes: Any) -> RectifyIdentity:
    return RectifyIdentity(identity=IdentityChanges(**changes), reason=RectifyReason.TYPING_ERROR)


def build(*actions: Any) -> BuildPlan:
    return BuildPlan(actions=list(actions))


def revise(*actions: Any) -> RevisePlan:
    return RevisePlan(actions=list(actions))


def tried(channel: str, reached: Any = False, direction: str = "outbound") -> ContactLogged:
    return ContactLogged(channel=channel, direction=direction, reached=reached)


RECONSENTED: Final = (day(5), ConsentRecorded(share_with=["ccas"], to_state="consented"))
REOPENED: Final = (day(20), CaseReopened(reason="person_returned", to_state="detected"))
MOVED: Final = CaseClosed(reason="moved", to_state="closed")
NOBODY: Final = CaseTransferred(to_organisation="gard")
"""After a transfer nobody follows the case, until a supervisor assigns it."""
ERASED: Final = PersonalDataErased()
PERFORMED: Final = CarePerformed(need_id="n1")
ENDED: Final = ActionCompleted(action_id="a1")
OPENED: Final = ActionCompleted(action_id="a1", right="css")
NOT_OF_RIGHTS: Final = Revised(actions=[planned("a2", kind=ActionKind.BOOK_APPOINTMENT)])
GRANTED: Final = FundingDecided(request_id="r1", granted_cents=90_000)
SECOND: Final = FundingRequested(request_id="r2", quote_id="q1", funder="ccas", amount_cents=60_000)
SHARED: Final = InstalmentsAgreed(quote_id="q1", person_share_cents=50_000, instalments=2)
CORRECTED: Final = FactCorrected(corrects=1, changes={"origin": "spontaneous"})
ATLANTIS: Final = Principal("dora", DORA.role, "atlantis")
