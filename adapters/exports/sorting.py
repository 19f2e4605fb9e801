"""Putting what is exported in the order of its pseudonyms, in constant memory.

The order of the cases' own ids must not show: whoever has a list of those could lay it beside the file. Entries go
into a private temporary database that SQLite spills to disk and that has no name: it is gone when it is closed, or
when the process is killed.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

_CACHE_KIBIBYTES: Final = 8192
_AT_ONCE: Final = 50


class Sorter:
    """Takes entries under a key and gives them back in the order of the keys, as often as asked."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute("CREATE TABLE entries (key TEXT PRIMARY KEY, content BLOB) WITHOUT ROWID")

    def put_all(self, entries: Iterable[tuple[str, bytes]]) -> None:
        """Take entries, each key once."""
        self._connection.executemany("INSERT INTO entries VALUES (?, ?)", entries)

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """Give every entry, in the order of the keys (by code point, whatever the machine)."""
        cursor = self._connection.execute("SELECT key, content FROM entries ORDER BY key")
        while some := cursor.fetchmany(_AT_ONCE):
            yield from some

    def __len__(self) -> int:
        """Return how many entries there are."""
        (number,) = self._connection.execute("SELECT count(*) FROM entries").fetchone()
        return int(number)


@contextmanager
def sorter() -> Iterator[Sorter]:
    """Open a sorter for the block."""
    connection = sqlite3.connect("", isolation_level=None)  # no name: a temporary file of SQLite's own
    try:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE_KIBIBYTES}"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")  # never committed: there is nothing to keep
        yield Sorter(connection)
    finally:
        connection.close()
