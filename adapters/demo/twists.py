"""What does not go straight: late entries, moves to another fund, cases reopened, stalled, erased, people who come back.

How often is ours, no source says. Planned here is what touches the figures of all; a change of counsellor, a
suspension or a correction touches only its own case and is left to its script.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from adapters.demo.calendar import after, on_or_after, on_or_before
from adapters.demo.endings import CARE, CARE_PARTLY
from adapters.demo.organisations import PUBLISHED
from adapters.demo.plan import CasePlan, Reopening

_LATE: Final = 0.02
_TRANSFERRED: Final = 0.01
_REOPENED: Final = 0.012
_STALLED: Final = 0.10
_ERASED: Final = 0.01
_CONTESTED: Final = 0.004
_LEAST_TRANSFERRED: Final = 45
_REST_BEFORE_RETURN: Final = 20

_DEPLOYED_ON: Final = {organisation.code: organisation.deployed_on for organisation in PUBLISHED}


def add_twists(
    plans: Sequence[CasePlan], organisations: Sequence[str], end: date, returning: float, rng: Random
) -> None:
    """Twist a few plans. `returning` is the share of people who come a second time."""
    for plan in plans:
        if rng.random() < _LATE:
            _enter_late(plan, rng)
        if rng.random() < _TRANSFERRED:
            _transfer(plan, organisations, rng)
        if rng.random() < _REOPENED:
            _reopen(plan, end, rng)
        if not plan.closed and plan.reopening is None and rng.random() < _STALLED:
            plan.horizon = _between(rng, plan.recorded_on, end)
    _bring_back(plans, round(len(plans) * returning), rng)
    for plan in plans:
        if rng.random() < _ERASED:
            _erase(plan, plans, end, rng)
    for plan in plans:
        if rng.random() < _CONTESTED:
            _contest(plan, end)


def _enter_late(plan: CasePlan, rng: Random) -> None:
    """The referral reached the cell on paper, and was typed in days after it was made."""
    latest = min(plan.consent_on or plan.close_on, plan.horizon)
    plan.recorded_on = min(after(plan.detected_on, rng.randrange(3, 25)), latest)


def _transfer(plan: CasePlan, organisations: Sequence[str], rng: Random) -> None:
    """The person moves during the work: another cell, deployed by then, goes on."""
    consent_on = plan.consent_on
    if consent_on is None or not plan.ending.planned or plan.days < _LEAST_TRANSFERRED:
        return
    others = [
        code for code in organisations if code != plan.organisation and _DEPLOYED_ON[code] <= consent_on
    ]
    if others:
        plan.transfer_to = rng.choice(others)


def _reopen(plan: CasePlan, end: date, rng: Random) -> None:
    """Care that was not finished after all: closed, and taken up again."""
    if plan.ending not in (CARE, CARE_PARTLY) or plan.transfer_to is not None or plan.consent_on is None:
        return
    if not plan.closed:
        # The first episode must have ended, though the case is open: it ends earlier than it would have.
        room = (end - plan.consent_on).days - plan.ending.least_days
        if room < 30:
            return
        plan.close_on = after(plan.consent_on, plan.ending.least_days + rng.randrange(room - 20))
        if plan.close_on <= end - timedelta(days=10):
            plan.reopening = Reopening(_between(rng, after(plan.close_on, 1), end), None)
        else:
            plan.close_on = after(end, 7)
        return
    room = (end - plan.close_on).days
    if room < 40:
        return
    reopened_on = after(plan.close_on, rng.randrange(5, 20))
    closed_on = min(after(reopened_on, rng.randrange(10, 60)), end)
    plan.reopening = Reopening(reopened_on, closed_on)


def _bring_back(plans: Sequence[CasePlan], count: int, rng: Random) -> None:
    """Give some later cases to people whose earlier case in the same organisation is over."""
    over: dict[str, list[CasePlan]] = {}
    for plan in plans:
        if plan.closed and plan.reopening is None and plan.transfer_to is None:
            over.setdefault(plan.organisation, []).append(plan)
    candidates = [plan for plan in plans if plan.transfer_to is None]
    rng.shuffle(candidates)
    taken: set[int] = set()
    for plan in candidates:
        if len(taken) >= 2 * count:
            return
        if plan.number in taken:
            continue
        latest = plan.detected_on - timedelta(days=_REST_BEFORE_RETURN)
        before = next(
            (p for p in over.get(plan.organisation, ()) if p.close_on < latest and p.number not in taken),
            None,
        )
        if before is not None:
            plan.person = before.person
            taken |= {plan.number, before.number}


def _erase(plan: CasePlan, plans: Sequence[CasePlan], end: date, rng: Random) -> None:
    """Some time after the closing the person asks for their data to be erased; nobody who came back does."""
    came_back = plan.person != plan.number or plan.horizon != end
    last = plan.reopening.closed_on if plan.reopening else plan.close_on
    if came_back or not plan.closed or last is None or (end - last).days < 60:
        return
    if sum(other.person == plan.person for other in plans) == 1:
        plan.erased_on = _between(rng, after(last, 45), end)


def _contest(plan: CasePlan, end: date) -> None:
    """Some time after the closing the person finds what is known of them wrong, and has it restricted and put right."""
    over = plan.closed and plan.reopening is None and plan.erased_on is None and plan.horizon == end
    if over and plan.person == plan.number and (end - plan.close_on).days >= 45:
        plan.contested_on = after(plan.close_on, 15)


def _between(rng: Random, first: date, last: date) -> date:
    """Return a working day from `first` to `last`, both working days, both included."""
    day = on_or_after(first + timedelta(days=rng.randrange(max((last - first).days, 0) + 1)))
    return day if day <= last else on_or_before(last)
