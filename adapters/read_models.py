"""The stored read models: made, and compared with the code's versions."""

from enum import Enum
from typing import Final

from sqlalchemy import Connection, Engine, Table, func, inspect, select

from adapters.database import reading, writing
from adapters.read_model_stamps import stamp, stamps
from adapters.tables import event_log_head
from projections.facts import METADATA
from projections.registry import READ_MODELS
from workflows.deadlines import Deadlines

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


def _missing(connection: Connection) -> set[Table]:
    present = set(inspect(connection).get_table_names())
    return {table for table in METADATA.sorted_tables if table.name not in present}
