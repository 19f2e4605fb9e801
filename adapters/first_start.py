"""Is this the very first start? Only then may a master key be made without anybody asking for one."""

import sqlalchemy as sa
from sqlalchemy import Table

from adapters import database, database_sqlite
from adapters.key_tables import person_keys, secrets
from adapters.settings import Settings
from adapters.tables import people


def is_untouched(settings: Settings) -> bool:
    """Tell whether nobody was ever enrolled and no key was ever made: nothing can be sealed yet. Creates nothing.

    Raises `DatabaseLocked` and `DatabaseUnavailable`.
    """
    return _is_empty(settings.database_url, (people,)) and _is_empty(
        settings.keys_url, (person_keys, secrets)
    )


def somebody_is_enrolled(database_url: str) -> bool:
    """Tell whether the database knows anybody, erased people included. Creates nothing; raises like `is_untouched`."""
    return not _is_empty(database_url, (people,))


def _is_empty(url: str, tables: tuple[Table, ...]) -> bool:
    engine = database.engine(url)
    try:
        if not database_sqlite.exists(engine):
            return True
        with database.reading(engine, fenced=False) as connection:
            there = set(sa.inspect(connection).get_table_names())
            found = [
                connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).scalar()
                for table in tables
                if table.name in there
            ]
        return not any(found)
    finally:
        engine.dispose()
