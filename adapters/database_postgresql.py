"""PostgreSQL's part of the way to the database."""

from __future__ import annotations

import select
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any, Final, LiteralString

import psycopg
import sqlalchemy as sa
from sqlalchemy import Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import ConnectionPoolEntry

from adapters.ways import Begin, provide

STATEMENT_TIMEOUT_SECONDS = 300
"""No statement of ours is slower, a rebuild's index included; one that is has lost its way."""

ABANDONED_TRANSACTION_SECONDS = 600
"""A client that stopped in the middle of a transaction gives its locks back after this long."""


_ONE_INSTANT: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_FENCED: Final = f"{_ONE_INSTANT}; LOCK TABLE read_model_fence IN ACCESS SHARE MODE"
"""The lock comes before the instant: see `adapters.tables.read_model_fence`."""


class Side:
    """What `glance` and `writing` need to know of PostgreSQL."""

    @staticmethod
    def ask(engine: Engine, cursor: Any, statement: str, parameters: Sequence[Any]) -> None:
        """Execute a look."""
        del engine
        cursor.execute(statement, parameters)

    @staticmethod
    def turn(engine: Engine) -> AbstractContextManager[None]:
        """No queue in the process: the server's own is fair."""
        del engine
        return nullcontext()

    @staticmethod
    @contextmanager
    def at_once(connection: psycopg.Connection) -> Iterator[None]:
        """Send the block's statements without waiting for one before the next (the driver's pipeline)."""
        with connection.pipeline():
            try:
                yield
            except BaseException:
                # What the statements after the one that failed have to say: none of them was carried out.
                with suppress(psycopg.Error):
                    connection.rollback()
                raise


def engine(url: URL, lock_timeout_seconds: float) -> Engine:
    """An engine on one PostgreSQL database, through psycopg 3."""
    defaults = {"connect_timeout": "5", "application_name": "filrouge"}
    made = sa.create_engine(
        url.set(query={**defaults, **url.query}),
        hide_parameters=True,  # an error shown to an operator must not show what was being stored
        paramstyle="format",  # parameters by position, as in SQLite: one way to write a statement for both
        pool_size=10,
        max_overflow=20,
        pool_timeout=max(lock_timeout_seconds, 1.0),
        pool_use_lifo=True,
    )
    session = {
        # Writers meet in the row lock of the event log's head, and must then see what the last one left.
        "default_transaction_isolation": "read committed",
        "lock_timeout": f"{round(lock_timeout_seconds * 1000)}ms",
        "statement_timeout": f"{STATEMENT_TIMEOUT_SECONDS}s",
        "idle_in_transaction_session_timeout": f"{ABANDONED_TRANSACTION_SECONDS}s",
        "timezone": "UTC",
        # A client that vanished with its machine is noticed within a minute.
        "tcp_keepalives_idle": "30",
        "tcp_keepalives_interval": "10",
        "tcp_keepalives_count": "3",
    }

    def set_up(connection: psycopg.Connection, _record: ConnectionPoolEntry) -> None:
        connection.autocommit = True  # transactions are begun as `_beginning` says and by nobody else
        assignments = ", ".join(["set_config(%s, %s, false)"] * len(session))
        connection.execute(f"SELECT {assignments}", [text for pair in session.items() for text in pair])

    event.listen(made, "connect", set_up)
    event.listen(made, "checkout", _drop_if_closed)
    provide(
        made,
        _beginning("BEGIN"),
        made,
        _beginning(_FENCED),
        _beginning(_ONE_INSTANT),
        lambda connection: not _is_closed(connection.connection.driver_connection),
    )
    return made


def _beginning(statement: LiteralString) -> Begin:
    def begin(connection: psycopg.Connection) -> None:
        connection.execute(statement, prepare=False)  # two statements at once cannot be prepared

    return begin


def _drop_if_closed(connection: psycopg.Connection, _record: object, _proxy: object) -> None:
    """Replace a pooled connection that the server has closed."""
    if _is_closed(connection):
        raise sa.exc.DisconnectionError("the server has closed the connection")


def _is_closed(connection: Any) -> bool:
    """Tell whether the server has closed an idle connection of the driver.

    It has nothing to say, unless it is that it ends: looking whether something can be read costs a microsecond,
    where asking the server (the usual "pre-ping") costs a round trip before each command.
    """
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
