"""Replay: from the log back to cases, one at a time, in constant memory.

The events are read case by case, each in its own order; the newest read models and yesterday's figures come from
the same fold that decides today's commands.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection

from adapters.connections import driver_cursor
from adapters.mapper import day_of
from domain.case import fold
from domain.case_state import CaseState
from domain.event import CaseEvent
from domain.events.organisations import OrganisationRegistered
from domain.upcasts import decode

ORGANISATIONS: Final = "organisation:"
"""How the ids of the organisations' streams begin; a case's id is a UUID."""

_COLUMNS: Final = (
    "case_id, version, topic, schema_version, occurred_on, actor, acting_as, organisation, payload"
)
CASE_EVENTS: Final = (
    f"SELECT {_COLUMNS} FROM events WHERE case_id < '{ORGANISATIONS}' ORDER BY case_id, version"  # noqa: S608
)
"""Every event of every case. A UUID's digits and letters a-f all sort before the o of the organisations."""

_ORGANISATION_EVENTS: Final = (
    f"SELECT topic, schema_version, payload FROM events WHERE case_id >= '{ORGANISATIONS}' ORDER BY position"  # noqa: S608
)
_UNREAD: Final = datetime.min.replace(tzinfo=UTC)
"""In place of the recording instant, which no fold looks at and which would cost a tenth of the replay to parse."""

_FETCH: Final = 5_000


def stored_rows(connection: Connection, statement: str) -> Iterator[tuple[Any, ...]]:
    """Yield rows as the driver gives them, without holding them all: on PostgreSQL through a cursor in the server."""
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor() if connection.dialect.name == "sqlite" else driver.cursor(name="replay")
    try:
        cursor.execute(statement)
        while rows := cursor.fetchmany(_FETCH):
            yield from rows
    finally:
        cursor.close()


def organisations(connection: Connection) -> Iterator[OrganisationRegistered]:
    """Yield every registration, in the order of the log."""
    with driver_cursor(connection) as cursor:
        cursor.execute(_ORGANISATION_EVENTS)
        for topic, schema_version, payload in cursor.fetchall():
            data = decode(topic, schema_version, payload)
            if isinstance(data, OrganisationRegistered):
                yield data


def cases(rows: Iterable[tuple[Any, ...]]) -> Iterator[CaseState]:
    """Fold rows of `CASE_EVENTS` and yield each case, its last event read."""
    current: str | None = None
    events: list[CaseEvent] = []
    for case_id, version, topic, schema_version, occurred_on, actor, acting_as, organisation, payload in rows:
        if case_id != current:
            if events:
                yield fold(events)
            current, events = case_id, []
        events.append(
            CaseEvent(
                originator_id=case_id,
                originator_version=version,
                occurred_on=day_of(occurred_on),
                recorded_at=_UNREAD,
                actor=actor,
                acting_as=acting_as,
                organisation=organisation,
                correlation_id="",
                data=decode(topic, schema_version, payload),
            )
        )
    if events:
        yield fold(events)
