"""Writing rows of the log in bulk, past the program: what guards it row by row is taken away and put back.

Only for databases of a benchmark that nobody else is using: a fill that is interrupted leaves nothing to keep.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
from sqlalchemy import make_url

from adapters.hash_chain import Head
from adapters.recorded_event import COLUMNS, Column
from tests.databases import driver_address

Row = tuple[Column, ...]
"""A row of `events`, whole."""

RowsAfter = Callable[[Head], Iterator[Row]]
"""Gives the rows that follow an event."""

_NAMES = ", ".join(COLUMNS)
_HEAD = "SELECT position, hash FROM event_log_head"


class _Counted:
    """Rows on their way; `last` is the one that went by last."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self.last: Row | None = None

    def __iter__(self) -> Iterator[Row]:
        for self.last in self._rows:  # noqa: B020 - to remember it is the point
            yield self.last


def write(database_url: str, rows_after: RowsAfter) -> None:
    """Append to the log of a database what `rows_after` gives for its head, and move the head."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        _write_sqlite(str(url.database), rows_after)
    else:
        _write_postgresql(driver_address(url), rows_after)


def _write_sqlite(path: str, rows_after: RowsAfter) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -500000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN EXCLUSIVE")
        guards = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'events_refuse_replace%'"
        ).fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        rows = _Counted(rows_after(Head(*connection.execute(_HEAD).fetchone())))
        connection.executemany(
            f"INSERT INTO events ({_NAMES}) VALUES ({', '.join('?' * len(COLUMNS))})", rows
        )
        if rows.last is not None:
            connection.execute(
                "UPDATE event_log_head SET position = ?, hash = ?", (rows.last[0], rows.last[-1])
            )
        for _, sql in guards:
            connection.execute(sql)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")


def _write_postgresql(address: str, rows_after: RowsAfter) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        with connection.transaction():
            connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
            connection.execute("ALTER TABLE events DROP CONSTRAINT uq_events_case_version")
            found = connection.execute(_HEAD).fetchone()
            rows = _Counted(rows_after(Head(*(found or ()))))
            with connection.cursor().copy(f"COPY events ({_NAMES}) FROM STDIN".encode()) as copy:
                for row in rows:
                    copy.write_row(row)
            if rows.last is not None:
                connection.execute(
                    "UPDATE event_log_head SET position = %s, hash = %s", (rows.last[0], rows.last[-1])
                )
            connection.execute(
                "ALTER TABLE events ADD CONSTRAINT uq_events_case_version UNIQUE (case_id, version)"
            )
        # What a server does by itself within minutes of a load; that of the tests is told not to.
        connection.execute("VACUUM (ANALYZE) events")
