"""Writing many rows of a read model at once, into any table of its shape.

What takes time is done by column, in the interpreter's own loops: a row at a time takes twice as long. Making rows
storable needs no database, so that its lock is held for nothing but the writing.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from itertools import chain, repeat
from typing import Any, Final, cast

import msgspec
import psycopg
from msgspec import Struct
from sqlalchemy import Boolean, Column, Connection, Date, Engine, Integer, Table

from adapters.connections import driver_cursor

Storable = list[Any] | str
"""Rows as the driver takes them: for SQLite their values one after the other, for PostgreSQL the text of COPY."""

_TOGETHER: Final = 50
_MOST_VALUES: Final = 999
"""Rows that one of SQLite's statements inserts, a quarter faster than one by one, as long as all their values are no
more than any SQLite takes.
"""


class BulkWriter:
    """Inserts rows of one table, which may go by another name. What is written must not be there yet."""

    def __init__(self, table: Table, engine: Engine, name: str | None = None) -> None:
        """Make the statements for the engine's database."""
        self.name = name or table.name
        names = [column.name for column in table.columns]
        self._sqlite = engine.dialect.name == "sqlite"
        marks = ", ".join("NULLIF(?, X'')" if column.nullable else "?" for column in table.columns)
        insert = f"INSERT INTO {self.name} ({', '.join(names)}) VALUES"
        self._together = min(_TOGETHER, _MOST_VALUES // len(names))
        self._insert_one = f"{insert} ({marks})"
        self._insert_many = f"{insert} {', '.join([f'({marks})'] * self._together)}"
        self._copy = f"COPY {self.name} ({', '.join(names)}) FROM STDIN (NULL '{_NULL}')"
        convert = _for_sqlite if self._sqlite else _for_copy
        self._converters = [(i, found) for i, c in enumerate(table.columns) if (found := convert(c))]
        self._width = len(names)

    def storable(self, rows: Iterable[Struct]) -> Storable:
        """Return rows as `insert` takes them."""
        return self.storable_tuples(map(msgspec.structs.astuple, rows))

    def storable_tuples(self, rows: Iterable[Sequence[Any]]) -> Storable:
        """Return rows, given as tuples in the order of the columns, as `insert` takes them."""
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        if not columns:
            return []
        for place, convert in self._converters:
            columns[place] = convert(columns[place])
        made = zip(*columns, strict=True)
        return list(chain.from_iterable(made)) if self._sqlite else _copied(list(made), self._width)

    def insert(self, connection: Connection, rows: Storable) -> None:
        """Write rows that `storable` made."""
        if not rows:
            return
        with driver_cursor(connection) as cursor:
            if isinstance(rows, str):
                with cast("psycopg.Cursor", cursor).copy(self._copy) as copy:
                    copy.write(rows)
                return
            many = self._width * self._together
            ones = len(rows) - len(rows) % many
            cursor.executemany(self._insert_many, [rows[i : i + many] for i in range(0, ones, many)])
            width = self._width
            cursor.executemany(self._insert_one, [rows[i : i + width] for i in range(ones, len(rows), width)])


Values = Iterable[Any]


class _Days(dict[date | None, Any]):
    """What stands for each day, made once: read models name the same days over and over."""

    def __init__(self, none: Any) -> None:
        super().__init__({None: none})
        self._none = none

    def __missing__(self, day: date) -> str:
        if len(self) > _DAYS_KEPT:
            self.clear()
            self[None] = self._none
        text = self[day] = day.isoformat()
        return text


_DAYS_KEPT: Final = 100_000

_NOTHING: Final = bytearray()
"""What stands for no value in SQLite's statements, which make NULL of it: a value that no text and no number is equal
to. Python's driver takes None (and every boolean) the long way, three times slower than anything else.
"""

_NULL: Final = "\x01"
"""What stands for no value in COPY's text: a character that no code and no id holds."""

_SQLITE_DAYS: Final = _Days(_NOTHING)
_COPY_DAYS: Final = _Days(_NULL)
_COPY_BOOLEANS: Final = {True: "t", False: "f", None: _NULL}


def _for_sqlite(column: Column[Any]) -> Callable[[Values], Values] | None:
    if isinstance(column.type, Date):
        return partial(map, _SQLITE_DAYS.__getitem__)
    if isinstance(column.type, Boolean):
        return partial(map, {True: 1, False: 0, None: _NOTHING}.__getitem__)
    return partial(_with_null, _NOTHING) if column.nullable else None


def _for_copy(column: Column[Any]) -> Callable[[Values], Values] | None:
    if isinstance(column.type, Date):
        return partial(map, _COPY_DAYS.__getitem__)
    if isinstance(column.type, Boolean):
        return partial(map, _COPY_BOOLEANS.__getitem__)
    if isinstance(column.type, Integer):
        return _numbers if column.nullable else partial(map, str)
    return partial(_with_null, _NULL) if column.nullable else None


def _numbers(values: Values) -> Values:
    return [_NULL if value is None else str(value) for value in values]


def _with_null(null: Any, values: Values) -> Values:
    return [null if value is None else value for value in values]


def _copied(rows: list[tuple[Any, ...]], width: int) -> str:
    """Return COPY's text. Its separators are looked for once in the whole: hardly any value ever holds one."""
    text = "\n".join(map("\t".join, rows))
    if (
        "\\" in text
        or "\r" in text
        or text.count("\t") != len(rows) * (width - 1)
        or text.count("\n") != len(rows) - 1
    ):
        text = "\n".join("\t".join(map(str.translate, row, repeat(_ESCAPED))) for row in rows)
    return text + "\n"


_ESCAPED: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
