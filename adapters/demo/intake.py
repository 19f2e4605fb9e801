"""When and where people are referred: intake grows with the waves, each cell from its own first day.

Only totals are published (35,433 people in all); how they spread over the funds and the weeks is ours: funds differ in
size, and a cell takes eighteen months to reach its full intake.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Final

from adapters.demo.calendar import is_working, on_or_after
from adapters.demo.quotas import largest_remainder
from domain.events.organisations import OrganisationRegistered

_AT_FIRST: Final = 0.35
_FULL_AFTER_DAYS: Final = 540
_SIZES: Final = 0.45


@dataclass(frozen=True, slots=True)
class _Cell:
    """The working days of one cell, and the running sum of its intake over them."""

    code: str
    days: tuple[date, ...]
    sums: tuple[float, ...]

    def referrals(self, count: int, rng: Random) -> list[tuple[date, str]]:
        """Return so many days in order, the first on the cell's first day, the others spread by its intake."""
        total = self.sums[-1]
        spread = [(index + rng.random()) / count * total for index in range(1, count)]
        return [(self.days[bisect_left(self.sums, point)], self.code) for point in [0.0, *spread][:count]]


def referrals(
    organisations: Sequence[OrganisationRegistered],
    cases: int,
    since: date,
    until: date,
    rng: Random,
    larger: Mapping[str, float] | None = None,
) -> list[tuple[date, str]]:
    """Return the day and the organisation of each referral, in order; every organisation gets one at least.

    `since` is a first day for all; an organisation deployed later starts on its own. With fewer cases than
    organisations the first ones get them. `larger` multiplies the intake of some.
    """
    factors = larger or {}
    cells = [_cell(organisation, since, until, rng) for organisation in organisations][:cases]
    intake = {cell.code: cell.sums[-1] * factors.get(cell.code, 1) for cell in cells}
    more = largest_remainder(intake, cases - len(cells))
    days = [day for cell in cells for day in cell.referrals(1 + more[cell.code], rng)]
    return sorted(days)


def _cell(organisation: OrganisationRegistered, since: date, until: date, rng: Random) -> _Cell:
    first = on_or_after(max(since, organisation.deployed_on))
    days = tuple(
        day
        for day in (first + timedelta(days=number) for number in range((until - first).days + 1))
        if is_working(day)
    )
    size = rng.lognormvariate(0, _SIZES)
    growth = (
        size
        * (_AT_FIRST + (1 - _AT_FIRST) * min(1, (day - organisation.deployed_on).days / _FULL_AFTER_DAYS))
        for day in days
    )
    return _Cell(organisation.code, days, tuple(accumulate(growth)))
