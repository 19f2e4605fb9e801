"""The log of accesses: who read what, when, of which case and person, and why they could. Apart from the events.

It holds codes and pseudonyms only: no name, nothing that was searched for. The one free text, why a glass was broken,
is sealed with the key of the person whose case it is, and goes with it. So an erased person leaves the log readable.
"""

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from adapters.connections import committing, driver_cursor, glancing, positional, writing
from adapters.instants import instant_text, read_instant
from adapters.storage_errors import AccessNotRecorded, StorageError
from adapters.tables import accessed_cases, accesses
from domain.access import Principal
from domain.accesses import OPERATOR, AccessKind, Ground
from domain.use_cases import new_case_id
from projections import case as cases

_COLUMNS: Final = tuple(column.name for column in accesses.columns)
_INSERT: Final = f"INSERT INTO accesses ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
_INSERT_CASE: Final = "INSERT INTO accessed_cases (access_id, case_id, person_id) VALUES (?, ?, ?)"
_AT_ONCE: Final = 500
"""Accesses removed in one transaction: nobody waits long for it."""


@dataclass(frozen=True, slots=True)
class Access:
    """One reading. `people` are the pseudonyms of those whose cases were read, by case."""

    kind: AccessKind
    actor: str
    role: str
    organisation: str | None
    ground: Ground
    people: Mapping[str, str] = field(default_factory=dict)
    permission: str | None = None
    request_id: str | None = None
    token_id: str | None = None
    session_id: str | None = None
    past_day: date | None = None
    export_id: str | None = None
    reason: str | None = None
    note: str | None = field(default=None, repr=False)
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordedAccess:
    """One reading as the log has it, with the cases among those asked for. Kind, role and ground are codes."""

    access_id: str
    at: datetime
    kind: str
    actor: str
    role: str
    organisation: str | None
    permission: str | None
    ground: str
    request_id: str | None
    token_id: str | None
    session_id: str | None
    past_day: date | None
    export_id: str | None
    reason: str | None
    note: str | None = field(repr=False)
    until: datetime | None
    people: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AccessFilters:
    """Which accesses. `organisation`: those to its cases as they are followed today, and those by its accounts.

    `case_ids` none: of any case. `since` is included, `until` is not. `after`: those before this id, the latest first.
    """

    organisation: str | None = None
    case_ids: Collection[str] | None = None
    actor: str | None = None
    kind: AccessKind | None = None
    ground: Ground | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Glass:
    """A glass that is broken: until when it opens the case, and why; `note` says it in words, sealed."""

    access_id: str
    until: datetime
    reason: str
    note: str | None = field(default=None, repr=False)


def record(engine: Engine, access: Access, at: datetime) -> str:
    """Write a reading, committed when it returns; return its id. Raises AccessNotRecorded when it cannot be written."""
    access_id = new_case_id(at)
    row = {
        "access_id": access_id,
        "at": instant_text(at),
        "kind": access.kind.value,
        "ground": access.ground.value,
        "past_day": None if access.past_day is None else access.past_day.isoformat(),
        "until": None if access.until is None else instant_text(access.until),
    }
    values = [row[name] if name in row else getattr(access, name) for name in _COLUMNS]
    try:
        with committing(engine, at_once=True) as connection, driver_cursor(connection) as cursor:
            cursor.execute(positional(_INSERT, engine), values)
            if access.people:
                cursor.executemany(
                    positional(_INSERT_CASE, engine), [(access_id, *one) for one in access.people.items()]
                )
    except (StorageError, sqlite3.Error, psycopg.Error) as trouble:
        raise AccessNotRecorded("the reading could not be recorded: nothing is shown") from trouble
    return access_id


def record_for_operator(
    engine: Engine, kind: AccessKind, people: Mapping[str, str], at: datetime, past_day: date | None = None
) -> str:
    """Write a reading on the machine itself, by whoever operates it. Raises AccessNotRecorded."""
    access = Access(kind, OPERATOR, OPERATOR, None, Ground.MACHINE, people, past_day=past_day)
    return record(engine, access, at)


def listed(connection: Connection, asked: AccessFilters) -> list[RecordedAccess]:
    """Return at most `limit` accesses, the latest first, each with the cases that the filters let through."""
    query = sa.select(accesses).where(*_conditions(asked))
    found = list(connection.execute(query.order_by(accesses.c.access_id.desc()).limit(asked.limit)))
    people = _people(connection, asked, {row.access_id: row.organisation for row in found})
    return [_recorded(row, people.get(row.access_id, {})) for row in found]


def accesses_of(connection: Connection, case_ids: Collection[str]) -> list[RecordedAccess]:
    """Return everything the log has on these cases, the latest first: for whoever tells a person who read their file."""
    return listed(connection, AccessFilters(case_ids=case_ids, limit=_EVERY))


_EVERY: Final = 1_000_000


def broken_glass(engine: Engine, principal: Principal, case_id: str, now: datetime) -> Glass | None:
    """Return the glass that the account has broken to read this case, while it opens it."""
    query = (
        sa.select(accesses.c.access_id, accesses.c.until, accesses.c.reason)
        .join_from(accessed_cases, accesses, accesses.c.access_id == accessed_cases.c.access_id)
        .where(
            accessed_cases.c.case_id == case_id,
            accesses.c.kind == AccessKind.BREAK_GLASS.value,
            accesses.c.actor == principal.actor,
            accesses.c.role == principal.role.value,
            accesses.c.until > instant_text(now),
        )
        .order_by(accesses.c.access_id.desc())
        .limit(1)
    )
    with glancing(engine) as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else Glass(row.access_id, read_instant(row.until), row.reason)


def purge(engine: Engine, before: datetime) -> int:
    """Remove the accesses before an instant, some at a time; return how many. The database refuses younger than six months."""
    removed = 0
    oldest = sa.select(accesses.c.access_id).where(accesses.c.access_id < _bound(before))
    while True:
        with writing(engine) as connection:
            query = oldest.order_by(accesses.c.access_id).limit(_AT_ONCE)
            some = list(connection.execute(query).scalars())
            for table in (accessed_cases, accesses):
                connection.execute(sa.delete(table).where(table.c.access_id.in_(some)))
        removed += len(some)
        if len(some) < _AT_ONCE:
            return removed


def _conditions(asked: AccessFilters) -> list[sa.ColumnElement[bool]]:
    table = accesses.c
    equal = (
        (table.actor, asked.actor),
        (table.kind, None if asked.kind is None else asked.kind.value),
        (table.ground, None if asked.ground is None else asked.ground.value),
    )
    conditions = [column == value for column, value in equal if value is not None]
    if asked.since is not None:
        conditions.append(table.access_id >= _bound(asked.since))
    if asked.until is not None:
        conditions.append(table.access_id < _bound(asked.until))
    if asked.after is not None:
        conditions.append(table.access_id < asked.after)
    if asked.case_ids is not None:
        some = sa.select(accessed_cases.c.access_id).where(accessed_cases.c.case_id.in_(asked.case_ids))
        conditions.append(table.access_id.in_(some))
    if asked.organisation is not None:
        conditions.append(sa.or_(table.organisation == asked.organisation, _of_cases(asked.organisation)))
    return conditions


def _of_cases(organisation: str) -> sa.ColumnElement[bool]:
    """Tell whether an access is to a case that the organisation follows today."""
    return (
        sa.select(accessed_cases.c.case_id)
        .join(cases.TABLE, cases.TABLE.c.case_id == accessed_cases.c.case_id)
        .where(accessed_cases.c.access_id == accesses.c.access_id, cases.TABLE.c.organisation == organisation)
        .exists()
    )


def _people(
    connection: Connection, asked: AccessFilters, readers: Mapping[str, str | None]
) -> dict[str, dict[str, str]]:
    """Return the cases of each access that the filters let through, with their people; `readers`: their organisations."""
    table = cases.TABLE
    query = (
        sa.select(accessed_cases, table.c.organisation)
        .outerjoin(table, table.c.case_id == accessed_cases.c.case_id)
        .where(accessed_cases.c.access_id.in_(readers))
        .order_by(accessed_cases.c.case_id)
    )
    if asked.case_ids is not None:
        query = query.where(accessed_cases.c.case_id.in_(asked.case_ids))
    found: dict[str, dict[str, str]] = {}
    for access_id, case_id, person_id, follows in connection.execute(query):
        if asked.organisation in (None, follows, readers[access_id]):
            found.setdefault(access_id, {})[case_id] = person_id
    return found


def _bound(instant: datetime) -> str:
    """Return what the ids of an instant, to the millisecond, begin with."""
    digits = f"{int(instant.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}"


def _recorded(row: sa.Row[Any], people: Mapping[str, str]) -> RecordedAccess:
    stored = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    return RecordedAccess(
        **stored
        | {
            "at": read_instant(row.at),
            "past_day": None if row.past_day is None else date.fromisoformat(row.past_day),
            "until": None if row.until is None else read_instant(row.until),
            "people": people,
        }
    )
