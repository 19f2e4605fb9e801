"""The tables of a rebuild: made beside the live ones, given their indexes, and put in their place.

On SQLite the old tables are only renamed by the swap and dropped afterwards: emptying a large one takes seconds,
which no command should wait for. On PostgreSQL dropping one is as quick as renaming it.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from sqlalchemy import Connection, Engine, Index, MetaData, Table, inspect, quoted_name, text

from adapters.connections import writing
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
    """Make the indexes that forbid something. Raises IntegrityError when the rows break one."""
    for table in _tables(models):
        for index in sorted(table.indexes, key=_name):
            if index.unique:
                make_index(connection, table.name, _name(index))


def remove(connection: Connection, table: Table, case_id: str) -> None:
    """Remove the rows of a case from the new table."""
    new = _beside(table)
    connection.execute(new.delete().where(new.c.case_id == case_id))


def swap(connection: Connection, models: Collection[ReadModel]) -> None:
    """Put the new tables in the place of the live ones, in the caller's transaction."""
    present = set(inspect(connection).get_table_names())
    sqlite = connection.dialect.name == "sqlite"
    for table in _tables(models):
        name = table.name
        if name in present:
            _run(connection, f"ALTER TABLE {name} RENAME TO {name}{_OLD}" if sqlite else f"DROP TABLE {name}")
        _run(connection, f"ALTER TABLE {name}{NEXT} RENAME TO {name}")
        if not sqlite:
            _run(connection, f"ALTER INDEX {name}{NEXT}_pkey RENAME TO {name}_pkey")
            for index in sorted(table.indexes, key=_name):
                _run(connection, f"ALTER INDEX {_name(index)}{NEXT} RENAME TO {_name(index)}")


def _tables(models: Collection[ReadModel]) -> Iterator[Table]:
    for model in models:
        yield from model.tables


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
