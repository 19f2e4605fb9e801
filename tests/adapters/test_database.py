"""The way to the database: transactions, threads, and trouble under its own name."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from traceback import format_exception

import pytest
from sqlalchemy import Connection, Engine, Table, insert, make_url, select, text

from adapters.connections import driver_cursor, positional
from adapters.database import (
    DatabaseLocked,
    DatabaseUnavailable,
    DatabaseUrlRefused,
    engine,
    glancing,
    reading,
    writing,
)
from adapters.event_store import EventRecorder
from adapters.tables import idempotency, read_models
from tests.adapters.makers import event, opened
from tests.support.postgresql import Server

SQLITE_ONLY = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
POSTGRESQL_ONLY = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
SHORT = 0.05
"""Seconds that a writer of these tests waits for another."""


def _add(connection: Connection, name: str) -> None:
    connection.execute(insert(read_models).values(name=name, version="1", position=0))


def _names(connection: Connection, table: Table = read_models) -> list[str]:
    return list(connection.execute(select(table.c.name).order_by(table.c.name)).scalars())


def _fails_to_read(made: Engine, why: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=why), reading(made):
        pass


# ------------------------------------------------------------ transactions


def test_writing_commits_at_the_end_and_is_undone_by_an_exception(migrated_database_url: str) -> None:
    with opened(migrated_database_url) as made:
        with writing(made) as connection:
            _add(connection, "kept")

        def add_and_fail() -> None:
            with writing(made) as connection:
                _add(connection, "undone")
                raise LookupError

        with pytest.raises(LookupError):
            add_and_fail()
        with reading(made) as connection:
            assert _names(connection) == ["kept"]


def test_reading_sees_one_instant_to_its_end(migrated_database_url: str) -> None:
    with opened(migrated_database_url) as made, reading(made) as connection:
        assert _names(connection) == []
        with writing(made) as other:
            _add(other, "meanwhile")
        assert _names(connection) == []
        with glancing(made) as other:
            assert _names(other) == ["meanwhile"]


def test_reading_cannot_write_and_spoils_nothing_for_the_next_writer(migrated_database_url: str) -> None:
    with opened(migrated_database_url) as made:
        with pytest.raises(DatabaseUnavailable, match="read-only"), reading(made) as connection:
            _add(connection, "smuggled")
        with writing(made) as connection:
            _add(connection, "allowed")
        with pytest.raises(DatabaseUnavailable, match="read-only"), reading(made) as connection:
            connection.execute(text("DELETE FROM read_models"))
        with glancing(made) as connection:
            assert _names(connection) == ["allowed"]


def test_a_bare_connection_of_the_engine_may_write(migrated_database_url: str) -> None:
    with opened(migrated_database_url) as made:
        with reading(made) as connection:
            _names(connection)
        with made.begin() as connection:
            _add(connection, "bare")


def test_the_drivers_cursor_works_in_the_same_transaction(migrated_database_url: str) -> None:
    statement = "INSERT INTO read_models (name, version, position) VALUES (?, ?, ?)"
    with opened(migrated_database_url) as made:
        with writing(made) as connection, driver_cursor(connection) as cursor:
            cursor.executemany(positional(statement, made), [("a", "1", 0), ("b", "1", 0)])
            assert _names(connection) == ["a", "b"]
            connection.rollback()
        with reading(made) as connection:
            assert _names(connection) == []


def test_what_was_being_stored_is_not_in_the_error(migrated_database_url: str) -> None:
    row = dict.fromkeys(["actor", "key", "request_hash", "response", "recorded_at"], "confidential")
    statement = f"INSERT INTO idempotency ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"

    def through_sqlalchemy(connection: Connection) -> None:
        connection.execute(insert(idempotency), row)

    def through_the_driver(connection: Connection) -> None:
        with driver_cursor(connection) as cursor:
            cursor.execute(positional(statement, connection.engine), tuple(row.values()))

    with opened(migrated_database_url) as made:
        for way in (through_sqlalchemy, through_the_driver):
            with pytest.raises(Exception, match="status") as refusal, writing(made) as connection:
                way(connection)
            assert "confidential" not in "".join(format_exception(refusal.value))


def test_many_threads_share_an_engine(migrated_database_url: str) -> None:
    threads, each = 8, 12
    start = Barrier(threads)

    def work(made: Engine, thread: int) -> None:
        start.wait()
        for number in range(each):
            with writing(made) as connection:
                _add(connection, f"{thread:02d}-{number:02d}")
            with reading(made) as connection:
                assert f"{thread:02d}-{number:02d}" in _names(connection)

    with opened(migrated_database_url) as made, ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, made, thread) for thread in range(threads)]:
            done.result()
        with reading(made) as connection:
            assert len(_names(connection)) == threads * each


# ------------------------------------------------------------ locked


def test_a_writer_that_waits_too_long_is_told(migrated_database_url: str) -> None:
    with (
        opened(migrated_database_url) as first,
        opened(migrated_database_url, lock_timeout_seconds=SHORT) as second,
    ):
        recorder = EventRecorder(second)
        with writing(first) as connection:
            EventRecorder(first).insert_events([event("case", 1)], connection=connection)
            with pytest.raises(DatabaseLocked):
                recorder.insert_events([event("case", 1)])
            assert recorder.max_notification_id() is None  # readers are never held up
        assert recorder.insert_events([event("case", 2)]) == [2]


def test_a_writer_that_waits_for_its_own_process_is_told(migrated_database_url: str) -> None:
    with opened(migrated_database_url, lock_timeout_seconds=SHORT) as made, ThreadPoolExecutor(1) as pool:
        recorder = EventRecorder(made)
        with writing(made) as connection:
            recorder.insert_events([event("case", 1)], connection=connection)
            other = pool.submit(recorder.insert_events, [event("other", 1)])
            with pytest.raises(DatabaseLocked):
                other.result()
        assert recorder.insert_events([event("other", 1)]) == [2]


@POSTGRESQL_ONLY
def test_two_writers_waiting_for_each_other_are_told_apart(migrated_database_url: str) -> None:
    with opened(migrated_database_url) as made:
        with writing(made) as connection:
            _add(connection, "one")
            _add(connection, "two")
        meet = Barrier(2)

        def touch(first: str, second: str) -> None:
            with writing(made) as connection:
                change = text("UPDATE read_models SET version = '2' WHERE name = :name")
                connection.execute(change, {"name": first})
                meet.wait()
                connection.execute(change, {"name": second})

        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(touch, "one", "two"), pool.submit(touch, "two", "one")]
            errors = [work.exception() for work in both]
        assert [type(error) for error in errors if error] == [DatabaseLocked]


# ------------------------------------------------------------ gone


@SQLITE_ONLY
def test_a_deleted_file_is_not_written_to_and_not_made_again(migrated_database_url: str) -> None:
    path = Path(str(make_url(migrated_database_url).database))
    with opened(migrated_database_url) as made:
        recorder = EventRecorder(made)
        recorder.insert_events([event("case", 1)])
        path.unlink()
        for attempt in (
            lambda: recorder.insert_events([event("case", 2)]),
            lambda: recorder.select_events("case"),
        ):
            with pytest.raises(DatabaseUnavailable):
                attempt()
        assert not path.exists()


@SQLITE_ONLY
def test_a_file_put_in_its_place_is_the_database_from_then_on(migrated_database_url: str) -> None:
    path = Path(str(make_url(migrated_database_url).database))
    copy = path.with_name("copy.sqlite")
    copy.write_bytes(path.read_bytes())
    with opened(migrated_database_url) as made:
        recorder = EventRecorder(made)
        recorder.insert_events([event("case", 1)])
        for name in (f"{path}-wal", f"{path}-shm"):
            Path(name).unlink()
        copy.rename(path)
        assert recorder.select_events("case") == []


@SQLITE_ONLY
def test_an_engine_more_does_not_cost_the_others_their_locks(migrated_database_url: str) -> None:
    """Without them the next process to leave takes itself for the last one, and the log of writes with it."""
    look = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall())"
    asked = [
        sys.executable,
        "-c",
        look,
        str(make_url(migrated_database_url).database),
        "SELECT name FROM read_models",
    ]
    with opened(migrated_database_url) as first:
        for name in ("before", "after"):
            with writing(first) as connection:
                _add(connection, name)
            with opened(migrated_database_url) as second, reading(second) as connection:
                assert name in _names(connection)
            seen = subprocess.run(asked, capture_output=True, check=True, text=True).stdout
            assert name in seen


@SQLITE_ONLY
@pytest.mark.parametrize(
    "damage", [b"this is not a database, whatever its name says" * 100, b"SQLite format 3\x00" * 99]
)
def test_a_file_that_is_no_database_is_said_so(damage: bytes, database_url: str) -> None:
    path = Path(str(make_url(database_url).database))
    path.write_bytes(damage)
    with opened(database_url) as made, pytest.raises(DatabaseUnavailable), reading(made):
        pass
    assert path.read_bytes() == damage


@SQLITE_ONLY
def test_a_place_where_no_file_can_be_is_said_so(database_url: str) -> None:
    path = Path(str(make_url(database_url).database))
    path.write_text("a file where a folder is asked for")
    with opened(f"{database_url}/below.sqlite") as made:
        _fails_to_read(made, "cannot be created")


def test_a_server_that_stopped_is_said_so_and_met_again(own_postgresql: Server) -> None:
    with opened(own_postgresql.url()) as made:
        with glancing(made) as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1
        own_postgresql.stop("immediate")
        for way in (reading, writing, glancing):
            with pytest.raises(DatabaseUnavailable), way(made) as connection:
                connection.execute(text("SELECT 1"))
        own_postgresql.start()
        with writing(made) as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1


def test_a_server_that_dies_in_the_middle_of_a_transaction(own_postgresql: Server) -> None:
    with opened(own_postgresql.url()) as made:

        def lose_the_server() -> None:
            with writing(made) as connection:
                connection.execute(text("CREATE TABLE half (done integer)"))
                own_postgresql.stop("immediate")
                connection.execute(text("INSERT INTO half VALUES (1)"))

        with pytest.raises(DatabaseUnavailable):
            lose_the_server()
        own_postgresql.start()
        with reading(made, fenced=False) as connection:
            assert connection.execute(text("SELECT to_regclass('half')")).scalar() is None


@POSTGRESQL_ONLY
def test_a_connection_that_the_server_closed_is_replaced_unseen(migrated_database_url: str) -> None:
    with opened(migrated_database_url) as made, opened(migrated_database_url) as administrator:
        with glancing(made) as connection:
            process = connection.execute(text("SELECT pg_backend_pid()")).scalar()
        with glancing(administrator) as connection:
            ended = text("SELECT pg_terminate_backend(:process, 5000)")
            assert connection.execute(ended, {"process": process}).scalar()
        with writing(made) as connection:
            assert connection.execute(text("SELECT pg_backend_pid()")).scalar() != process


@POSTGRESQL_ONLY
def test_a_database_that_does_not_exist_is_said_so(database_url: str) -> None:
    absent = make_url(database_url).set(database="there_is_no_such_database")
    with opened(absent.render_as_string(hide_password=False)) as made:
        _fails_to_read(made, "refuses us")


def test_a_server_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with opened(f"postgresql:///filrouge?host={tmp_path}") as made:
        _fails_to_read(made, "cannot be reached")


# ------------------------------------------------------------ the file, the address, the session


def test_the_file_and_its_new_folders_belong_to_their_owner_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    path = tmp_path / "new" / "deeper" / "filrouge.sqlite"
    with opened(f"sqlite:///{path}") as made:
        with writing(made) as connection:
            connection.execute(text("CREATE TABLE t (a INTEGER)"))
        files = {each.name: oct(each.stat().st_mode & 0o777) for each in path.parent.iterdir()}
    assert files == dict.fromkeys(["filrouge.sqlite", "filrouge.sqlite-wal", "filrouge.sqlite-shm"], "0o600")
    assert [oct(folder.stat().st_mode & 0o777) for folder in list(path.parents)[:3]] == [
        "0o700",
        "0o700",
        "0o755",
    ]


def test_nothing_is_opened_before_it_is_needed(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}/filrouge.sqlite"):
        assert list(tmp_path.iterdir()) == []


@SQLITE_ONLY
def test_sqlite_keeps_what_it_acknowledged(migrated_database_url: str) -> None:
    with opened(migrated_database_url, lock_timeout_seconds=1.5) as made, reading(made) as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in pragmas}
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 1500}


@POSTGRESQL_ONLY
def test_postgresql_does_not_wait_for_ever(migrated_database_url: str) -> None:
    with opened(migrated_database_url, lock_timeout_seconds=1.5) as made, reading(made) as connection:
        names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "timezone")
        found = {name: connection.execute(text(f"SHOW {name}")).scalar() for name in names}
    assert found == {
        "lock_timeout": "1500ms",
        "statement_timeout": "5min",
        "idle_in_transaction_session_timeout": "10min",
        "timezone": "UTC",
    }


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_goes_by_several_names(scheme: str) -> None:
    with opened(f"{scheme}://user:pass@db.example.fr/filrouge") as made:
        assert made.url.drivername == "postgresql+psycopg"
        assert made.url.password == "pass"


@pytest.mark.parametrize(
    "address",
    [
        "mysql://user:s3cret@host/db",
        "postgresql+psycopg2://user:s3cret@host/db",
        "s3cret",
        "",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:s3cret?mode=memory&uri=true",
    ],
)
def test_other_addresses_are_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(DatabaseUrlRefused) as refusal:
        engine(address)
    assert "s3cret" not in str(refusal.value)
    assert refusal.value.__cause__ is None
