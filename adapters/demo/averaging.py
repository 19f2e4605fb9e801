"""Bringing the average duration to an exact figure: closings are moved by working days, each a little, none too far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from adapters.demo.calendar import on_or_after, on_or_before
from adapters.demo.plan import CasePlan

PUBLISHED_DAYS: Final = 90
"""The average duration of accompaniment in days, over 44 organisations [001, II.2 and note 7]."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Closed episodes that count in the average and cannot be moved: how many, and their days together."""

    episodes: int
    days: int


def average(plans: Sequence[CasePlan], fixed: Fixed, until: date, rng: Random) -> None:
    """Move the closings of `plans` until the average of all is exactly the published one.

    First all in proportion, then a few by single days. With very few plans the last days may be impossible; the
    average then stays as near as it gets.
    """
    if not plans:
        return
    wanted = PUBLISHED_DAYS * (len(plans) + fixed.episodes) - fixed.days
    factor = wanted / max(sum(plan.days for plan in plans), 1)
    for plan in plans:
        if plan.consent_on is not None:
            _move(plan, plan.consent_on + timedelta(days=round(plan.days * factor)), until)
    missing = wanted - sum(plan.days for plan in plans)
    order = list(plans)
    rng.shuffle(order)
    while missing:
        before = missing
        for plan in order:
            if missing == 0:
                break
            missing -= _step(plan, missing, until)
        if missing == before:
            return


def _move(plan: CasePlan, to: date, until: date) -> None:
    plan.close_on = min(max(on_or_after(to), _earliest(plan)), on_or_before(until))


def _step(plan: CasePlan, missing: int, until: date) -> int:
    """Move one closing to the next working day (or the one before), if the average then comes nearer; return the days."""
    if missing > 0:
        to = on_or_after(plan.close_on + timedelta(days=1))
        allowed = to <= until
    else:
        to = on_or_before(plan.close_on - timedelta(days=1))
        allowed = to >= _earliest(plan)
    moved = (to - plan.close_on).days
    if not allowed or abs(moved) > abs(missing):
        return 0
    plan.close_on = to
    return moved


def _earliest(plan: CasePlan) -> date:
    consent_on = plan.consent_on or plan.close_on
    return min(on_or_after(consent_on + timedelta(days=plan.ending.least_days)), plan.close_on)
