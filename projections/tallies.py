"""Tallies: counts of a read model's rows by scope and period, kept up to date row by row.

A scope is `national`, `wave:<wave>` or `organisation:<code>`; a period is `all` or a month `YYYY-MM`. Each cell
holds a list of counts: position i counts what lies in bin i (for durations a bin is a day; else there is bin 0).
Trailing zeros are dropped and an empty cell is deleted, so that however it came about it is the same bytes.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final

import msgspec
from sqlalchemy import Column, Connection, Index, Table, Text, select

from projections.facts import METADATA
from projections.read_model import Bin, Count, Waves

NATIONAL: Final = "national"
ALL: Final = "all"

Cell = tuple[str, str, str]
"""Scope, period, key."""

Deltas = dict[tuple[str, str], Counter[Bin]]
"""By organisation and month, how much to add under each key and bin."""

_decode: Final = msgspec.json.Decoder(list[int]).decode
_encode: Final = msgspec.json.Encoder().encode


def tally_table(name: str, what: str) -> Table:
    """Return the tally table of a read model; `what` says what is counted, and what a bin is."""
    return Table(
        name,
        METADATA,
        Column("scope", Text, primary_key=True, comment="national, wave:<wave> or organisation:<code>"),
        Column("period", Text, primary_key=True, comment="all, or a month YYYY-MM"),
        Column("key", Text, primary_key=True, comment="what is counted"),
        Column("bins", Text, nullable=False, comment="JSON list of counts; position i is bin i"),
        Index(f"{name}_by_period", "period", "scope"),
        comment=what,
    )


def scopes_of(organisation: str, waves: Waves) -> tuple[str, ...]:
    """Return the scopes that a row of this organisation counts in."""
    wave = waves.get(organisation)
    own = f"organisation:{organisation}"
    return (NATIONAL, own) if wave is None else (NATIONAL, f"wave:{wave}", own)


def add(deltas: Deltas, counts: Iterable[Count]) -> None:
    """Add what a row counts."""
    for organisation, on, bins in counts:
        _bins_of(deltas, organisation, on).update(bins)


def take_away(deltas: Deltas, counts: Iterable[Count]) -> None:
    """Take away what a row counted."""
    for organisation, on, bins in counts:
        _bins_of(deltas, organisation, on).subtract(bins)


def _bins_of(deltas: Deltas, organisation: str, on: date) -> Counter[Bin]:
    where = (organisation, on.isoformat()[:7])
    bins = deltas.get(where)
    if bins is None:
        bins = deltas[where] = Counter()
    return bins


def cells_of(deltas: Deltas, waves: Waves) -> dict[Cell, Counter[int]]:
    """Return what changes in the cells of every scope and period that `deltas` count in."""
    changes: dict[Cell, Counter[int]] = {}
    for (organisation, month), bins in deltas.items():
        for scope in scopes_of(organisation, waves):
            for period in (ALL, month):
                for (key, bin_), delta in bins.items():
                    if delta:
                        changes.setdefault((scope, period, key), Counter())[bin_] += delta
    return changes


def changed_bins(bins: list[int], changes: Mapping[int, int]) -> list[int]:
    """Return a cell's bins after its changes, without trailing zeros: an emptied cell is an empty list."""
    changed = bins + [0] * (max(changes) + 1 - len(bins))
    for bin_, delta in changes.items():
        changed[bin_] += delta
    while changed and changed[-1] == 0:
        changed.pop()
    return changed


def read_cells(
    connection: Connection, tally: Table, scopes: Collection[str], first: str, last: str
) -> dict[Cell, list[int]]:
    """Return the stored cells of these scopes in the periods from `first` to `last` (`ALL` twice for no bound)."""
    query = select(tally.c.scope, tally.c.period, tally.c.key, tally.c.bins).where(
        tally.c.scope.in_(scopes), tally.c.period.between(first, last)
    )
    return {(scope, period, key): _decode(bins) for scope, period, key, bins in connection.execute(query)}


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
