"""The past, computed: read models built from a part of the log into a private database, where today's queries run.

No figure has a second definition for the past: the rows and tallies are made by the pipeline of a rebuild, and the
queries are those of the live tables. Nothing is written where others can see it, and nothing is locked: the log is
append-only, so what lies at or before a position is the same at any later instant, and each batch is read in a short
transaction of its own.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, MetaData, StaticPool, create_engine

from adapters.collector import rested
from adapters.connections import driver_cursor, glance, positional
from adapters.instants import instant_text
from adapters.read_model_builder import Builder
from adapters.replay import ORGANISATIONS, Stream, streams, strung_after
from adapters.row_writer import RowWriter
from domain.as_of import AsOf, Basis, happened_by
from domain.case_state import CaseState
from domain.days import end_of
from domain.events.organisations import OrganisationRegistered
from domain.fold import fold_facts
from domain.upcasts import decode
from projections import organisations as register
from projections.read_model import ReadModel, Waves
from workflows.deadlines import Deadlines

Progress = Callable[[int, int], None]
"""Told how many events are read, and how many there are."""

# The plus signs keep SQLite from going through the whole log.
REGISTERED_THEN: Final = "SELECT topic, schema_version, payload FROM events WHERE case_id >= ? AND +position <= ? ORDER BY +position"

_BATCH: Final = 2_000
"""Cases read in one transaction, and written in one go."""

_CACHE_KIBIBYTES: Final = 65_536
"""What a private database keeps in memory; beyond it a nameless temporary file of SQLite's takes the rest."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The part of the log that is looked at: up to an event, and of a past day if there is one."""

    position: int
    as_of: AsOf | None = None

    @property
    def recorded_before(self) -> str | None:
        """The first instant that is too late, as it is stored; None when the instants do not matter."""
        if self.as_of is None or self.as_of.basis is not Basis.RECORDED:
            return None
        return instant_text(end_of(self.as_of.on))

    def where(self) -> tuple[str, tuple[Any, ...]]:
        """Return the condition on the columns of `events`, and its parameters."""
        before = self.recorded_before
        if before is None:
            return "position <= ?", (self.position,)
        return "position <= ? AND recorded_at < ?", (self.position, before)


def cases_then(engine: Engine, cut: Cut, progress: Progress | None = None) -> Iterator[list[CaseState]]:
    """Yield the cases that there were, some at a time, in the order of their ids.

    Raises UnknownEvent for an event beyond this code, msgspec.ValidationError for one that is not what it says.
    """
    where, parameters = cut.where()
    after, read = "", 0
    while rows := strung_after(engine, after, where, parameters, _BATCH):
        some = list(streams(rows))
        yield [case for stream in some if (case := _folded(stream, cut.as_of)) is not None]
        read += sum(len(stream[-1]) for stream in some)
        if progress is not None:
            progress(read, cut.position)
        after = rows[-1][0]


def _folded(stream: Stream, as_of: AsOf | None) -> CaseState | None:
    """Return what a case was; what was recorded in time is all that was read."""
    if as_of is None or as_of.basis is Basis.RECORDED:
        return fold_facts(*stream)
    found = happened_by(as_of.on, *stream)
    return None if found is None else found[0]


def organisations_known(engine: Engine, position: int) -> list[OrganisationRegistered]:
    """Return the organisations that were registered up to an event, in the order of the log.

    They are reference data: a day in the past does not hide those that were only written down later, or the cases
    that it shows would be nobody's.
    """
    found = glance(engine, positional(REGISTERED_THEN, engine), (ORGANISATIONS, position))
    decoded = [decode(*row) for row in found]
    return [data for data in decoded if isinstance(data, OrganisationRegistered)]


@contextmanager
def built(
    engine: Engine,
    models: Collection[ReadModel],
    deadlines: Deadlines,
    cut: Cut,
    progress: Progress | None = None,
) -> Iterator[Connection]:
    """Build read models, and the register of organisations, from a part of the log; read them inside the block.

    Raises as `cases_then`.
    """
    with private_database() as connection:
        waves = _register(connection, organisations_known(engine, cut.position))
        for table in (table for model in models for table in model.tables):
            bare = table.to_metadata(MetaData())
            bare.indexes.clear()  # few rows are looked for, and the past may hold what no index of today allows
            bare.create(connection)
        builder = Builder(models, connection.engine, deadlines)
        with rested():
            for some in cases_then(engine, cut, progress):
                builder.take(connection, some)
            builder.finish(connection, waves)
        yield connection


def _register(connection: Connection, registered: Collection[OrganisationRegistered]) -> Waves:
    rows = [register.row(event) for event in registered]
    register.TABLE.create(connection)
    RowWriter(register.TABLE, connection.engine).insert(connection, map(msgspec.structs.astuple, rows))
    return {row.code: row.wave for row in rows}


@contextmanager
def private_database() -> Iterator[Connection]:
    """Open an empty database that nobody else sees, and of which nothing is left behind."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect("", isolation_level=None, check_same_thread=False),
        poolclass=StaticPool,
        hide_parameters=True,
    )
    try:
        with engine.connect() as connection:
            with driver_cursor(connection) as cursor:
                for pragma in (
                    "journal_mode = OFF",
                    "synchronous = OFF",
                    f"cache_size = -{_CACHE_KIBIBYTES}",
                ):
                    cursor.execute(f"PRAGMA {pragma}")
                cursor.execute("BEGIN")  # never committed: there is nothing to keep
            yield connection
    finally:
        engine.dispose()
