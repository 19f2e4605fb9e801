"""The stored read models: made, compared with the code's versions, thrown away and rebuilt from the events."""

import gc
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from enum import Enum
from itertools import islice
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine, MetaData, Table, func, inspect, select

from adapters.database import reading, writing
from adapters.event_store import EventRecorder
from adapters.projector import TallyWriter
from adapters.read_model_stamps import stamp, stamps
from adapters.replay import every_case, organisations
from adapters.row_writer import RowWriter
from adapters.tables import event_log_head, events
from domain.case_state import CaseState
from projections import organisations as register
from projections.facts import METADATA
from projections.read_model import ReadModel, Waves
from projections.registry import READ_MODELS
from projections.tallies import Deltas, add, cells_of, counted
from workflows.deadlines import Deadlines

Progress = Callable[[int, int], None]
"""Told how many events are read, and how many there are."""

_FLUSH: Final = 500
_CREATION_LOCK: Final = 0x726F7573  # any number of our own: PostgreSQL knows advisory locks by number


class ReadModelState(Enum):
    """How a stored read model compares with the code."""

    CURRENT = "current"
    STALE = "stale"
    MISSING = "missing"


def create(engine: Engine, deadlines: Deadlines) -> None:
    """Make the tables that are missing; on an empty log they are complete at once, else they await a rebuild.

    When nothing is missing nothing is locked: a start does not wait for who is writing.
    """
    with reading(engine) as connection:
        if READ_MODELS.keys() <= stamps(connection).keys() and not _missing(connection):
            return
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":  # two first starts meet here; on SQLite they did already
            connection.execute(select(func.pg_advisory_xact_lock(_CREATION_LOCK)))
        METADATA.create_all(connection)
        stored = stamps(connection)
        empty = connection.execute(select(event_log_head.c.position)).scalar_one() == 0
        for model in READ_MODELS.values():
            if model.name not in stored and empty:
                stamp(connection, model, deadlines, 0)


def states(engine: Engine, deadlines: Deadlines) -> dict[str, ReadModelState]:
    """Compare every read model's stored version with the code's."""
    with reading(engine) as connection:
        missing = _missing(connection)
        stored = stamps(connection)
    found = {}
    for name, model in READ_MODELS.items():
        if name not in stored or not missing.isdisjoint(model.tables):
            found[name] = ReadModelState.MISSING
        elif stored[name] != model.stamp(deadlines):
            found[name] = ReadModelState.STALE
        else:
            found[name] = ReadModelState.CURRENT
    return found


def rebuild(
    engine: Engine,
    deadlines: Deadlines,
    names: Collection[str] | None = None,
    progress: Progress | None = None,
) -> int:
    """Throw read models away (all, or those named) and replay the events into new ones; return how many were read.

    One transaction: readers see the old rows until the new ones are complete, writers wait.
    Raises KeyError for an unknown name, UnknownEvent or msgspec.ValidationError for an event that cannot be read.
    """
    models = [READ_MODELS[name] for name in names] if names else list(READ_MODELS.values())
    with _uncollected(), writing(engine) as connection, _roomy(connection):
        head = EventRecorder(engine).lock_head(connection)
        waves = _rebuild_register(connection, engine)
        rebuilders = [_Rebuilder(model, engine, deadlines) for model in models]
        for one in rebuilders:
            one.start(connection)
        total = connection.execute(select(func.count()).select_from(events)).scalar_one()
        done = len(waves)
        with closing(every_case(connection)) as states_:
            while some := list(islice(states_, _FLUSH)):
                for one in rebuilders:
                    one.take(connection, some)
                done += sum(case.version for case in some)
                if progress is not None:
                    progress(done, total)
        for one in rebuilders:
            one.finish(connection, waves)
            stamp(connection, one.model, deadlines, head.position)
    return int(total)


@contextmanager
def _roomy(connection: Connection) -> Iterator[None]:
    """Let SQLite keep what it writes in memory (at most 200 MB), or it writes some pages several times over."""
    if connection.dialect.name != "sqlite":
        yield
        return
    usual = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql("PRAGMA cache_size = -200000")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {usual}")


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rest the cyclic garbage collector: a replay makes millions of values and no cycle (a third of its time)."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Rebuilder:
    """One read model on its way: emptied tables, rows in bulk, then the tally.

    SQLite's readers keep their instant whatever is done to the tables, so these are made anew, and the indexes at
    the end. PostgreSQL's would have to wait for the end, and would then find tables that were empty at their
    instant: there the rows are replaced, in the tables as they are, unless these have another shape.
    """

    def __init__(self, model: ReadModel, engine: Engine, deadlines: Deadlines) -> None:
        self.model = model
        self._deadlines = deadlines
        self._rows = RowWriter(model.table, engine)
        self._tally = TallyWriter(model.tally, engine) if model.tally is not None else None
        self._deltas: Deltas = {}
        self._without_indexes: list[Table] = []

    def start(self, connection: Connection) -> None:
        """Empty the tables, or make them anew."""
        for table in self.model.tables:
            if connection.dialect.name == "postgresql" and _is_in_shape(connection, table):
                connection.execute(table.delete())
                continue
            table.drop(connection, checkfirst=True)
            bare = table.to_metadata(MetaData())
            bare.indexes.clear()
            bare.create(connection)
            self._without_indexes.append(table)

    def take(self, connection: Connection, some: Iterable[CaseState]) -> None:
        """Write the rows of some cases, and count them."""
        model = self.model
        rows = [row for case in some for row in model.rows(case, self._deadlines)]
        self._rows.insert(connection, map(msgspec.structs.astuple, rows))
        add(self._deltas, counted(model, rows))

    def finish(self, connection: Connection, waves: Waves) -> None:
        """Write the tally and make the indexes."""
        if self._tally is not None:
            self._tally.insert(connection, cells_of(self._deltas, waves))
        for table in self._without_indexes:
            for index in table.indexes:
                index.create(connection)


def _missing(connection: Connection) -> set[Table]:
    present = set(inspect(connection).get_table_names())
    return {table for table in METADATA.sorted_tables if table.name not in present}


def _is_in_shape(connection: Connection, table: Table) -> bool:
    """Tell whether the stored table has the columns and the indexes that the code knows."""
    inspector = inspect(connection)
    if not inspector.has_table(table.name):
        return False
    stored = [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table.name)]
    known = [(c.name, c.type.compile(connection.dialect), c.nullable) for c in table.columns]
    stored_indexes = {(i["name"], *i["column_names"]) for i in inspector.get_indexes(table.name)}
    known_indexes = {(i.name, *(column.name for column in i.columns)) for i in table.indexes}
    return (stored, stored_indexes) == (known, known_indexes)


def _rebuild_register(connection: Connection, engine: Engine) -> Waves:
    connection.execute(register.TABLE.delete())
    rows = [register.row(event) for event in organisations(connection)]
    RowWriter(register.TABLE, engine).insert(connection, map(msgspec.structs.astuple, rows))
    return {row.code: row.wave for row in rows}
