"""The script of a made-up case: from the referral to the ending its plan asks for, in commands.

A script always goes on to the end of the story; whoever plays it stops at the plan's horizon. That is how open cases
come about, in every state and with whatever is due next.
"""

from collections.abc import Iterator
from typing import Any, Final

from adapters.demo import forgone, notes
from adapters.demo.aftermath import after_closing
from adapters.demo.calendar import after
from adapters.demo.endings import CARE_PARTLY, Stage
from adapters.demo.journey import Journey
from adapters.demo.onward import sent_on
from adapters.demo.steps import Script, Step
from adapters.demo.work import reviewed_and_planned
from domain.commands.follow_up import (
    Close,
    CorrectFact,
)
from domain.commands.intake import (
    Accept,
    AdministrativeCheck,
    Assign,
    Detect,
    RecordConsent,
    RefuseConsent,
    Reject,
    WithdrawConsent,
)
from domain.vocabulary import Origin, Outcome, Partner, Source
from workflows.closing import ClosingReason

_ORIGINS: Final = {Origin.DETECTOR_QUESTION: 86, Origin.SPONTANEOUS: 10, Origin.DATABASE_QUERY: 4}
"""Mostly a question asked, sometimes a spontaneous declaration [001, I.1]; queries came later [003]."""

_SHARED: Final = (
    Partner.CCAS,
    Partner.CAF,
    Partner.MUTUAL,
    Partner.HOSPITAL_PASS,
    Partner.CARSAT,
    Partner.ASSOCIATION,
    Partner.SOCIAL_SERVICE,
    Partner.DEPARTEMENT,
)


def script(j: Journey) -> Script:
    """Yield the steps of one case."""
    plan, ending = j.plan, j.plan.ending
    yield from _referral(j)
    if ending.stage is Stage.REJECTED:
        yield from j.ask(plan.close_on, Reject(reason=ending.reason))
    elif ending.stage is Stage.SENT_ON:
        yield from sent_on(j, j.between(j.diary.day, plan.close_on, high=0.4), as_not_relevant=True)
    else:
        yield from _acceptance(j)
        if ending.stage is Stage.UNCONSENTED:
            yield from _lost_before_consent(j)
        else:
            yield from _consent(j)
            if ending.stage is Stage.CONSENTED:
                yield from _ended_after_consent(j)
            else:
                yield from reviewed_and_planned(j)
    yield from after_closing(j)


def _referral(j: Journey) -> Iterator[Step]:
    plan, rng = j.plan, j.rng
    outcomes = plan.outcomes
    found = forgone.needs(
        rng,
        plan.detected_on,
        least=2 if plan.ending is CARE_PARTLY else 1,
        costly=Outcome.FINANCIAL_SUPPORT in outcomes,
        financial=plan.financial_reason,
    )
    j.needs = found
    fields: dict[str, Any] = {
        "person": j.person,
        "source": plan.source,
        "partner_kind": plan.partner_kind,
        "origin": rng.choices(tuple(_ORIGINS), tuple(_ORIGINS.values()))[0],
        "agreed_to_contact": True,
        "needs": [need.described() for need in found if need.told],
        "note": notes.detected(rng),
        "occurred_on": plan.detected_on if plan.recorded_on > plan.detected_on else None,
    }
    detector = j.team.detector(plan.source)
    if rng.random() >= 0.006:
        yield from j.ask(plan.recorded_on, Detect(**fields), detector)
        return
    wrong = rng.choice([s for s in Source if s not in (plan.source, Source.PARTNER)])
    yield from j.ask(plan.recorded_on, Detect(**fields | {"source": wrong, "partner_kind": None}), detector)
    right: dict[str, Any] = {"source": plan.source.value}
    if plan.partner_kind is not None:
        right["partner_kind"] = plan.partner_kind.value
    # The same day, so that no source is ever counted wrong at the end of a day.
    yield from j.ask(plan.recorded_on, CorrectFact(corrects=1, changes=right), j.team.supervisor)


def _acceptance(j: Journey) -> Iterator[Step]:
    """The relevance is decided: by the counsellor who takes the case, or by the supervisor who hands it out."""
    plan, rng = j.plan, j.rng
    last = min(plan.consent_on or plan.close_on, after(j.diary.day, 6))
    day = j.between(j.diary.day, max(last, j.diary.day))
    check = AdministrativeCheck(
        basic_cover_current=rng.random() < 0.85,
        complementary_cover_current=rng.random() < 0.6,
        ameli_account=rng.random() < 0.5,
    )
    draw = rng.random()
    if draw < 0.06:
        yield from j.ask(day, Assign(counsellor=j.counsellor.actor), j.team.supervisor)
    by = j.team.supervisor if 0.06 <= draw < 0.18 else j.counsellor
    yield from j.ask(day, Accept(counsellor=j.counsellor.actor, administrative_check=check), by)


def _lost_before_consent(j: Journey) -> Iterator[Step]:
    plan, reason = j.plan, j.plan.ending.reason
    accepted = j.diary.day
    if reason is ClosingReason.UNREACHABLE:
        yield from j.attempts(accepted, plan.close_on)
    elif j.rng.random() < 0.7:
        reached = reason in (ClosingReason.CONSENT_REFUSED, ClosingReason.DISENGAGED)
        yield from j.ask(j.between(accepted, plan.close_on), j.contact(reached=reached))
    if reason is ClosingReason.CONSENT_REFUSED:
        yield from j.ask(plan.close_on, RefuseConsent())
    else:
        yield from j.ask(plan.close_on, Close(reason=reason))


def _consent(j: Journey) -> Iterator[Step]:
    """The counsellor calls, sometimes twice, and hears of needs that the detector had not heard of."""
    plan, rng = j.plan, j.rng
    day = plan.consent_on or j.diary.day
    if rng.random() < 0.45:
        soon = min(after(j.diary.day, 3), day)
        yield from j.ask(j.between(j.diary.day, soon), j.contact(reached=False))
    yield from j.ask(day, j.contact(reached=True, note=notes.called(rng)))
    j.share_with = rng.sample(_SHARED, rng.choice((0, 0, 1, 1, 2)))
    if plan.ending.onward:
        j.share_with.append(j.partner)
    yield from j.ask(day, RecordConsent(share_with=j.share_with))
    untold = [need for need in j.needs if not need.told]
    j.needs = [need for need in j.needs if need.told]
    for need in untold:
        yield from j.ask(day, j.add(need))


def _ended_after_consent(j: Journey) -> Iterator[Step]:
    if j.plan.ending.onward:
        yield from sent_on(j, j.between(j.diary.day, j.plan.close_on, high=0.5))
    else:
        yield from j.ask(j.plan.close_on, WithdrawConsent())
