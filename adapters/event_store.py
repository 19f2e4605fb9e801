"""The event log: our recorders, on SQLite and PostgreSQL alike, behind the library's interface.

Positions run 1, 2, 3... without a gap, in the order in which events become
visible: whoever read up to N misses nothing by asking for what comes after N,
however many are writing. The price is a turn each: a writer takes the row of
`event_log_head` as the very last thing before its inserts, and keeps it until
it commits.

Statements go straight to the driver's cursor: three of them make every command.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import psycopg
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Subscription,
)
from sqlalchemy import Connection, Engine

from adapters.connections import driver_cursor, glance, positional, writing
from adapters.hash_chain import Head, link
from adapters.recorded_event import COLUMNS, Column, RecordedEvent, RecordedNotification, draft
from adapters.schema import refuse_other_schema
from adapters.storage_errors import StorageError
from adapters.subscription import PollingSubscription

_READ: Final = f"SELECT {', '.join(COLUMNS)} FROM events"  # noqa: S608 - constants only
_APPEND: Final = f"INSERT INTO events ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 - constants only
_ADVANCE: Final = "UPDATE event_log_head SET position = ?, hash = ? WHERE id = 1"
# The revision comes along for nothing: a program that was overtaken by a newer one stops writing at once.
_HEAD: Final = (
    "SELECT h.position, h.hash, v.version_num FROM event_log_head h, alembic_version v WHERE h.id = 1"
)


class VersionConflict(IntegrityError):
    """Somebody else already recorded this version of the case. Nothing was written: load it again, decide again."""

    def __init__(self, case_ids: Sequence[str]) -> None:
        super().__init__("this version of the case is already recorded")
        self.case_ids = tuple(case_ids)


class HeadLost(StorageError):
    """The log's head is missing: nothing can be appended to a log that was tampered with."""

    def __init__(self) -> None:
        super().__init__("the head of the event log is missing: verify the log")


class EventRecorder(ApplicationRecorder):
    """Appends to the log and reads from it. Safe to share between threads; one per engine is enough."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        postgresql = engine.dialect.name == "postgresql"
        # What differs between the databases: SQLite's transaction is itself the lock, and PostgreSQL
        # can insert and advance in one round trip.
        self._lock_head = f"{_HEAD} FOR UPDATE OF h" if postgresql else _HEAD
        self._append = self._text(_APPEND)
        self._advance = self._text(_ADVANCE)
        self._advance_and_append = (
            self._text(f"WITH advanced AS ({_ADVANCE}) {_APPEND}") if postgresql else None
        )

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, connection: Connection | None = None, **kwargs: Any
    ) -> list[int]:
        """Append events, all or none, and return their positions.

        With a `connection` (of `writing`) they join its transaction, which is
        undone whole if this raises; without, they have one of their own. Call it
        last: the log is locked from here to the commit.

        Raises `VersionConflict` (an IntegrityError) when a version is taken,
        IntegrityError for anything else the tables refuse, `TextRefused` before
        anything is written, `DatabaseLocked`, `DatabaseUnavailable`,
        `SchemaMissing`, `SchemaOutdated`, `SchemaTooNew`, `HeadLost`.
        """
        if kwargs:
            raise TypeError(f"not understood: {', '.join(sorted(kwargs))}")
        drafts = [draft(event) for event in stored_events]
        if not drafts:
            return []
        if connection is None:
            with writing(self.engine) as own:
                return self.append(own, drafts)
        try:
            return self.append(connection, drafts)
        except BaseException:
            # Whoever catches this inside the transaction must not commit half of the events.
            connection.close()
            raise

    def append(self, connection: Connection, drafts: Sequence[tuple[Column, ...]]) -> list[int]:
        """Append events, as `recorded_event.storable` makes them, in the transaction of `connection`.

        Like `insert_events`, for what comes from a case and goes by no object of the library's; whoever catches what
        it raises must undo the transaction. Where that sends its statements at once, what the tables refuse may show
        as late as at its end, as the driver's error: `late_refusal` names it.
        """
        head = self.lock_head(connection)
        first, position, digest = head.position + 1, head.position, head.hash
        rows: list[tuple[Column, ...]] = []
        for columns in drafts:
            position += 1
            content = (position, *columns)
            digest = link(digest, content)
            rows.append((*content, digest))
        try:
            self._write(connection, rows)
        except (sqlite3.IntegrityError, psycopg.IntegrityError) as error:
            # "from None": the driver's own words may quote the row.
            raise _refusal(error, drafts) from None
        return list(range(first, position + 1))

    def _write(self, connection: Connection, rows: list[tuple[Column, ...]]) -> None:
        *others, last = rows
        with driver_cursor(connection) as cursor:
            if others:
                cursor.executemany(self._append, others)
            if self._advance_and_append is not None:
                cursor.execute(self._advance_and_append, (last[0], last[-1], *last))
            else:
                cursor.execute(self._append, last)
                cursor.execute(self._advance, (last[0], last[-1]))

    def lock_head(self, connection: Connection) -> Head:
        """Take the append lock, until the transaction of `connection` ends, and return the log's head.

        Raises `DatabaseLocked` (through `writing`) when others keep it too long.
        """
        with driver_cursor(connection) as cursor:
            try:
                cursor.execute(self._lock_head)
            except (sqlite3.OperationalError, psycopg.errors.UndefinedTable) as error:
                if isinstance(error, psycopg.Error) or "no such table" in str(error):
                    refuse_other_schema(None)
                raise
            row = cursor.fetchone()
        if row is None:
            raise HeadLost
        position, digest, revision = row
        refuse_other_schema(revision)
        return Head(position, digest)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return the `RecordedEvent`s of one case, oldest first (`desc`: newest first)."""
        statement = f"{_READ} WHERE case_id = ?"
        parameters: list[str | int] = [str(originator_id)]
        if gt is not None:
            statement += " AND version > ?"
            parameters.append(gt)
        if lte is not None:
            statement += " AND version <= ?"
            parameters.append(lte)
        statement += " ORDER BY version DESC" if desc else " ORDER BY version"
        if limit is not None:
            statement += " LIMIT ?"
            parameters.append(limit)
        return [RecordedEvent.of(row) for row in self._fetch(statement, parameters)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return up to `limit` `RecordedNotification`s, in the order of the log, from `start` to `stop` included."""
        bounds: list[str] = []
        parameters: list[str | int] = []
        if start is not None:
            bounds.append("position >= ?" if inclusive_of_start else "position > ?")
            parameters.append(start)
        if stop is not None:
            bounds.append("position <= ?")
            parameters.append(stop)
        if topics:
            bounds.append(f"topic IN ({', '.join('?' * len(topics))})")
            parameters.extend(topics)
        where = f" WHERE {' AND '.join(bounds)}" if bounds else ""
        statement = f"{_READ}{where} ORDER BY position LIMIT ?"
        return [RecordedNotification.of(row) for row in self._fetch(statement, [*parameters, limit])]

    def max_notification_id(self) -> int | None:
        """Return the last event's position, or None when there is no event."""
        position: int | None = self._fetch("SELECT max(position) FROM events", [])[0][0]
        return position

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Follow the log, from after position `gt` and on for ever: see `PollingSubscription`."""
        return PollingSubscription(self, gt=gt, topics=topics)

    def _fetch(self, statement: str, parameters: Sequence[str | int]) -> Sequence[Any]:
        return glance(self.engine, self._text(statement), parameters)

    def _text(self, statement: str) -> str:
        return positional(statement, self.engine)


class PlainRecorder(AggregateRecorder):
    """The log seen as the library's narrowest contract has it: bare events, no positions."""

    def __init__(self, engine: Engine) -> None:
        self._recorder = EventRecorder(engine)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        """Append events, all or none: see `EventRecorder.insert_events`."""
        self._recorder.insert_events(stored_events, **kwargs)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return the bare events of one case."""
        found = self._recorder.select_events(originator_id, gt=gt, lte=lte, desc=desc, limit=limit)
        return [StoredEvent(e.originator_id, e.originator_version, e.topic, e.state) for e in found]


def late_refusal(error: Exception, drafts: Sequence[tuple[Column, ...]]) -> IntegrityError | None:
    """Name what the `events` table refused of these events, where that shows at the end of the transaction only.

    None for any other error.
    """
    if isinstance(error, psycopg.IntegrityError) and error.diag.table_name == "events":
        return _refusal(error, drafts)
    return None


def _refusal(
    error: sqlite3.IntegrityError | psycopg.IntegrityError, drafts: Sequence[tuple[Column, ...]]
) -> IntegrityError:
    """Say which rule of the `events` table an insert broke."""
    if isinstance(error, psycopg.Error):
        version_taken = error.diag.constraint_name == "uq_events_case_version"
        position_taken = error.diag.constraint_name == "events_pkey"
    else:  # SQLite: the triggers speak before the constraints they guard
        version_taken = "this version of the case is taken" in str(error)
        position_taken = "this position is taken" in str(error)
    if version_taken:
        return VersionConflict(tuple(dict.fromkeys(str(columns[0]) for columns in drafts)))
    if position_taken:
        return IntegrityError("events lie beyond the log's head: verify the log")
    return IntegrityError("the database refuses this event")
