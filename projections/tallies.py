"""Tallies: counts of a read model's rows by scope and period, kept up to date row by row.

A scope is `national`, `wave:<wave>` or `organisation:<code>`; a period is `all`, a month `YYYY-MM` or, for a read
model that says so, an ISO week `week:YYYY-Www`. Each cell holds a list of counts: position i counts what lies in bin
i (for durations a bin is a day; else there is bin 0). Trailing zeros are dropped and an empty cell is deleted, so that
however it came about it is the same bytes.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import chain, product
from typing import Any, Final

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, Index, Table, Text, or_, select, true

from projections.facts import FRENCH, METADATA
from projections.period import WEEK, Unit
from projections.read_model import Bin, Bins, Count, ReadModel, Waves

NATIONAL: Final = "national"
ALL: Final = "all"

Cell = tuple[str, str, str]
"""Scope, period, key."""

Deltas = dict[tuple[str, tuple[str, ...]], Counter[Bin]]
"""By organisation and periods (the month; for some read models the week too), how much to add under each bin."""

Counted = tuple[tuple[str, tuple[str, ...]], Bins]
"""What a row counts: where, as in `Deltas`, and how much in which bins."""

_decode: Final = msgspec.json.Decoder(list[int]).decode
_encode: Final = msgspec.json.Encoder().encode


_COLUMNS: Final = (
    (
        "scope",
        "national, wave:<wave> or organisation:<code>",
        "national, wave:<vague> ou organisation:<code>",
    ),
    ("period", "all, a month YYYY-MM, or week:YYYY-Www", "all, un mois AAAA-MM, ou week:AAAA-Www"),
    ("key", "what is counted", "ce qui est compté"),
    (
        "bins",
        "JSON list of counts; position i is bin i",
        "liste JSON de nombres ; la position i est la classe i",
    ),
)


def tally_table(name: str, what: str, french: str = "") -> Table:
    """Return the tally table of a read model; `what` says what is counted, and what a bin is, and so does `french`."""
    return Table(
        name,
        METADATA,
        *(
            Column(column, Text, primary_key=column != "bins", nullable=False, comment=en, info={FRENCH: fr})
            for column, en, fr in _COLUMNS
        ),
        Index(f"{name}_by_period", "period", "scope"),
        comment=what,
        info={FRENCH: french},
    )


def scopes_of(organisation: str, waves: Waves) -> tuple[str, ...]:
    """Return the scopes that a row of this organisation counts in."""
    wave = waves.get(organisation)
    own = f"organisation:{organisation}"
    return (NATIONAL, own) if wave is None else (NATIONAL, f"wave:{wave}", own)


def counted(model: ReadModel, rows: Iterable[Any]) -> list[Counted]:
    """Return what rows count, and where; nothing where their read model has no tally."""
    if model.counts is None:
        return []
    periods, counts = _PERIODS[model.weekly], model.counts
    return [((organisation, periods[on]), bins) for row in rows for organisation, on, bins in counts(row)]


def add(deltas: Deltas, counts: Iterable[Counted]) -> None:
    """Add what rows count."""
    for where, bins in counts:
        found = deltas.get(where)
        if found is None:
            found = deltas[where] = Counter()
        found.update(bins)


class Sums:
    """Adds up what very many rows of a read model count: gathered first, and counted together some hundred thousand
    at once.

    A third less work than `add`, which looks a count up for each of them.
    """

    def __init__(self, model: ReadModel) -> None:
        """Start with nothing."""
        self._counts = model.counts
        self._periods = _PERIODS[model.weekly]
        self._deltas: Deltas = {}
        self._gathered: defaultdict[tuple[str, tuple[str, ...]], list[Bin]] = defaultdict(list)
        self._waiting = 0

    def counted(self, rows: Iterable[Any]) -> list[Count]:
        """Return what some rows count. Raises whatever is wrong with any of them; nothing is taken in yet."""
        if self._counts is None:
            return []
        return list(chain.from_iterable(map(self._counts, rows)))

    def add(self, counts: Collection[Count]) -> None:
        """Take in what some rows count."""
        gathered, periods = self._gathered, self._periods
        for organisation, on, bins in counts:
            if type(bins) is dict:
                add(self._deltas, [((organisation, periods[on]), bins)])
            else:
                gathered[organisation, periods[on]] += bins
        self._waiting += len(counts)
        if self._waiting > _COUNTED_AT_ONCE:
            self._count()

    def deltas(self) -> Deltas:
        """Return what all of them count."""
        self._count()
        return self._deltas

    def _count(self) -> None:
        add(self._deltas, self._gathered.items())
        self._gathered.clear()
        self._waiting = 0


_COUNTED_AT_ONCE: Final = 200_000
"""Rows: as many as keep some tens of megabytes waiting."""


def take_away(deltas: Deltas, counts: Iterable[Counted]) -> None:
    """Take away what rows counted."""
    for where, bins in counts:
        deltas.setdefault(where, Counter()).subtract(bins)


class _Periods(dict[date, tuple[str, ...]]):
    """The periods that each day lies in, worked out once: cases name the same days over and over."""

    def __init__(self, *units: Unit) -> None:
        super().__init__()
        self._units = units

    def __missing__(self, day: date) -> tuple[str, ...]:
        if len(self) > _DAYS_KEPT:
            self.clear()
        periods = self[day] = tuple(unit.of(day) for unit in self._units)
        return periods


_DAYS_KEPT: Final = 100_000
_PERIODS: Final = {False: _Periods(Unit.MONTH), True: _Periods(Unit.MONTH, Unit.WEEK)}
"""By whether a read model is kept by week, too."""


def cells_of(deltas: Deltas, waves: Waves) -> dict[Cell, Counter[int]]:
    """Return what changes in the cells of every scope and period that `deltas` count in."""
    changes: dict[Cell, Counter[int]] = {}
    for (organisation, periods), bins in deltas.items():
        by_key: dict[str, list[tuple[int, int]]] = {}
        for (key, bin_), delta in bins.items():
            if delta:
                by_key.setdefault(key, []).append((bin_, delta))
        for where in product(scopes_of(organisation, waves), (ALL, *periods), by_key):
            cell = changes.get(where)
            if cell is None:
                cell = changes[where] = Counter()
            for bin_, delta in by_key[where[2]]:
                cell[bin_] = cell.get(bin_, 0) + delta
    return changes


def whole(deltas: Deltas, waves: Waves) -> Iterator[tuple[str, str, str, str]]:
    """Yield the stored cells, by key, of a tally that holds nothing but `deltas`.

    Summed upwards, from an organisation to its wave to the country: of many, that takes a quarter of the time of
    `cells_of`, which adds each to every cell it counts in.
    """
    organisations: dict[str, _ByPeriod] = {}
    for (organisation, periods), bins in deltas.items():
        _merge(organisations.setdefault(organisation, {}), dict.fromkeys(periods, bins))
    scopes: dict[str, _ByPeriod] = {}
    national: _ByPeriod = {}
    for organisation, by_period in organisations.items():
        for month in [period for period in by_period if not period.startswith(WEEK)]:
            _merge(by_period, {ALL: by_period[month]})
        scopes[f"organisation:{organisation}"] = by_period
        wave = waves.get(organisation)
        _merge(national if wave is None else scopes.setdefault(f"wave:{wave}", {}), by_period)
    for scope, by_period in scopes.items():
        if scope.startswith("wave:"):
            _merge(national, by_period)
    scopes[NATIONAL] = national
    for scope, by_period in sorted(scopes.items()):
        for period in sorted(by_period):
            yield from _cells(scope, period, by_period[period])


_ByPeriod = dict[str, dict[Bin, int]]


def _merge(total: _ByPeriod, more: Mapping[str, Mapping[Bin, int]]) -> None:
    for period, bins in more.items():
        found = total.get(period)
        if found is None:
            total[period] = dict(bins)
            continue
        known = found.get
        for bin_, number in bins.items():
            found[bin_] = known(bin_, 0) + number


def _cells(scope: str, period: str, bins: Mapping[Bin, int]) -> Iterator[tuple[str, str, str, str]]:
    by_key: dict[str, dict[int, int]] = {}
    for (key, bin_), number in bins.items():
        if number:
            found = by_key.get(key)
            if found is None:
                by_key[key] = {bin_: number}
            else:
                found[bin_] = number
    for key in sorted(by_key):
        yield scope, period, key, encode_bins(changed_bins([], by_key[key]))


def changed_bins(bins: list[int], changes: Mapping[int, int]) -> list[int]:
    """Return a cell's bins after its changes, without trailing zeros: an emptied cell is an empty list."""
    changed = bins + [0] * (max(changes) + 1 - len(bins))
    for bin_, delta in changes.items():
        changed[bin_] += delta
    while changed and changed[-1] == 0:
        changed.pop()
    return changed


def read_cells(
    connection: Connection,
    tally: Table,
    scopes: Collection[str],
    first: str,
    last: str,
    keys: Collection[str] = (),
) -> dict[Cell, list[int]]:
    """Return the stored cells of these scopes in the periods from `first` to `last` (`ALL` twice for no bound).

    `keys` are what the cells' keys may begin with; none means any.
    """
    query = select(tally.c.scope, tally.c.period, tally.c.key, tally.c.bins).where(
        tally.c.scope.in_(scopes), tally.c.period.between(first, last), keys_are(tally, keys)
    )
    return {(scope, period, key): _decode(bins) for scope, period, key, bins in connection.execute(query)}


def keys_are(tally: Table, keys: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that a cell's key begins with one of `keys`; none means any."""
    return or_(*(tally.c.key.startswith(key, autoescape=True) for key in keys)) if keys else true()


def encode_bins(bins: list[int]) -> str:
    """Return the stored form of a cell."""
    return _encode(bins).decode()


def decode_bins(bins: str) -> list[int]:
    """Return a cell from its stored form."""
    return _decode(bins)


def merge(into: list[int], bins: list[int]) -> list[int]:
    """Return the bin-by-bin sum of two cells."""
    longer, shorter = (into, bins) if len(into) >= len(bins) else (bins, into)
    return [a + b for a, b in zip(longer, shorter, strict=False)] + longer[len(shorter) :]
