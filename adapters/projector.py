"""Keeping the read models up to date, in the transaction of the events themselves.

After a command each changed case gives its rows anew; what differs from before is written, and the tallies get
the difference. Nothing is read but the tally cells that change.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine, Table

from adapters.connections import driver_cursor, positional
from adapters.read_model_stamps import expected, refuse_other_rules
from adapters.row_writer import RowWriter
from domain.case_state import CaseState
from projections.read_model import ReadModel, Waves
from projections.registry import READ_MODELS
from projections.tallies import (
    Cell,
    Deltas,
    add,
    cells_of,
    changed_bins,
    counted,
    decode_bins,
    encode_bins,
    take_away,
)
from workflows.deadlines import Deadlines

Rows = dict[str, tuple[Struct, ...]]
"""The rows of one case, by read model."""


@dataclass(slots=True)
class Change:
    """One case as its rows were before (none for a new one) and as it is now."""

    before: Rows
    after: CaseState


class Projector:
    """Writes every read model of the cases that changed. Safe to share between threads."""

    def __init__(self, engine: Engine, deadlines: Deadlines) -> None:
        """Prepare the statements of every read model."""
        self.deadlines = deadlines
        self._stamps = expected(deadlines)
        self._models = [(model, RowWriter(model.table, engine)) for model in READ_MODELS.values()]
        self._tallies = {
            model.name: TallyWriter(model.tally, engine)
            for model in READ_MODELS.values()
            if model.tally is not None
        }

    def rows_of(self, case: CaseState) -> Rows:
        """Return the rows a case has in every read model."""
        return {model.name: tuple(model.rows(case, self.deadlines)) for model, _ in self._models}

    def project(self, connection: Connection, changes: Sequence[Change], waves: Waves) -> list[Rows]:
        """Write what changed, and return each case's rows as they now are.

        Closed cases are written first, so that a person's next case never meets their last one.
        Raises ReadModelsNotCurrent when somebody rebuilt by other rules since this program started.
        """
        refuse_other_rules(connection, self._stamps)
        after = [self.rows_of(change.after) for change in changes]
        pairs = [(change.before, rows) for change, rows in zip(changes, after, strict=True)]
        if len(pairs) > 1:
            pairs.sort(key=lambda pair: bool(pair[1]["counsellor_queue"]))
        for model, writer in self._models:
            self._project(
                connection, model, writer, [(b.get(model.name, ()), a[model.name]) for b, a in pairs], waves
            )
        return after

    def _project(
        self,
        connection: Connection,
        model: ReadModel,
        writer: RowWriter,
        pairs: Sequence[tuple[tuple[Struct, ...], tuple[Struct, ...]]],
        waves: Waves,
    ) -> None:
        appeared: list[tuple[Any, ...]] = []
        changed: list[tuple[tuple[Any, ...], tuple[Any, ...]]] = []
        vanished: list[tuple[Any, ...]] = []
        deltas: Deltas = {}
        for before, after in pairs:
            if before == after:
                continue
            old, new = (_by_key(writer, rows) for rows in (before, after))
            appeared += [row for key, row in new.items() if key not in old]
            changed += [(old[key], row) for key, row in new.items() if old.get(key, row) != row]
            vanished += old.keys() - new.keys()
            _count(model, before, after, deltas)
        writer.delete(connection, vanished)
        writer.change(connection, changed)
        writer.upsert(connection, appeared)
        if deltas:
            self._tallies[model.name].add(connection, cells_of(deltas, waves))


def _by_key(writer: RowWriter, rows: Iterable[Struct]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    tuples = [msgspec.structs.astuple(row) for row in rows]
    return {writer.key(row): row for row in tuples}


def _count(model: ReadModel, before: Iterable[Struct], after: Iterable[Struct], deltas: Deltas) -> None:
    take_away(deltas, counted(model, before))
    add(deltas, counted(model, after))


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

    def insert(self, connection: Connection, changes: Mapping[Cell, Counter[int]]) -> None:
        """Write the cells of an empty tally in bulk."""
        written = ((cell, changed_bins([], bins)) for cell, bins in sorted(changes.items()))
        self._rows.insert(connection, ((*cell, encode_bins(bins)) for cell, bins in written if bins))

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


_AT_ONCE = 300
