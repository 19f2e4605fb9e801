"""The one pipeline from folded cases to a read model's rows and tally, in the tables of any connection.

A rebuild beside the live tables, a catch-up, a retry and a question about the past are all this: cases in, rows and
tallies out. Rows are a pure function of a case, so that taking the same cases gives the same tables.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct
from sqlalchemy import Connection, Engine

from adapters.bulk_writer import BulkWriter, Storable
from domain.case_state import CaseState
from projections.read_model import ReadModel, Waves
from projections.tallies import Counted, Deltas, Sums, counted, whole
from workflows.deadlines import Deadlines

Prepared = list[tuple[BulkWriter, Storable]]
"""Rows that only wait to be written."""


class Builder:
    """Writes the rows of cases into empty tables, adds up their tallies on the way, and writes these at the end.

    The tables are those of the read models, each name followed by `suffix`; they must be there.
    """

    def __init__(
        self, models: Collection[ReadModel], engine: Engine, deadlines: Deadlines, suffix: str = ""
    ) -> None:
        """Prepare for the database of `engine`, which may be one in memory."""
        self.models = {model.name: model for model in models}
        self.deadlines = deadlines
        self._sums = {model.name: Sums() for model in models}
        self._rows = {m.name: BulkWriter(m.table, engine, f"{m.table.name}{suffix}") for m in models}
        self._tallies = {
            m.name: BulkWriter(m.tally, engine, f"{m.tally.name}{suffix}")
            for m in models
            if m.tally is not None
        }

    def take(self, connection: Connection, cases: Sequence[CaseState]) -> None:
        """Write the rows of some cases, and count them."""
        self.write(connection, self.prepare(cases))

    def prepare(self, cases: Sequence[CaseState]) -> Prepared:
        """Compute the rows of some cases, and count them; nothing is written yet.

        Should a read model fail, none of them has counted anything.
        """
        return self.prepare_each(dict.fromkeys(self.models, cases))

    def prepare_each(self, cases: Mapping[str, Iterable[CaseState]]) -> Prepared:
        """Do so, each read model with cases of its own."""
        deadlines = self.deadlines
        made: list[tuple[str, list[Struct], list[Counted]]] = []
        for name, model in self.models.items():
            rows = [row for case in cases[name] for row in model.rows(case, deadlines)]
            made.append((name, rows, counted(model, rows)))
        for name, _, counts in made:
            self._sums[name].add(counts)
        return [(writer := self._rows[name], writer.storable(rows)) for name, rows, _ in made]

    def deltas(self) -> dict[str, Deltas]:
        """Return what all the cases count, by read model."""
        return {name: sums.deltas() for name, sums in self._sums.items()}

    @staticmethod
    def write(connection: Connection, prepared: Prepared) -> None:
        """Write what was prepared."""
        for writer, rows in prepared:
            writer.insert(connection, rows)

    def finish(self, connection: Connection, waves: Waves) -> None:
        """Write the tallies of all that was taken."""
        for name, writer in self._tallies.items():
            writer.insert(connection, storable_tally(writer, self._sums[name].deltas(), waves))


def storable_tally(writer: BulkWriter, deltas: Deltas, waves: Waves) -> Storable:
    """Return the cells of a tally that holds nothing but `deltas`, as its writer inserts them."""
    return writer.storable_tuples(whole(deltas, waves))
