"""Faults on order: a table that refuses the next write, a transaction that fails at its very last step."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
import sqlalchemy as sa
from eventsourcing.persistence import PersistenceError
from sqlalchemy import Engine

from adapters.database import StorageError, writing

FAULTS: Final = (sqlite3.Error, psycopg.Error, sa.exc.DBAPIError, PersistenceError, StorageError)
"""What a write that a trigger refuses may come out as."""


_RAISING: Final = (
    "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'fault'; END $$"
)
_AT_COMMIT: Final = (
    "CREATE CONSTRAINT TRIGGER fault AFTER INSERT ON events DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION fault()"
)


@contextmanager
def refusing(engine: Engine, table: str, *operations: str) -> Iterator[None]:
    """Make `table` refuse the operations (INSERT, UPDATE, DELETE) inside the block."""
    if engine.dialect.name == "sqlite":
        create = [
            f"CREATE TRIGGER fault_{operation} BEFORE {operation} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'fault'); END"
            for operation in operations
        ]
        drop = [f"DROP TRIGGER fault_{operation}" for operation in operations]
    else:
        when = " OR ".join(operations)
        create = [
            _RAISING,
            f"CREATE TRIGGER fault BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION fault()",
        ]
        drop = [f"DROP TRIGGER fault ON {table}", "DROP FUNCTION fault"]
    with _altered(engine, create, drop):
        yield


@contextmanager
def failing_at_commit(engine: Engine) -> Iterator[None]:
    """Let everything be written to the log, and the COMMIT itself fail, inside the block."""
    if engine.dialect.name == "sqlite":
        create = [
            "CREATE TABLE nobody (id INTEGER PRIMARY KEY)",
            "CREATE TABLE fault (id INTEGER REFERENCES nobody DEFERRABLE INITIALLY DEFERRED)",
            "CREATE TRIGGER fault_later AFTER INSERT ON events BEGIN INSERT INTO fault VALUES (1); END",
        ]
        drop = ["DROP TRIGGER fault_later", "DROP TABLE fault", "DROP TABLE nobody"]
    else:
        create = [
            _RAISING,
            _AT_COMMIT,
        ]
        drop = ["DROP TRIGGER fault ON events", "DROP FUNCTION fault"]
    with _altered(engine, create, drop):
        yield


@contextmanager
def _altered(engine: Engine, create: list[str], drop: list[str]) -> Iterator[None]:
    _execute(engine, create)
    try:
        yield
    finally:
        _execute(engine, drop)


def _execute(engine: Engine, statements: list[str]) -> None:
    with writing(engine) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
