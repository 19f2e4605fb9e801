"""The tables of a rebuild: made beside the live ones, given their indexes, and put in their place.

The old tables are only renamed by the swap and dropped afterwards. Emptying a large one takes seconds on SQLite; on
PostgreSQL a commit that drops tables waits for the disk whatever the settings. No command should wait for either.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Final

from sqlalchemy import Connection, Engine, Index, MetaData, Table, inspect, quoted_name, text

from adapters.connections import driver_cursor, writing
from projections.facts import METADATA
from projections.read_model import ReadModel

NEXT: Final = "_next"
"""What follows a table's name while it is built."""

_OLD: Final = "_old"
_TURN: Final = "_2"
"""SQLite cannot rename an index: its name and this one take turns from one rebuild to the next."""


def make(connection: Connection, models: Collection[ReadModel]) -> None:
    """Make the tables of `models` anew beside the live ones, without their indexes."""
    for table in _tables(models):
        bare = _beside(table)
        bare.indexes.clear()
        bare.create(connection)


def clear_away(engine: Engine) -> None:
    """Drop what a rebuild left, one table a transaction: nobody waits long."""
    with engine.connect() as connection:
        present = set(inspect(connection).get_table_names())
    for table in METADATA.sorted_tables:
        for name in (f"{table.name}{NEXT}", f"{table.name}{_OLD}"):
            if name in present:
                with writing(engine) as connection:
                    _run(connection, f"DROP TABLE IF EXISTS {name}")


def indexes(tables: Iterable[Table]) -> Iterator[tuple[str, str]]:
    """Yield the indexes of these tables to make on the new ones: its table's name and its own, as the code has them.

    Those that forbid something are left to the swap: until then cases were read at different moments, and what one
    has given up another may have taken.
    """
    for table in tables:
        for index in sorted(table.indexes, key=_name):
            if not index.unique:
                yield table.name, _name(index)


def make_index(connection: Connection, table_name: str, index_name: str) -> None:
    """Make one index on its new table."""
    table = METADATA.tables[table_name]
    beside = _beside(table)
    index = next(index for index in beside.indexes if index.name == index_name)
    index.name = quoted_name(_free_name(connection, index_name), quote=False)
    index.create(connection)


def forbid(connection: Connection, models: Collection[ReadModel]) -> None:
    """Make the indexes that forbid something, but those that are there already. Raises IntegrityError when the rows
    break one.
    """
    for table, index in _forbidding(models):
        if _made(connection, table.name, index) is None:
            make_index(connection, table.name, index)


def allow(connection: Connection, models: Collection[ReadModel]) -> None:
    """Drop the indexes that forbid something."""
    for table, index in _forbidding(models):
        if (name := _made(connection, table.name, index)) is not None:
            _run(connection, f"DROP INDEX {name}")


def remove(connection: Connection, table: Table, case_id: str) -> None:
    """Remove the rows of a case from the new table."""
    new = _beside(table)
    connection.execute(new.delete().where(new.c.case_id == case_id))


def swap(connection: Connection, models: Collection[ReadModel]) -> None:
    """Put the new tables in the place of the live ones, in the caller's transaction."""
    tables = list(_tables(models))
    if connection.dialect.name == "postgresql":
        with driver_cursor(connection) as cursor:
            cursor.execute("; ".join(chain.from_iterable(map(_renamings, tables))))
        return
    present = set(inspect(connection).get_table_names())
    for table in tables:
        name = table.name
        if name in present:
            _run(connection, f"ALTER TABLE {name} RENAME TO {name}{_OLD}")
        _run(connection, f"ALTER TABLE {name}{NEXT} RENAME TO {name}")


def _renamings(table: Table) -> Iterator[str]:
    """Yield PostgreSQL's statements, for a single round trip: whoever gives commands waits from the first to the last."""
    indexes = [
        f"{table.name}{{}}_pkey",
        *(f"{_name(index)}{{}}" for index in sorted(table.indexes, key=_name)),
    ]
    for before, after in (("", _OLD), (NEXT, "")):
        yield f"ALTER TABLE IF EXISTS {table.name}{before} RENAME TO {table.name}{after}"
        for index in indexes:
            yield f"ALTER INDEX IF EXISTS {index.format(before)} RENAME TO {index.format(after)}"


def _tables(models: Collection[ReadModel]) -> Iterator[Table]:
    for model in models:
        yield from model.tables


def _forbidding(models: Collection[ReadModel]) -> Iterator[tuple[Table, str]]:
    for table in _tables(models):
        for index in sorted(table.indexes, key=_name):
            if index.unique:
                yield table, _name(index)


def _made(connection: Connection, table_name: str, index_name: str) -> str | None:
    """Return the name of an index of a new table, if it is there."""
    names = [str(found["name"]) for found in inspect(connection).get_indexes(f"{table_name}{NEXT}")]
    ours = (index_name, f"{index_name}{_TURN}", f"{index_name}{NEXT}")
    return next((name for name in names if name in ours), None)


def _beside(table: Table) -> Table:
    return table.to_metadata(MetaData(), name=f"{table.name}{NEXT}")


def _free_name(connection: Connection, name: str) -> str:
    if connection.dialect.name != "sqlite":
        return f"{name}{NEXT}"
    taken = connection.execute(
        text("SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = :name"), {"name": name}
    ).first()
    return name if taken is None else f"{name}{_TURN}"


def _name(index: Index) -> str:
    return str(index.name)


def _run(connection: Connection, statement: str) -> None:
    connection.execute(text(statement))
