"""Read models filled with cases made of what happened to them, by no rule and in no log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import astuple, replace
from sqlalchemy import Connection, Engine, Table

from adapters import read_models
from adapters.bulk_writer import BulkWriter
from adapters.database import engine as database_engine
from adapters.database import reading, writing
from adapters.projector import Change, Projector, Rows
from adapters.read_model_builder import storable_tally
from adapters.row_writer import RowWriter
from domain.case_state import CaseState
from domain.event import Payload
from domain.events.intake import CareForgoingDetected
from domain.fold import fold_facts
from projections import organisations
from projections.read_model import ReadModel
from projections.registry import READ_MODELS
from projections.tallies import Deltas, add, counted
from tests.builders import DETECTED_ON, Happened
from tests.databases import Databases, Kind
from tests.service import REGISTERED, WAVES
from workflows.deadlines import Deadlines

DEADLINES: Final = Deadlines()


def case(
    *happened: Happened,
    organisation: str = "gard",
    case_id: str = "case-1",
    detected_by: str = "dora",
    person_id: str | None = None,
) -> CaseState:
    """Return what a case has become; what has no day happened on the day of the detection.

    Each case is another person's unless `person_id` says whose.
    """
    facts: list[tuple[Payload, date]] = []
    for item in happened:
        on, payload = item if isinstance(item, tuple) else (DETECTED_ON, item)
        if isinstance(payload, CareForgoingDetected):
            payload = replace(payload, person_id=person_id or f"person of {case_id}")
        facts.append((payload, on))
    return fold_facts(case_id, organisation, detected_by, facts)


@dataclass
class Board:
    """The read models of one database."""

    engine: Engine
    projector: Projector
    _written: dict[str, Rows] = field(default_factory=dict)

    def empty(self) -> None:
        """Forget every case."""
        self._written.clear()
        with writing(self.engine) as connection:
            for model in READ_MODELS.values():
                for table in model.tables:
                    connection.execute(table.delete())

    def tell(self, *cases: CaseState) -> None:
        """Bring the read models up to date with what cases have become."""
        changes = [Change(self._written.get(case.case_id, {}), case) for case in cases]
        work = self.projector.work_of(changes)
        with writing(self.engine) as connection:
            self.projector.project(connection, work, WAVES)
        self._written |= {pair.case_id: pair.after for pair in work.pairs}

    def replace(self, model: ReadModel, rows: Sequence[Struct]) -> None:
        """Put exactly these rows in a read model, and count them in its tally."""
        with writing(self.engine) as connection:
            for table in model.tables:
                connection.execute(table.delete())
            RowWriter(model.table, self.engine).insert(connection, map(astuple, rows))
            if model.tally is not None:
                deltas: Deltas = {}
                add(deltas, counted(model, rows))
                writer = BulkWriter(model.tally, self.engine)
                writer.insert(connection, storable_tally(writer, deltas, WAVES))

    def rows(self, table: Table) -> list[tuple[Any, ...]]:
        """Return the rows of a table, by key."""
        with self.reading() as connection:
            return [tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key))]

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Look at the read models."""
        with reading(self.engine) as connection:
            yield connection


@contextmanager
def board_on(databases: Databases, kind: Kind) -> Iterator[Board]:
    """Open a board on a database of its own."""
    with databases.fresh(kind, migrated=True) as url:
        found = database_engine(url)
        try:
            yield made(found)
        finally:
            found.dispose()


def made(engine: Engine) -> Board:
    """Return a board on a migrated database, its read models empty and the cells registered."""
    read_models.create(engine, DEADLINES)
    with writing(engine) as connection:
        rows = [astuple(organisations.row(event)) for event in REGISTERED]
        RowWriter(organisations.TABLE, engine).insert(connection, rows)
    return Board(engine, Projector(engine, DEADLINES))
