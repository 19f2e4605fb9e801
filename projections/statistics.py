"""Asking a tally: which organisations, which period, grouped how.

Whole months are read from the tally, at the same cost however many cases there are. The ragged ends of a period
that does not start on a first or end on a last of a month are counted from the rows of those days: at most two
months of them.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Self

from msgspec import Struct
from sqlalchemy import Connection, Table, or_, select

from projections.organisations import waves as read_waves
from projections.read_model import Count, ReadModel, Waves
from projections.tallies import ALL, NATIONAL, Cell, Deltas, add, cells_of, changed_bins, merge, read_cells
from workflows.labels import LabelledEnum


class GroupBy(LabelledEnum):
    """What a statistic is broken down by."""

    MONTH = "month", "Mois", "Month"
    ORGANISATION = "organisation", "Organisme", "Organisation"
    WAVE = "wave", "Vague de déploiement", "Deployment wave"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which cases a statistic covers. Days are calendar days, both included; none means no bound.

    Several organisations, or several waves, mean any of them; both given, an organisation must be in both.
    """

    organisations: tuple[str, ...] = ()
    waves: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    group_by: GroupBy | None = None


class Definition(Struct, frozen=True):
    """What a figure is: shown beside it, so that it can be understood, redone and compared."""

    unit: str
    numerator: str
    denominator: str
    date_basis: str
    period: str
    missing: str
    source: str


class Covered(Struct, frozen=True):
    """Which organisations a statistic covers: how many are asked for, and how many of them have a case in it."""

    organisations_asked: int
    organisations_with_cases: int


@dataclass(slots=True)
class Cells:
    """What a tally holds for one group: the bins of each key."""

    bins: dict[str, list[int]] = field(default_factory=dict)

    def add(self, key: str, bins: list[int]) -> None:
        """Add a cell's bins to the key's."""
        self.bins[key] = merge(self.bins.get(key, []), bins)

    def count(self, key: str) -> int:
        """Return how many are counted under `key`."""
        return sum(self.bins.get(key, ()))


@dataclass(frozen=True, slots=True)
class Period:
    """A period as a run of whole months (`first` to `last`, both included) and at most two ragged ends (days)."""

    first: str
    last: str
    ends: tuple[tuple[date, date], ...] = ()

    @classmethod
    def of(cls, since: date | None, until: date | None) -> Self:
        """Cut the days from `since` to `until`, both included and either left open, into months and ends."""
        start, end = since or date.min, until or date.max
        if start > end:
            return cls(*_NO_MONTH)
        ends: list[tuple[date, date]] = []
        first, last = _number(start), _number(end)
        if start.day > 1:
            ends.append((start, min(end, _month_end(start))))
            first += 1
        if end != _month_end(end) and first <= last:
            ends.append((end.replace(day=1), end))
            last -= 1
        months = (_name(first), _name(last)) if first <= last else _NO_MONTH
        return cls(*months, tuple(ends))

    @property
    def is_everything(self) -> bool:
        """Whether the period has no bound at all."""
        return (self.first, self.last) == (_month(date.min), _month(date.max)) and not self.ends


def _month(day: date) -> str:
    return _name(_number(day))


def _number(day: date) -> int:
    """Number the months: those before the first and after the last of the calendar have one too."""
    return day.year * 12 + day.month - 1


def _name(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


_NO_MONTH: Final = ("9999-12", "0001-01")


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def gather(connection: Connection, model: ReadModel, filters: Filters) -> dict[str, Cells]:
    """Return the cells of each group, in order; ungrouped, all of them under the empty name."""
    waves = read_waves(connection)
    scopes = _scopes(filters, waves)
    period = Period.of(filters.since, filters.until)
    by_month = filters.group_by is GroupBy.MONTH
    groups: dict[str, Cells] = {} if filters.group_by else {"": Cells()}
    for (scope, month, key), bins in _whole_months(connection, model, scopes, period, by_month).items():
        groups.setdefault(month if by_month else scopes[scope], Cells()).add(key, bins)
    ragged: Deltas = {}
    add(ragged, _ragged(connection, model, period.ends))
    for (scope, month, key), changes in cells_of(ragged, waves).items():
        if scope in scopes and month != ALL:
            name = month if by_month else scopes[scope]
            groups.setdefault(name, Cells()).add(key, changed_bins([], changes))
    return dict(sorted(groups.items()))


def covered(connection: Connection, model: ReadModel, filters: Filters) -> Covered:
    """Return how many organisations the filters ask for, and how many have anything counted in the period."""
    waves = read_waves(connection)
    asked = {f"organisation:{code}" for code in _organisations(filters, waves)}
    period = Period.of(filters.since, filters.until)
    tally = tally_of(model)
    first, last = (ALL, ALL) if period.is_everything else (period.first, period.last)
    query = select(tally.c.scope).distinct().where(tally.c.period.between(first, last))
    query = query.where(tally.c.scope.startswith("organisation:"))
    found = {scope for (scope,) in connection.execute(query)}
    found |= {f"organisation:{organisation}" for organisation, *_ in _ragged(connection, model, period.ends)}
    return Covered(len(asked), len(found & asked))


def _organisations(filters: Filters, waves: Waves) -> list[str]:
    """Every registered organisation that the filters let through."""
    return [
        code
        for code, wave in waves.items()
        if (not filters.organisations or code in filters.organisations)
        and (not filters.waves or wave in filters.waves)
    ]


def _scopes(filters: Filters, waves: Waves) -> dict[str, str]:
    """Return the scopes to read, the coarsest that answer, each with the name of its group."""
    by = filters.group_by
    if by is GroupBy.ORGANISATION:
        return {f"organisation:{code}": code for code in _organisations(filters, waves)}
    if filters.organisations:
        return {
            f"organisation:{code}": waves[code] if by is GroupBy.WAVE else ""
            for code in _organisations(filters, waves)
        }
    if filters.waves or by is GroupBy.WAVE:
        names = filters.waves or tuple(sorted(set(waves.values())))
        return {f"wave:{wave}": wave if by is GroupBy.WAVE else "" for wave in names}
    return {NATIONAL: ""}


def _whole_months(
    connection: Connection, model: ReadModel, scopes: dict[str, str], period: Period, by_month: bool
) -> dict[Cell, list[int]]:
    if period.is_everything and not by_month:
        return read_cells(connection, tally_of(model), scopes, ALL, ALL)
    return read_cells(connection, tally_of(model), scopes, period.first, period.last)


def _ragged(connection: Connection, model: ReadModel, ends: tuple[tuple[date, date], ...]) -> Iterator[Count]:
    """Yield what the rows dated in the ragged ends count there."""
    if not ends or model.counts is None:
        return
    columns = [model.table.c[name] for name in model.dated_by]
    dated = or_(*(column.between(*end) for column in columns for end in ends))
    for found in connection.execute(select(model.table).where(dated)):
        for count in model.counts(model.row(*found)):
            if any(start <= count[1] <= end for start, end in ends):
                yield count


def tally_of(model: ReadModel) -> Table:
    """Return the tally of a read model that has one."""
    if model.tally is None:
        raise ValueError(f"the read model {model.name} has no tally")
    return model.tally


def share(part: int, whole: int) -> float | None:
    """Return a share in percent, to two decimals; none of nothing."""
    return round(100 * part / whole, 2) if whole else None
