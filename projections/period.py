"""A period cut into the whole months, or weeks, that a tally holds, and the ragged ends that are counted from rows."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Final, Self

WEEK: Final = "week:"
"""What a week's name begins with in a tally, so that no range of months holds a week."""


class Unit(Enum):
    """What a tally's cells are dated by. Units are numbered: those before the first day and after the last have a
    number too, but no name.
    """

    MONTH = "month"
    WEEK = "week"

    def number(self, day: date) -> int:
        """Return the number of the unit that `day` lies in."""
        if self is Unit.MONTH:
            return day.year * 12 + day.month - 1
        return (day.toordinal() - 1) // 7  # the first day of all, 0001-01-01, is a Monday

    def name_of(self, number: int) -> str:
        """Return the name of a unit in a tally: `YYYY-MM`, or `week:YYYY-Www` as ISO 8601 numbers the weeks."""
        if self is Unit.MONTH:
            return f"{number // 12:04d}-{number % 12 + 1:02d}"
        year, week, _ = date.fromordinal(number * 7 + 1).isocalendar()
        return f"{WEEK}{year:04d}-W{week:02d}"

    def of(self, day: date) -> str:
        """Return the name of the unit that `day` lies in."""
        return self.name_of(self.number(day))

    def first_day(self, day: date) -> date:
        """Return the first day of the unit that `day` lies in."""
        return day.replace(day=1) if self is Unit.MONTH else day - timedelta(day.weekday())

    def last_day(self, day: date) -> date:
        """Return the last day of the unit that `day` lies in; the calendar's last week ends with the calendar."""
        if self is Unit.MONTH:
            return day.replace(day=monthrange(day.year, day.month)[1])
        return date.fromordinal(min(day.toordinal() + 6 - day.weekday(), date.max.toordinal()))


def shown(name: str) -> str:
    """Return the name of a group from that of its period in a tally: `2018-03`, or `2018-W09`."""
    return name.removeprefix(WEEK)


def units(unit: Unit, first: date, last: date) -> Iterator[tuple[str, date]]:
    """Yield the units from the one of the day `first` to that of `last`: the name of its group, and its last day."""
    day = first
    while day <= last:
        end = unit.last_day(day)
        yield shown(unit.of(day)), end
        if end == date.max:
            return
        day = end + timedelta(1)


@dataclass(frozen=True, slots=True)
class Period:
    """A period as a run of whole units (`first` to `last`, both included) and at most two ragged ends (days)."""

    first: str
    last: str
    ends: tuple[tuple[date, date], ...] = ()
    unit: Unit = Unit.MONTH

    @classmethod
    def of(cls, since: date | None, until: date | None, unit: Unit = Unit.MONTH) -> Self:
        """Cut the days from `since` to `until`, both included and either left open, into units and ends."""
        start, end = since or date.min, until or date.max
        if start > end:
            return cls(*_NONE[unit], (), unit)
        ends: list[tuple[date, date]] = []
        first, last = unit.number(start), unit.number(end)
        if start != unit.first_day(start):
            ends.append((start, min(end, unit.last_day(start))))
            first += 1
        if end != unit.last_day(end) and first <= last:
            ends.append((unit.first_day(end), end))
            last -= 1
        names = (unit.name_of(first), unit.name_of(last)) if first <= last else _NONE[unit]
        return cls(*names, tuple(ends), unit)

    @property
    def is_everything(self) -> bool:
        """Whether the period has no bound at all."""
        return (self.first, self.last) == _ALL[self.unit] and not self.ends


_ALL: Final = {unit: (unit.of(date.min), unit.of(date.max)) for unit in Unit}
_NONE: Final = {unit: (last, first) for unit, (first, last) in _ALL.items()}
"""A run that holds no unit: it ends before it begins."""
