"""The stored read models: made, and compared with the code and with the log."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Final

from sqlalchemy import Connection, Engine, Table, func, inspect, select

from adapters.database import reading, writing
from adapters.log_head import last_position
from adapters.poison import parked_by_model
from adapters.read_model_stamps import ReadModelsNotCurrent, Stamp, stamp, stamps
from adapters.tables import read_models as stored_models
from projections.facts import METADATA
from projections.read_model import ReadModel
from projections.registry import READ_MODELS
from workflows.deadlines import Deadlines

_CREATION_LOCK: Final = 0x726F7573  # any number of our own: PostgreSQL knows advisory locks by number


class ReadModelState(Enum):
    """How a stored read model compares with the code and the log. Only a current one is kept up to date."""

    CURRENT = "current"
    BEHIND = "behind"
    """By the code's rules, but a program of other rules wrote events that it lacks."""
    STALE = "stale"
    """By other rules than the code's: an answer from it is marked."""
    MISSING = "missing"
    """Not there, or in another shape than the code reads: nothing can be answered from it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One read model: its state, the last event it takes account of, and how many events of it are parked."""

    name: str
    state: ReadModelState
    position: int
    parked: int


def create(engine: Engine, deadlines: Deadlines) -> None:
    """Make the tables that are missing; on an empty log they are complete at once, else they await a rebuild.

    A read model that lost a table loses its stamp with it: an empty table is not what it was computed as.
    When nothing is missing nothing is locked: a start does not wait for who is writing.
    """
    with reading(engine) as connection:
        if READ_MODELS.keys() <= stamps(connection).keys() and not _missing(connection):
            return
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":  # two first starts meet here; on SQLite they did already
            connection.execute(select(func.pg_advisory_xact_lock(_CREATION_LOCK)))
        missing = _missing(connection)
        METADATA.create_all(connection)
        stored = stamps(connection)
        empty = last_position(connection) == 0
        for model in READ_MODELS.values():
            if empty and model.name not in stored:
                stamp(connection, model, deadlines, 0)
            elif not empty and not missing.isdisjoint(model.tables):
                connection.execute(stored_models.delete().where(stored_models.c.name == model.name))


def states(engine: Engine, deadlines: Deadlines) -> dict[str, ReadModelState]:
    """Return the state of every read model."""
    with reading(engine) as connection:
        return {one.name: one.state for one in standings(connection, deadlines)}


def standings(connection: Connection, deadlines: Deadlines) -> list[Standing]:
    """Return how every read model stands."""
    head = last_position(connection)
    stored = stamps(connection)
    parked = parked_by_model(connection)
    found = []
    for name, model in READ_MODELS.items():
        state = _state(connection, model, stored.get(name), deadlines)
        found.append(Standing(name, state, _position(stored.get(name), head), parked.get(name, 0)))
    return found


def served(connection: Connection, deadlines: Deadlines, models: Collection[ReadModel]) -> tuple[str, ...]:
    """Return which of these read models an answer from them must be marked for: those that are not current.

    One small look when all are. Raises ReadModelsNotCurrent when nothing can be answered from one of them.
    """
    stored = stamps(connection)
    not_current = {}
    for model in models:
        found = stored.get(model.name)
        if found is None or found.behind_since is not None or found.version != model.stamp(deadlines):
            not_current[model.name] = _state(connection, model, found, deadlines)
    missing = [name for name, state in not_current.items() if state is ReadModelState.MISSING]
    if missing:
        raise ReadModelsNotCurrent(missing)
    return tuple(not_current)


def _state(
    connection: Connection, model: ReadModel, stored: Stamp | None, deadlines: Deadlines
) -> ReadModelState:
    if stored is None or not all(_is_readable(connection, table) for table in model.tables):
        return ReadModelState.MISSING
    if stored.version != model.stamp(deadlines):
        return ReadModelState.STALE
    return ReadModelState.CURRENT if stored.behind_since is None else ReadModelState.BEHIND


def _is_readable(connection: Connection, table: Table) -> bool:
    """Tell whether the stored table has every column that the code reads."""
    inspector = inspect(connection)
    if not inspector.has_table(table.name):
        return False
    return {column["name"] for column in inspector.get_columns(table.name)} >= set(table.columns.keys())


def _position(stored: Stamp | None, head: int) -> int:
    if stored is None:
        return 0
    return head if stored.behind_since is None else stored.behind_since - 1


def _missing(connection: Connection) -> set[Table]:
    present = set(inspect(connection).get_table_names())
    return {table for table in METADATA.sorted_tables if table.name not in present}
