"""Replay: from the log back to cases, one at a time, in constant memory.

The database strings each case's events into one JSON text and one decoder call turns it into typed facts. Event by event,
both databases and their clients take a sixth more of the processor's time.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from functools import cache, reduce
from operator import attrgetter, or_
from typing import Any, Final, cast

import msgspec
from msgspec import Raw, Struct
from sqlalchemy import Connection, Engine

from adapters.connections import driver_cursor, positional, reading
from domain.case_state import CaseState
from domain.errors import UnknownEvent
from domain.events import CASE_EVENTS, EVENTS
from domain.events.organisations import OrganisationRegistered
from domain.fold import Fact, fold_facts
from domain.upcasts import decode

ORGANISATIONS: Final = "organisation:"
"""How the ids of the organisations' streams begin. A case's id, a UUID, sorts before it."""

_FETCH: Final = 500

Stream = tuple[str, str, str, list[Fact]]
"""A case as it is folded: its id, the organisation and the account of its detection, and its facts in order."""


class _Entry(Struct, frozen=True, array_like=True, gc=False):
    """One event as the query strings it: ["topic:schema version", version, day, payload], and of the first event
    whose it was. Each topic and schema version has its own subclass, told apart by that first string.
    """

    version: int
    on: date
    data: Any
    organisation: str = ""
    actor: str = ""


def _entry(topic: str, schema_version: int, payload: Any) -> Any:
    return msgspec.defstruct(
        f"_{topic}_{schema_version}",
        [("version", int), ("on", date), ("data", payload), ("organisation", str, ""), ("actor", str, "")],
        bases=(_Entry,),
        tag=f"{topic}:{schema_version}",
        frozen=True,
        array_like=True,
        gc=False,
    )


_CURRENT: Final = [_entry(event.topic, event.schema_version, event) for event in CASE_EVENTS]
_FORMER: Final = {
    _entry(event.topic, version, Raw): (event.topic, version)
    for event in CASE_EVENTS
    for version in range(1, event.schema_version)
}
_decode_stream: Final = msgspec.json.Decoder(list[reduce(or_, [*_CURRENT, *_FORMER])]).decode  # type: ignore[misc]
_FORMER_TAGS: Final = tuple(f'["{topic}:{version}",' for topic, version in _FORMER.values())
_VERSION: Final = attrgetter("version")
_COUNTING: Final = list(range(1, 10_000))


_STRUNG: Final = {
    # One call of a function of SQLite's takes half the time of its `||`, which copies at every step. It promises no
    # order, so the versions come along.
    "sqlite": """group_concat(printf('["%s:%d",%d,"%s",%s%s]', topic, schema_version, version, occurred_on, payload,
        CASE version WHEN 1 THEN printf(',%s,%s', json_quote(organisation), json_quote(actor)) ELSE '' END), ',')""",
    "postgresql": """string_agg('["' || topic || ':' || schema_version || '",' || version || ',"' || occurred_on || '",'
        || payload || CASE version WHEN 1 THEN ',' || to_json(organisation) || ',' || to_json(actor) ELSE '' END || ']',
        ',' ORDER BY version)""",
}
"""By database, the SQL that strings the events of a case."""


@cache
def strung_statement(dialect: str, where: str, limit: int | None = None) -> str:
    """Return the SQL of `strung_streams`, its marks written `?`."""
    end = "" if limit is None else f" LIMIT {limit}"
    return (
        f"SELECT case_id, {_STRUNG[dialect]} FROM events "  # noqa: S608 - our own words only
        f"WHERE case_id < '{ORGANISATIONS}' AND {where} GROUP BY case_id ORDER BY case_id{end}"
    )


def strung_streams(
    connection: Connection, where: str = "true", parameters: Sequence[Any] = (), limit: int | None = None
) -> Generator[tuple[str, str]]:
    """Yield each case's id with its strung events, in the order of the ids; only the events that `where` says.

    `where` is SQL on the columns of `events`, its marks written `?`. Whoever stops half-way closes it, and with it
    its cursor.
    """
    statement = strung_statement(connection.dialect.name, where, limit)
    return stored_rows(connection, positional(statement, connection.engine), parameters)


def strung_after(
    engine: Engine, after: str, where: str, parameters: Sequence[Any], limit: int
) -> list[tuple[str, str]]:
    """Return the strung events of the next cases after an id, at most so many, in a short transaction of its own.

    Whoever reads the whole log so holds nothing in between: the log is append-only, and on SQLite a reader that stays
    keeps all that is written meanwhile from leaving the write-ahead log.
    """
    statement = strung_statement(engine.dialect.name, f"case_id > ? AND {where}", limit)
    with reading(engine, fenced=False) as connection, driver_cursor(connection) as cursor:
        cursor.execute(positional(statement, engine), (after, *parameters))
        return cast("list[tuple[str, str]]", cursor.fetchall())


def every_case(connection: Connection) -> Generator[CaseState]:
    """Yield each case of the log, in the order of the ids; whoever stops half-way closes it, and with it its cursor.

    Raises UnknownEvent for an event beyond this code, msgspec.ValidationError for one that is not what it says.
    """
    with closing(strung_streams(connection)) as rows:
        yield from cases(rows)


def cases(rows: Iterable[tuple[str, str]]) -> Iterator[CaseState]:
    """Fold rows of (case id, its strung events) and yield each case."""
    for stream in streams(rows):
        yield fold_facts(*stream)


def streams(rows: Iterable[tuple[str, str]]) -> Iterator[Stream]:
    """Decode rows of (case id, its strung events) and yield what the fold of each case takes.

    Here is where to choose among a case's facts before they are folded.
    """
    for case_id, strung in rows:
        entries = _entries(strung)
        first = entries[0]
        yield case_id, first.organisation, first.actor, [(entry.data, entry.on) for entry in entries]


def _entries(strung: str) -> list[Any]:
    try:
        entries: list[Any] = _decode_stream(f"[{strung}]")
    except msgspec.ValidationError:
        _refuse_unknown(strung)
        raise
    if [entry.version for entry in entries] != _COUNTING[: len(entries)]:
        entries.sort(key=_VERSION)
    for tag in _FORMER_TAGS:
        if tag in strung:
            return [_upcast(entry) for entry in entries]
    return entries


def _upcast(entry: Any) -> Any:
    former = _FORMER.get(type(entry))
    if former is None:
        return entry
    return _Entry(
        entry.version, entry.on, decode(*former, bytes(entry.data)), entry.organisation, entry.actor
    )


def _refuse_unknown(strung: str) -> None:
    """Raise UnknownEvent when that is why a stream cannot be decoded."""
    for tag, *_ in msgspec.json.decode(f"[{strung}]", type=list[list[Any]]):
        topic, _, version = tag.rpartition(":")
        known = EVENTS[topic].schema_version if topic in EVENTS else None
        if known is None or not 1 <= int(version) <= known:
            raise UnknownEvent(topic, int(version), known)


REGISTRATIONS: Final = (
    "SELECT topic, schema_version, payload FROM events "  # noqa: S608 - our own words only
    f"WHERE case_id >= '{ORGANISATIONS}' ORDER BY +position"
)
"""The plus sign keeps SQLite from going through the whole log in its order: a rebuild asks while nobody can append."""


def organisations(connection: Connection) -> Iterator[OrganisationRegistered]:
    """Yield every registration, in the order of the log."""
    with driver_cursor(connection) as cursor:
        cursor.execute(REGISTRATIONS)
        for topic, schema_version, payload in cursor.fetchall():
            data = decode(topic, schema_version, payload)
            if isinstance(data, OrganisationRegistered):
                yield data


def stored_rows(
    connection: Connection, statement: str, parameters: Sequence[Any] = ()
) -> Generator[tuple[Any, ...]]:
    """Yield rows as the driver gives them, never all at once: on PostgreSQL through a cursor in the server."""
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor() if connection.dialect.name == "sqlite" else driver.cursor(name="replay")
    try:
        cursor.execute(statement, parameters)
        while rows := cursor.fetchmany(_FETCH):
            yield from rows
    finally:
        cursor.close()
