"""The history is kept by the database itself, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, exc, text

from adapters.database import writing
from adapters.event_store import EventRecorder
from adapters.recorded_event import COLUMNS
from adapters.verify import verify
from tests.adapters.makers import event, opened

_NEW = "'intruder', 9, 't', 1, '', '', '', '', '', '', NULL, '{}', ''"
_SAME_VERSION = "'case', 1, 't', 1, '', '', '', '', '', '', NULL, '{}', ''"
_ON_CONFLICT = f"INSERT INTO events VALUES (2, {_NEW}) ON CONFLICT (position) DO UPDATE SET payload = '[]'"

EVERYWHERE = {
    "update a payload": "UPDATE events SET payload = '[]' WHERE position = 2",
    "update nothing really": "UPDATE events SET payload = payload",
    "delete one": "DELETE FROM events WHERE position = 2",
    "delete all": "DELETE FROM events",
    "delete the head": "DELETE FROM event_log_head",
    "insert or update": _ON_CONFLICT,
    "insert over a position": f"INSERT INTO events VALUES (2, {_NEW})",
    "insert over a version": f"INSERT INTO events VALUES (9, {_SAME_VERSION})",
}
SQLITE = {
    "replace a position": f"INSERT OR REPLACE INTO events VALUES (2, {_NEW})",
    "replace a version": f"REPLACE INTO events VALUES (9, {_SAME_VERSION})",
    "update or replace": "UPDATE OR REPLACE events SET position = 1 WHERE position = 2",
}
POSTGRESQL = {
    "truncate": "TRUNCATE events",
    "truncate the head": "TRUNCATE event_log_head",
    "as a replica": "SET LOCAL session_replication_role = replica; DELETE FROM events",
}


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    with opened(migrated_database_url) as made:
        EventRecorder(made).insert_events([event("case", 1), event("case", 2), event("other", 1)])
        yield made


def _refused(engine: Engine, statement: str) -> str:
    with pytest.raises(exc.IntegrityError) as refusal, writing(engine) as connection:
        connection.execute(text(statement))
    assert verify(engine).intact
    assert verify(engine).checked == 3
    return str(refusal.value)


@pytest.mark.parametrize("statement", EVERYWHERE.values(), ids=EVERYWHERE.keys())
def test_nothing_that_was_recorded_can_be_changed(statement: str, engine: Engine) -> None:
    _refused(engine, statement)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("statement", SQLITE.values(), ids=SQLITE.keys())
def test_sqlite_cannot_replace_an_event(statement: str, engine: Engine) -> None:
    assert "events are append-only" in _refused(engine, statement)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("statement", POSTGRESQL.values(), ids=POSTGRESQL.keys())
def test_postgresql_cannot_empty_the_log(statement: str, engine: Engine) -> None:
    assert "is refused" in _refused(engine, statement)


@pytest.mark.parametrize("what", ["update a payload", "delete one"])
def test_the_refusal_says_why(what: str, engine: Engine) -> None:
    assert "events are append-only" in _refused(engine, EVERYWHERE[what])


def test_no_column_can_be_changed(engine: Engine) -> None:
    for column in COLUMNS:
        _refused(engine, f"UPDATE events SET {column} = {column} WHERE position = 1")
