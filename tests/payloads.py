"""A valid payload of any trigger for a given case, built from what the case shows and never by trying the rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final, TypeVar
from zlib import crc32

from domain.access import Principal
from domain.case import Case
from domain.case_state import CaseState
from domain.command import Command, Noted
from domain.commands import COMMANDS, care, intake
from domain.events.care import NeedAdded
from domain.events.follow_up import ContactLogged, FactCorrected
from domain.events.funding import FundingDecided, QuoteRecorded
from domain.fold import corrected
from domain.vocabulary import (
    AbandonReason,
    ActionKind,
    ArchiveReason,
    BasicCover,
    CareType,
    Channel,
    ChargeKind,
    ComplementaryCover,
    Direction,
    DropReason,
    ForgoingReason,
    FormerRight,
    Funder,
    Level,
    Obstacle,
    OtherRight,
    Partner,
    Party,
    ReassignReason,
    RectifyReason,
    ReopenReason,
    ResourceKind,
    RestoreReason,
    Right,
    SuspendReason,
)
from workflows.closing import CLOSING_REASONS, REJECTION_REASONS, ClosingReason
from workflows.facts import Kept
from workflows.labels import LabelledEnum
from workflows.roles import Role
from workflows.states import State
from workflows.triggers import Trigger

NOTE: Final = "Rappeler après 17 h ; la personne est inquiète. 🦷"
"""What notes say, when there is one."""

OF_THE_EPISODE: Final = {
    Trigger.REJECT,
    Trigger.RECORD_CONSENT,
    Trigger.REFUSE_CONSENT,
    Trigger.WITHDRAW_CONSENT,
    Trigger.RECORD_PARTNER_COMPLETION,
    Trigger.CLOSE,
    Trigger.REOPEN,
    Trigger.MERGE,
}
"""What begins or ends an accompaniment comes in its order."""

Code = TypeVar("Code", bound=LabelledEnum)
Fields = dict[str, Any]


def team(organisation: str) -> list[Principal]:
    """Return an organisation's cell: two counsellors, their supervisor, the data-protection officer."""
    return [
        Principal(f"{organisation}.anne", Role.COUNSELLOR, organisation),
        Principal(f"{organisation}.bruno", Role.COUNSELLOR, organisation),
        Principal(f"{organisation}.sofia", Role.SUPERVISOR, organisation),
        Principal(f"{organisation}.denis", Role.DATA_PROTECTION_OFFICER, organisation),
    ]


@dataclass(frozen=True)
class Scene:
    """What a payload is chosen from."""

    case: Case
    by: Principal
    today: date
    random: Random
    organisations: Collection[str]
    other_open_cases: Mapping[str, str]
    kept: Kept | None = None

    @property
    def state(self) -> CaseState:
        """What the case has become."""
        return self.case.state

    def some_day(self, since: date) -> date | None:
        """Mostly today, left out; now and then a day since another."""
        return None if self.random.random() < 0.7 else since + self.up_to(self.today - since)

    def up_to(self, span: timedelta) -> timedelta:
        """Return nothing to the whole of `span`, in days."""
        return timedelta(days=self.random.randint(0, span.days))

    def some(self, codes: type[Code], most: int = 3) -> list[Code]:
        """Return none to a few of the codes, each once."""
        return self.random.sample(list(codes), self.random.randint(0, most))


def payload(trigger: Trigger, scene: Scene) -> Command | None:
    """Return a valid payload of `trigger` for this case, or None when its facts leave none."""
    fields = _FIELDS[trigger](scene)
    if fields is None:
        return None
    since = scene.state.episode_since if trigger in OF_THE_EPISODE else scene.state.detected_on
    noted = scene.random.random() < 0.2 and not scene.state.erased
    kept: Fields = {"occurred_on": scene.some_day(since)}
    if noted and issubclass(COMMANDS[trigger], Noted):
        kept["note"] = NOTE
    return COMMANDS[trigger](**(kept | fields))


def a_need(random: Random, today: date) -> intake.NeedDescription:
    """Return care given up for some reasons, more than a year ago or nobody knows when."""
    return intake.NeedDescription(
        care_type=random.choice(list(CareType)),
        reasons=random.sample(list(ForgoingReason), random.randint(1, 3)),
        since=random.choice((None, today - timedelta(days=400))),
    )


def _accept(s: Scene) -> Fields:
    mine = (
        s.by.actor if s.by.role is Role.COUNSELLOR else s.random.choice(team(s.state.organisation)[:2]).actor
    )
    check = intake.AdministrativeCheck(ameli_account=s.random.choice((None, True, False)))
    return {"counsellor": s.state.counsellor or mine, "administrative_check": check}


def _assign(s: Scene) -> Fields:
    free = [p.actor for p in team(s.state.organisation)[:2] if p.actor != s.state.counsellor]
    return {"counsellor": s.random.choice(free)}


def _contact(s: Scene) -> Fields:
    return {
        "channel": s.random.choice(list(Channel)),
        "direction": s.random.choice(list(Direction)),
        "reached": s.random.random() < 0.5,
        "party": s.random.choice([Party.PERSON, Party.PERSON, *Party]),
    }


def _sharing(s: Scene) -> Fields:
    return {"share_with": s.some(Partner, most=6)}


def _bilan(s: Scene) -> Fields:
    return {
        "basic_cover": s.random.choice(list(BasicCover)),
        "complementary_cover": s.random.choice(list(ComplementaryCover)),
        "resources": [
            intake.Resource(kind=kind, cents=s.random.randint(0, 250_000)) for kind in s.some(ResourceKind)
        ],
        "charges": [
            intake.Charge(kind=kind, cents=s.random.randint(0, 90_000)) for kind in s.some(ChargeKind)
        ],
        "registered_doctor": s.random.choice((None, True, False)),
        "other_rights": s.some(OtherRight),
        "obstacles": s.some(Obstacle),
    }


def _add_need(s: Scene) -> Fields:
    return dict(a_need(s.random, s.today))


def _an_open_need(s: Scene) -> Fields:
    return {"need_id": s.random.choice(s.state.open_needs())}


def _drop_need(s: Scene) -> Fields:
    return _an_open_need(s) | {"reason": s.random.choice(list(DropReason))}


def _plan(s: Scene) -> Fields:
    def an_action(need_ids: list[str]) -> care.ActionToPlan:
        return care.ActionToPlan(
            kind=s.random.choice(list(ActionKind)),
            due_on=s.today + s.up_to(timedelta(days=60)),
            need_ids=need_ids,
            partner=s.random.choice((None, None, *Partner)),
        )

    return {
        "actions": [an_action([]), *(an_action([need]) for need in s.state.open_needs())],
        "occurred_on": None,
    }


def _an_open_action(s: Scene) -> Fields:
    return {"action_id": s.random.choice(s.state.open_actions())}


def _start(s: Scene) -> Fields | None:
    planned = [a for a in s.state.open_actions() if s.state.actions[a].status == "planned"]
    return {"action_id": s.random.choice(planned)} if planned else None


def _complete(s: Scene) -> Fields:
    fields = _an_open_action(s)
    if s.state.actions[str(fields["action_id"])].level == Level.RIGHTS:
        fields["right"] = s.random.choice((None, *Right))
        if fields["right"] is Right.CSS:
            fields["formerly"] = s.random.choice((None, *FormerRight))
    return fields


def _abandon(s: Scene) -> Fields:
    return _an_open_action(s) | {"reason": s.random.choice(list(AbandonReason))}


def _quote(s: Scene) -> Fields | None:
    if not s.state.needs:
        return None
    total = s.random.randint(1, 400_000)
    basic = s.random.randint(0, total)
    return {
        "need_id": s.random.choice(list(s.state.needs)),
        "total_cents": total,
        "basic_share_cents": basic,
        "complementary_share_cents": s.random.randint(0, total - basic),
    }


def _request(s: Scene) -> Fields | None:
    rests = {q: quote.rest_to_pay_cents for q, quote in s.state.quotes.items() if quote.rest_to_pay_cents}
    if not rests:
        return None
    quote_id = s.random.choice(list(rests))
    return {
        "quote_id": quote_id,
        "funder": s.random.choice(list(Funder)),
        "amount_cents": s.random.randint(1, rests[quote_id]),
    }


def _decide(s: Scene) -> Fields:
    pending = [r for r, request in s.state.requests.items() if request.status == "pending"]
    request_id = s.random.choice(pending)
    request = s.state.requests[request_id]
    most = min(request.amount_cents, s.state.uncovered_cents(request.quote_id))
    return {"request_id": request_id, "granted_cents": s.random.choice((0, most, s.random.randint(0, most)))}


def _instalments(s: Scene) -> Fields:
    quote_id = s.random.choice(list(s.state.quotes))
    most = s.state.uncovered_cents(quote_id) + s.state.quotes[quote_id].person_share_cents
    share = s.random.choice((most, s.random.randint(0, most)))
    return {"quote_id": quote_id, "person_share_cents": share, "instalments": s.random.randint(1, 12)}


def _suspend(s: Scene) -> Fields:
    until = s.today + timedelta(days=s.random.randint(1, 90))
    return {"until": until, "reason": s.random.choice(list(SuspendReason)), "occurred_on": None}


def _refer(s: Scene) -> Fields | None:
    if s.state.state == State.DETECTED:
        return {"partner": s.random.choice(list(Partner)), "as_not_relevant": True}
    consented = [partner for partner in Partner if partner in s.state.share_with]
    return {"partner": s.random.choice(consented)} if consented else None


def _close(s: Scene) -> Fields:
    reasons = set(CLOSING_REASONS[State(s.state.state)])
    channels = s.state.attempts_since_reached()
    if len(channels) < 3 or len(set(channels)) < 2:
        reasons.discard(ClosingReason.UNREACHABLE)
    if len({need.status == "performed" for need in s.state.needs.values()}) < 2:  # all of them, or none
        reasons.discard(ClosingReason.CARE_PARTLY_PERFORMED)
    if not s.state.rights_opened:
        reasons.discard(ClosingReason.RIGHTS_OPENED_ONLY)
    remaining = s.random.choice(list(AbandonReason)) if s.state.open_actions() else None
    return {"reason": s.random.choice(sorted(reasons)), "remaining_actions": remaining}


def _transfer(s: Scene) -> Fields | None:
    taken = {s.state.organisation, *s.other_open_cases.values()}
    elsewhere = sorted(set(s.organisations) - taken)
    return {"to_organisation": s.random.choice(elsewhere)} if elsewhere else None


def _correct(s: Scene) -> Fields | None:
    facts = corrected([(event.data, event.occurred_on) for event in s.case.history])
    version = s.random.choice([v for v, (data, _) in enumerate(facts, 1) if type(data) is not FactCorrected])
    data, on = facts[version - 1]
    changes: Fields = {}
    match data:
        case ContactLogged(reached=reached):
            changes = {"reached": not reached}
        case NeedAdded(care_type=care_type):
            changes = {"care_type": s.random.choice([c.value for c in CareType if c != care_type])}
        case QuoteRecorded(total_cents=total):
            changes = {"total_cents": total + s.random.randint(1, 1000)}
        case FundingDecided(granted_cents=granted) if granted:
            changes = {"granted_cents": s.random.randint(0, granted - 1)}
        case _ if any(type(data) is COMMANDS[trigger].event for trigger in OF_THE_EPISODE):
            pass
        case _ if version > 1:
            other = s.state.detected_on + s.up_to(s.today - s.state.detected_on)
            changes = {} if other == on else {"occurred_on": other.isoformat()}
        case _:
            changes = {"occurred_on": (on - timedelta(days=s.random.randint(1, 30))).isoformat()}
    return {"corrects": version, "changes": changes} if changes else None


def _nothing(s: Scene) -> Fields:
    return {}


def _one_of(codes: Iterable[LabelledEnum]) -> Callable[[Scene], Fields]:
    return lambda s: {"reason": s.random.choice(sorted(codes))}


def _rectify(s: Scene) -> Fields:
    # A number for each case and version: what is put right must not be right already, whatever is drawn.
    digits = f"{crc32(f'{s.case.id} {s.state.version}'.encode()) % 1_000_000:06}"
    phone = f"04 66 {digits[:2]} {digits[2:4]} {digits[4:]}"
    return {"identity": {"phone": phone}} | _one_of(RectifyReason)(s)


def _merge(s: Scene) -> Fields | None:
    if s.kept is None:
        return None
    other, state = s.kept.case, s.state
    fits = (
        other.organisation == state.organisation
        and other.case_id != state.case_id
        and other.person_id != state.person_id
        and not (other.erased or other.archived_on)
        and (state.state == "closed" or other.state != "closed")
        and not set(s.other_open_cases.values()) & set(s.kept.open_cases.values())
    )
    return {"into": other.case_id, "occurred_on": None} if fits else None


def _reassign(s: Scene) -> Fields:
    return _assign(s) | _one_of(ReassignReason)(s)


_FIELDS: Final[dict[Trigger, Callable[[Scene], Fields | None]]] = {
    Trigger.ACCEPT: _accept,
    Trigger.REJECT: _one_of(REJECTION_REASONS),
    Trigger.ASSIGN: _assign,
    Trigger.REASSIGN: _reassign,
    Trigger.LOG_CONTACT: _contact,
    Trigger.RECORD_CONSENT: _sharing,
    Trigger.AMEND_CONSENT: _sharing,
    Trigger.REFUSE_CONSENT: _nothing,
    Trigger.WITHDRAW_CONSENT: _nothing,
    Trigger.COMPLETE_BILAN: _bilan,
    Trigger.AMEND_BILAN: _bilan,
    Trigger.ADD_NEED: _add_need,
    Trigger.DROP_NEED: _drop_need,
    Trigger.BUILD_PLAN: _plan,
    Trigger.REVISE_PLAN: _plan,
    Trigger.START_ACTION: _start,
    Trigger.COMPLETE_ACTION: _complete,
    Trigger.ABANDON_ACTION: _abandon,
    Trigger.RECORD_QUOTE: _quote,
    Trigger.REQUEST_FUNDING: _request,
    Trigger.DECIDE_FUNDING: _decide,
    Trigger.AGREE_INSTALMENTS: _instalments,
    Trigger.RECORD_CARE_PERFORMED: _an_open_need,
    Trigger.SUSPEND: _suspend,
    Trigger.RESUME: _nothing,
    Trigger.REFER_ONWARD: _refer,
    Trigger.RECORD_PARTNER_ACCEPTANCE: _nothing,
    Trigger.RECORD_PARTNER_COMPLETION: _nothing,
    Trigger.RECORD_PARTNER_REFUSAL: _nothing,
    Trigger.RECORD_NO_ANSWER: _nothing,
    Trigger.CLOSE: _close,
    Trigger.REOPEN: _one_of(ReopenReason),
    Trigger.TRANSFER: _transfer,
    Trigger.CORRECT_FACT: _correct,
    Trigger.MERGE: _merge,
    Trigger.RECTIFY_IDENTITY: _rectify,
    Trigger.ARCHIVE: _one_of(ArchiveReason),
    Trigger.RESTORE: _one_of(RestoreReason),
    Trigger.ERASE_PERSONAL_DATA: _nothing,
}
