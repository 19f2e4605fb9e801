"""Asking a tally: which organisations, which period, grouped how.

Whole months (by week: whole weeks) are read from the tally, at the same cost however many cases there are. The ragged
ends of a period that does not start on the first day of one or end on the last are counted from the rows of those
days: at most two months of them.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Self

from msgspec import Struct
from sqlalchemy import Connection, Table, or_, select

from projections.organisations import waves as read_waves
from projections.period import Period, Unit, shown
from projections.read_model import Count, ReadModel, Waves
from projections.tallies import (
    ALL,
    NATIONAL,
    Cell,
    changed_bins,
    keys_are,
    merge,
    read_cells,
    scopes_of,
)
from workflows.labels import LabelledEnum


class GroupBy(LabelledEnum):
    """What a statistic is broken down by."""

    WEEK = "week", "Semaine", "Week"
    MONTH = "month", "Mois", "Month"
    ORGANISATION = "organisation", "Organisme", "Organisation"
    WAVE = "wave", "Vague de déploiement", "Deployment wave"

    @property
    def unit(self) -> Unit | None:
        """The unit of time that the groups are, if they are one."""
        return {GroupBy.WEEK: Unit.WEEK, GroupBy.MONTH: Unit.MONTH}.get(self)


MAX_MATURITY: Final = 3650
"""The most days of maturity that may be asked for: ten years, more than any accompaniment lasts."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """Those who consented long enough ago, `maturity` days, for nearly all to have closed: by `consented_by`."""

    maturity: int
    consented_by: date

    @classmethod
    def of(cls, maturity: int, until: date | None, today: date) -> Self:
        """Return the cohort that has had `maturity` days, or more, by the end of the period, at the latest today."""
        end = min(until or today, today)
        return cls(maturity, date.fromordinal(max(1, end.toordinal() - maturity)))


@dataclass(frozen=True, slots=True)
class Filters:
    """Which cases a statistic covers. Days are calendar days, both included; none means no bound.

    Several organisations, or several waves, mean any of them; both given, an organisation must be in both. With a
    `cohort` the days are those of the consent, and the period ends with it.
    """

    organisations: tuple[str, ...] = ()
    waves: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    group_by: GroupBy | None = None
    cohort: Cohort | None = None

    def period(self, unit: Unit = Unit.MONTH) -> Period:
        """Return the days that are counted, cut into units."""
        until = self.until
        if self.cohort is not None:
            until = min(until or date.max, self.cohort.consented_by)
        return Period.of(self.since, until, unit)


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


def gather(
    connection: Connection, model: ReadModel, filters: Filters, keys: Collection[str] = ()
) -> dict[str, Cells]:
    """Return the cells of each group, in order; ungrouped, all of them under the empty name.

    `keys` are what the keys to read may begin with; none means any.
    """
    waves = read_waves(connection)
    scopes = _scopes(filters, waves)
    unit = filters.group_by.unit if filters.group_by else None
    period = filters.period(unit or Unit.MONTH)
    groups: dict[str, Cells] = {} if filters.group_by else {"": Cells()}
    for (scope, name, key), bins in _whole(connection, model, scopes, period, unit, keys).items():
        groups.setdefault(shown(name) if unit else scopes[scope], Cells()).add(key, bins)
    for (name, key), counted in _at_the_ends(connection, model, period, scopes, waves, unit).items():
        if _is_among(key, keys):
            groups.setdefault(name, Cells()).add(key, changed_bins([], counted))
    return dict(sorted(groups.items()))


def covered(
    connection: Connection, models: Sequence[ReadModel], filters: Filters, keys: Collection[str] = ()
) -> Covered:
    """Return how many organisations the filters ask for, and how many have anything counted in the period.

    `keys` as for `gather`.
    """
    waves = read_waves(connection)
    asked = {f"organisation:{code}" for code in _organisations(filters, waves)}
    found: set[str] = set()
    for model in models:
        found |= _with_anything(connection, model, filters.period(), keys, asked - found)
    return Covered(len(asked), len(found & asked))


def _with_anything(
    connection: Connection, model: ReadModel, period: Period, keys: Collection[str], wanted: set[str]
) -> set[str]:
    """Return the scopes of organisations with anything counted; no further than all those `wanted` are found."""
    tally = tally_of(model)
    first, last = (ALL, ALL) if period.is_everything else (period.first, period.last)
    query = (
        select(tally.c.scope)
        .distinct()
        .where(tally.c.period.between(first, last))
        .where(tally.c.scope.startswith("organisation:"), keys_are(tally, keys))
    )
    found = {scope for (scope,) in connection.execute(query)}
    missing = wanted - found
    ragged = _ragged(connection, model, period) if missing else ()
    for organisation, _, counted in ragged:
        if any(_is_among(key, keys) for (key, _), number in Counter(counted).items() if number):
            found.add(f"organisation:{organisation}")
            missing.discard(f"organisation:{organisation}")
            if not missing:
                break
    return found


def organisations_asked(connection: Connection, filters: Filters) -> Waves | None:
    """Return the organisations that the filters name, in one way or another, with their waves; none for everybody."""
    if not (
        filters.organisations or filters.waves or filters.group_by in (GroupBy.ORGANISATION, GroupBy.WAVE)
    ):
        return None
    waves = read_waves(connection)
    return {code: waves[code] for code in _organisations(filters, waves)}


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


def _whole(
    connection: Connection,
    model: ReadModel,
    scopes: dict[str, str],
    period: Period,
    unit: Unit | None,
    keys: Collection[str],
) -> dict[Cell, list[int]]:
    if period.is_everything and unit is None:
        return read_cells(connection, tally_of(model), scopes, ALL, ALL, keys)
    return read_cells(connection, tally_of(model), scopes, period.first, period.last, keys)


def _at_the_ends(
    connection: Connection,
    model: ReadModel,
    period: Period,
    scopes: dict[str, str],
    waves: Waves,
    unit: Unit | None,
) -> dict[tuple[str, str], Counter[int]]:
    """Return what is counted in the ragged ends, by group and key."""
    found: dict[tuple[str, str], Counter[int]] = {}
    for organisation, on, counted in _ragged(connection, model, period):
        for scope in scopes.keys() & scopes_of(organisation, waves):
            name = shown(unit.of(on)) if unit else scopes[scope]
            for (key, bin_), number in Counter(counted).items():
                if number:
                    found.setdefault((name, key), Counter())[bin_] += number
    return found


def _is_among(key: str, keys: Collection[str]) -> bool:
    return not keys or key.startswith(tuple(keys))


def _ragged(connection: Connection, model: ReadModel, period: Period) -> Iterator[Count]:
    """Yield what the rows dated in the ragged ends count there."""
    if not period.ends or model.counts is None:
        return
    columns = [model.table.c[name] for name in model.dated_by]
    dated = or_(*(column.between(*end) for column in columns for end in period.ends))
    for found in connection.execute(select(model.table).where(dated)):
        for count in model.counts(model.row(*found)):
            if any(start <= count[1] <= end for start, end in period.ends):
                yield count


def tally_of(model: ReadModel) -> Table:
    """Return the tally of a read model that has one."""
    if model.tally is None:
        raise ValueError(f"the read model {model.name} has no tally")
    return model.tally


def share(part: int, whole: int) -> float | None:
    """Return a share in percent, to two decimals; none of nothing."""
    return round(100 * part / whole, 2) if whole else None
