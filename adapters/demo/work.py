"""The review of rights, the plan, and the work on it until its ending [001, I.1 and II.2]."""

from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import Final

from adapters.demo import money, notes
from adapters.demo.agenda import Agenda
from adapters.demo.calendar import after
from adapters.demo.care import add_care, add_late_need
from adapters.demo.endings import CARE, CARE_PARTLY, Stage
from adapters.demo.funding import add_package, add_refused_package
from adapters.demo.journey import Journey
from adapters.demo.onward import sent_in_vain, sent_on
from adapters.demo.planned import Planned, planned_actions
from adapters.demo.steps import Step
from adapters.demo.wayside import add_wayside
from domain.commands.care import AbandonAction, BuildPlan, CompleteAction, StartAction
from domain.commands.follow_up import Close
from domain.commands.intake import CompleteBilan, WithdrawConsent
from domain.vocabulary import (
    AbandonReason,
    BasicCover,
    ComplementaryCover,
    Obstacle,
    OtherRight,
    Outcome,
)
from workflows.closing import ClosingReason

_LAST_ATTEMPTS_DAYS: Final = 30


def reviewed_and_planned(j: Journey) -> Iterator[Step]:
    """Yield the steps from the consent to the closing."""
    plan, ending = j.plan, j.plan.ending
    day = j.between(j.diary.day, min(after(j.diary.day, 14), plan.close_on), high=0.8)
    yield from j.ask(day, bilan(j))
    if ending.stage is Stage.REVIEWED:
        if ending.onward:
            yield from sent_on(j, j.between(day, plan.close_on, high=0.5))
        else:
            yield from j.ask(plan.close_on, Close(reason=ending.reason))
        return
    day = j.between(day, min(after(day, 12), plan.close_on), high=0.7)
    actions = planned_actions(j, day)
    yield from j.ask(day, BuildPlan(actions=[action.to_plan for action in actions]))
    if j.share_with and not ending.onward and plan.days > 2 * j.expiry_days and j.rng.random() < 0.06:
        yield from sent_in_vain(j, j.between(day, plan.close_on, 0.7, 0.7))
    yield from _worked_on(j, actions)


def _worked_on(j: Journey, actions: list[Planned]) -> Iterator[Step]:
    plan, ending = j.plan, j.plan.ending
    start, end = j.diary.day, plan.close_on
    if ending.onward:
        end = j.between(start, end, 0.4, 0.8)
    elif ending.reason is ClosingReason.UNREACHABLE:
        end = max(after(start, 1), min(end, after(end, -_LAST_ATTEMPTS_DAYS)))
        end = min(end, plan.close_on)
    agenda = Agenda()
    cared = ending in (CARE, CARE_PARTLY)
    care_by = j.between(start, end, 0.85, 1.0) if cared else end
    if Outcome.FINANCIAL_SUPPORT in plan.outcomes:
        add_package(j, agenda, start, care_by)
    elif j.rng.random() < 0.04:
        add_refused_package(j, agenda, start, care_by)
    if cared:
        add_late_need(j, agenda, actions, start, care_by)
        add_care(j, agenda, start, care_by)
    _add_actions(j, agenda, actions, start, end)
    add_wayside(j, agenda, start, end)
    yield from agenda.played(j)
    yield from _ended(j, end)


def _add_actions(j: Journey, agenda: Agenda, actions: list[Planned], start: date, end: date) -> None:
    """Each action is completed, given up, or left for the closing to settle."""
    for number, action in zip(count(1), actions, strict=False):
        action_id = f"a{number}"
        if not action.completed:
            if j.rng.random() < 0.5:
                reason = j.rng.choice(
                    (AbandonReason.DECLINED, AbandonReason.NOT_FEASIBLE, AbandonReason.NO_LONGER_NEEDED)
                )
                agenda.add(j.between(start, end), AbandonAction(action_id=action_id, reason=reason))
            continue
        done_on = max(j.between(start, end, 0.1, 0.95), action.not_before or start)
        if j.rng.random() < 0.12:
            agenda.add(j.between(action.not_before or start, done_on), StartAction(action_id=action_id))
        agenda.add(
            done_on,
            CompleteAction(action_id=action_id, right=action.right, formerly=action.formerly(done_on)),
        )


def _ended(j: Journey, end: date) -> Iterator[Step]:
    plan, reason = j.plan, j.plan.ending.reason
    if plan.ending.onward:
        yield from sent_on(j, end)
        return
    if reason is ClosingReason.UNREACHABLE:
        yield from j.attempts(end, plan.close_on)
    if reason is ClosingReason.CONSENT_WITHDRAWN:
        yield from j.ask(plan.close_on, WithdrawConsent())
        return
    remaining = AbandonReason.CASE_CLOSED if j.open_actions else None
    yield from j.ask(plan.close_on, Close(reason=reason, remaining_actions=remaining))


def bilan(j: Journey) -> CompleteBilan:
    """Return a review of rights that fits what the case will come to."""
    rng, outcomes = j.rng, j.plan.outcomes
    opens_cover = bool({Outcome.RIGHTS_CSS, Outcome.RIGHTS_COMPLEMENTARY} & outcomes)
    cover = (
        ComplementaryCover.NONE
        if opens_cover and rng.random() < 0.75
        else rng.choices(tuple(ComplementaryCover), (18, 46, 12, 24))[0]
    )
    update = Outcome.RIGHTS_FILE_UPDATED in outcomes
    obstacles = [Obstacle.REST_TO_PAY] if j.plan.financial_reason else [Obstacle.NOT_KNOWING_WHOM]
    if rng.random() < 0.2:
        obstacles.append(Obstacle.ADVANCE_OF_FEES)
    return CompleteBilan(
        basic_cover=BasicCover.TO_UPDATE if update else BasicCover.CURRENT,
        complementary_cover=cover,
        resources=money.resources(rng),
        charges=money.charges(rng),
        vitale_card_current=rng.random() < 0.8,
        registered_doctor=rng.random() < 0.75,
        other_rights=rng.sample(tuple(OtherRight), rng.choice((0, 0, 1, 1, 2))),
        obstacles=obstacles,
        note=notes.reviewed(rng),
    )
