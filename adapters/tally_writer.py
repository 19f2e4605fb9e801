"""Adding to the cells of a tally that is there already."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, Engine, Table

from adapters.connections import driver_cursor, positional
from adapters.row_writer import RowWriter
from projections.tallies import Cell, changed_bins, decode_bins, encode_bins

_AT_ONCE: Final = 300


class TallyWriter:
    """Adds to the cells of one tally. The append lock keeps two writers from reading the same cell."""

    def __init__(self, tally: Table, engine: Engine, name: str | None = None) -> None:
        """Compile the statements for the engine's database; the tally may go by another `name`."""
        self._rows = RowWriter(tally, engine, name)
        self._engine = engine
        self._select = (
            f"SELECT scope, period, key, bins FROM {self._rows.name} WHERE (scope, period, key) IN "  # noqa: S608
        )

    def add(self, connection: Connection, changes: Mapping[Cell, Counter[int]]) -> None:
        """Change cells; one left without any count is deleted."""
        wanted = sorted(cell for cell, bins in changes.items() if any(bins.values()))
        stored = self._stored(connection, wanted)
        changed = {cell: changed_bins(stored.get(cell, []), changes[cell]) for cell in wanted}
        self._rows.delete(connection, [cell for cell, bins in changed.items() if not bins])
        self._rows.upsert(connection, [(*cell, encode_bins(bins)) for cell, bins in changed.items() if bins])

    def _stored(self, connection: Connection, wanted: Sequence[Cell]) -> dict[Cell, list[int]]:
        found: dict[Cell, list[int]] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            marks = ", ".join(["(?, ?, ?)"] * len(some))
            values = f"(VALUES {marks})" if self._engine.dialect.name == "sqlite" else f"({marks})"
            with driver_cursor(connection) as cursor:
                cursor.execute(
                    positional(self._select + values, self._engine),
                    tuple(part for cell in some for part in cell),
                )
                for scope, period, key, bins in cursor.fetchall():
                    found[scope, period, key] = decode_bins(bins)
        return found
