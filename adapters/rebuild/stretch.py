"""The cases of one segment of the log, read as each database reads them best.

A case's events lie all over the log. PostgreSQL strings them together itself (`adapters.replay`). SQLite would fetch a
page for each event, which of a log larger than its memory was two thirds of a rebuild: there the log is read straight
through, from the first event of the segment's cases to their last, and sorted into cases here.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Engine

from adapters.connections import driver_cursor, reading
from adapters.mapper import day_of
from adapters.replay import ORGANISATIONS, Stream, cases, strung_streams
from domain.case_state import CaseState
from domain.fold import fold_facts
from domain.upcasts import decode

_OF_SEGMENT: Final = "case_id > ? AND case_id <= ?"
_EXTENT: Final = f"SELECT min(position), max(position) FROM events WHERE {_OF_SEGMENT}"  # noqa: S608 - constants only
# The plus signs keep SQLite from going by the index of the cases after all.
_THROUGH: Final = (
    "SELECT case_id, topic, schema_version, occurred_on, payload, "
    "CASE version WHEN 1 THEN organisation END, CASE version WHEN 1 THEN actor END "
    "FROM events WHERE position BETWEEN ? AND ? AND +case_id > ? AND +case_id <= ? ORDER BY position"
)
_FETCH: Final = 2_000

Bounds = tuple[str, str]
"""The case before the first of a segment, and its last."""


class Some(Protocol):
    """Some cases, read and not folded yet."""

    case_ids: Sequence[str]

    def states(self) -> list[CaseState]:
        """Fold them. Raises whatever is wrong with any of them."""


class Stretch(Protocol):
    """What hands out the cases of a segment."""

    def take(self, number: int) -> Some:
        """Return the next ones, at most so many; none at the end."""


@contextmanager
def stretch(engine: Engine, after: str | None, upto: str | None) -> Iterator[Stretch]:
    """Read the cases after one id and up to another, included; none means no bound."""
    bounds = (after or "", upto or ORGANISATIONS)
    if engine.dialect.name == "sqlite":
        with reading(engine) as connection:
            found = _Gathered(connection, bounds)
        yield found
        return
    with (
        reading(engine, fenced=False) as connection,
        closing(strung_streams(connection, _OF_SEGMENT, bounds)) as rows,
    ):
        yield _Strung(rows)


class _Strung:
    """Handed out as the server strings them: it keeps them until they are asked for."""

    def __init__(self, rows: Iterator[tuple[str, str]]) -> None:
        self._rows = rows

    def take(self, number: int) -> Some:
        return _SomeStrung(list(islice(self._rows, number)))


class _SomeStrung:
    def __init__(self, rows: Sequence[tuple[str, str]]) -> None:
        self._rows = rows
        self.case_ids: Sequence[str] = [case_id for case_id, _ in rows]

    def states(self) -> list[CaseState]:
        return list(cases(self._rows))


class _Gathered:
    """All in memory, decoded: some hundred bytes an event."""

    def __init__(self, connection: Connection, bounds: Bounds) -> None:
        self._streams: dict[str, Stream] = {}
        self._unreadable: set[str] = set()
        with driver_cursor(connection) as cursor:
            cursor.execute(_EXTENT, bounds)
            first, last = cursor.fetchall()[0]
            cursor.execute(_THROUGH, (first, last, *bounds))
            while rows := cursor.fetchmany(_FETCH):
                self._sort_in(rows)
        self._ids = sorted(self._streams.keys() | self._unreadable, reverse=True)

    def _sort_in(self, rows: Sequence[tuple[Any, ...]]) -> None:
        streams = self._streams
        for case_id, topic, schema_version, occurred_on, payload, organisation, actor in rows:
            try:
                fact = decode(topic, schema_version, payload), day_of(occurred_on)
                if organisation is None:
                    streams[case_id][3].append(fact)
                else:
                    streams[case_id] = case_id, organisation, actor, [fact]
            except Exception:  # noqa: BLE001 - looked at closely when its turn comes
                self._unreadable.add(case_id)

    def take(self, number: int) -> Some:
        taken = [self._ids.pop() for _ in range(min(number, len(self._ids)))]
        streams = [self._streams.pop(case_id, None) for case_id in taken]
        readable = self._unreadable.isdisjoint(taken)
        return _SomeGathered(taken, [stream for stream in streams if stream is not None], readable=readable)


class _SomeGathered:
    def __init__(self, case_ids: Sequence[str], streams: Sequence[Stream], *, readable: bool) -> None:
        self.case_ids = case_ids
        self._streams = streams
        self._readable = readable

    def states(self) -> list[CaseState]:
        if not self._readable:
            raise ValueError("an event of these cases cannot be read")
        return [fold_facts(*stream) for stream in self._streams]
