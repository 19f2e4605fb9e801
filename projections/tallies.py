"""Tallies: counts of a read model's rows by scope and period, kept up to date row by row.

A scope is `national`, `wave:<wave>` or `organisation:<code>`; a period is `all` or a month `YYYY-MM`. Each cell
holds a list of counts: position i counts what lies in bin i (for durations a bin is a day; else there is bin 0).
Trailing zeros are dropped and an empty cell is deleted, so that however it came about it is the same bytes.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Final

import msgspec
from sqlalchemy import Column, Connection, Index, Table, Text, select

from projections.facts import METADATA
from projections.read_model import Count, Waves

NATIONAL: Final = "national"
ALL: Final = "all"

Cell = tuple[str, str, str]
"""Scope, period, key."""

Deltas = Counter[tuple[Cell, int]]
"""By cell and bin, how much to add."""

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


def add(deltas: Deltas, counts: Iterable[Count], waves: Waves, sign: int = 1) -> None:
    """Add (or with sign -1 take away) what rows count to the cells of all their scopes and periods."""
    for organisation, on, key, bin_ in counts:
        month = f"{on.year:04d}-{on.month:02d}"
        for scope in scopes_of(organisation, waves):
            deltas[(scope, ALL, key), bin_] += sign
            deltas[(scope, month, key), bin_] += sign


def cells(deltas: Deltas, stored: Mapping[Cell, list[int]]) -> dict[Cell, list[int]]:
    """Return the changed cells after `deltas`, given what is stored; an emptied cell is an empty list."""
    changed: dict[Cell, list[int]] = {}
    for (cell, bin_), delta in deltas.items():
        if delta == 0:
            continue
        bins = changed.get(cell)
        if bins is None:
            bins = changed[cell] = list(stored.get(cell, ()))
        if len(bins) <= bin_:
            bins.extend([0] * (bin_ + 1 - len(bins)))
        bins[bin_] += delta
    for bins in changed.values():
        while bins and bins[-1] == 0:
            bins.pop()
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
