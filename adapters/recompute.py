"""Single cases computed anew, in tables that hold rows of them already: a catch-up, a retry.

All a case's rows are computed from all its events and the difference to what is there is written, to the tally too.
Doing it twice changes nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine, MetaData, select

from adapters.connections import driver_cursor, positional
from adapters.poison import Parked, readable
from adapters.replay import ORGANISATIONS, cases, strung_streams
from adapters.row_writer import RowWriter
from adapters.tally_writer import TallyWriter
from domain.case_state import CaseState
from projections.read_model import ReadModel, Waves
from projections.tallies import Deltas, add, cells_of, counted, take_away
from workflows.deadlines import Deadlines


class Recompute:
    """Writes the rows of given cases anew, in the tables of some read models, each name followed by `suffix`."""

    def __init__(
        self, models: Collection[ReadModel], engine: Engine, deadlines: Deadlines, suffix: str = ""
    ) -> None:
        """Prepare the statements."""
        self._models = list(models)
        self._deadlines = deadlines
        self._parts = [_Part(model, engine, suffix) for model in self._models]

    def take(self, connection: Connection, case_ids: Sequence[str], waves: Waves) -> list[Parked]:
        """Write the rows of these cases anew; return what could not be taken."""
        if not case_ids:
            return []
        by_model, parked = self._read(connection, case_ids)
        for part in self._parts:
            part.take(connection, case_ids, by_model[part.model.name], waves)
        return parked

    def _read(
        self, connection: Connection, case_ids: Sequence[str]
    ) -> tuple[dict[str, list[Struct]], list[Parked]]:
        """Return the rows that the cases have in each read model; when one fails, all are looked at closely."""
        marks = ", ".join("?" * len(case_ids))
        found = list(strung_streams(connection, f"case_id IN ({marks})", case_ids))
        try:
            states = list(cases(found))
            return {part.model.name: self._rows(part.model, states) for part in self._parts}, []
        except Exception:  # noqa: BLE001 - it is shown where it happened
            return self._read_closely(connection, case_ids)

    def _read_closely(
        self, connection: Connection, case_ids: Sequence[str]
    ) -> tuple[dict[str, list[Struct]], list[Parked]]:
        by_model: dict[str, list[Struct]] = {model.name: [] for model in self._models}
        parked: list[Parked] = []
        for case_id in case_ids:
            close = readable(connection, case_id, self._models, self._deadlines)
            parked += close.parked
            for model in self._models:
                state = close.states[model.name]
                by_model[model.name] += self._rows(model, [] if state is None else [state])
        return by_model, parked

    def _rows(self, model: ReadModel, states: Iterable[CaseState]) -> list[Struct]:
        rows = [row for state in states for row in model.rows(state, self._deadlines)]
        counted(model, rows)  # whoever fails must not fail later, half-way through the writing
        return rows


class _Part:
    def __init__(self, model: ReadModel, engine: Engine, suffix: str) -> None:
        self.model = model
        self._rows = RowWriter(model.table, engine, f"{model.table.name}{suffix}")
        self._stored = model.table.to_metadata(MetaData(), name=f"{model.table.name}{suffix}")
        tally = model.tally
        self._tally = TallyWriter(tally, engine, f"{tally.name}{suffix}") if tally is not None else None

    def take(
        self, connection: Connection, case_ids: Sequence[str], rows: Sequence[Struct], waves: Waves
    ) -> None:
        writer = self._rows
        stored = select(self._stored).where(self._stored.c.case_id.in_(case_ids))
        old = [self.model.row(*row) for row in connection.execute(stored)]
        before = {writer.key(row): row for row in map(msgspec.structs.astuple, old)}
        after = {writer.key(row): row for row in map(msgspec.structs.astuple, rows)}
        # All that changes goes first: where an index is unique, one row may take another's place.
        writer.delete(connection, [key for key, row in before.items() if after.get(key) != row])
        writer.upsert(connection, [row for key, row in after.items() if before.get(key) != row])
        if self._tally is not None:
            deltas: Deltas = {}
            take_away(deltas, counted(self.model, old))
            add(deltas, counted(self.model, rows))
            self._tally.add(connection, cells_of(deltas, waves))


CHANGED: Final = "SELECT case_id FROM events WHERE position > ?"
"""Asked for no more than this, both databases go by the position: a rebuild asks while nobody can append."""


def changed_cases(connection: Connection, after: int) -> list[str]:
    """Return the cases with an event after a position."""
    with driver_cursor(connection) as cursor:
        cursor.execute(positional(CHANGED, connection.engine), (after,))
        return sorted({case_id for (case_id,) in cursor.fetchall() if case_id < ORGANISATIONS})
