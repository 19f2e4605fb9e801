"""The way to the database: one engine, two ways in (reading, writing), and the state of its tables.

Embedded SQLite by default, PostgreSQL by its address, with the same behaviour:

- `reading` sees one instant from its first statement to its last, and cannot write;
- `writing` is one transaction: committed when the block ends, undone when it raises;
- trouble comes out as the names of `adapters.storage_errors`, whatever the driver called it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from typing import Any, Final

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import ArgumentError

from adapters import database_postgresql, database_sqlite
from adapters.storage_errors import DatabaseUrlRefused, named_troubles
from adapters.ways import ways

LOCK_TIMEOUT_SECONDS = 5.0

_ONE_BY_ONE: Final = nullcontext()


def engine(database_url: str, *, lock_timeout_seconds: float = LOCK_TIMEOUT_SECONDS) -> Engine:
    """Prepare access to a database; nothing is opened before the first `reading` or `writing`.

    `sqlite:///relative/path`, `sqlite:////absolute/path`, `postgresql://...` and `postgres://...` are understood.
    A writer waits `lock_timeout_seconds` for the others, then gets `DatabaseLocked`.

    Raises `DatabaseUrlRefused` for any other address.
    """
    url = parsed(database_url)
    if url.get_backend_name() == "sqlite":
        return database_sqlite.engine(url, lock_timeout_seconds)
    return database_postgresql.engine(url, lock_timeout_seconds)


def parsed(database_url: str) -> URL:
    """Read a database's address, and settle on the one driver per database that is tested.

    Raises `DatabaseUrlRefused`, which does not repeat the address.
    """
    try:
        url = make_url(database_url)
    except ArgumentError:
        raise DatabaseUrlRefused("the database's address cannot be read") from None
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        return url.set(drivername="sqlite")
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    raise DatabaseUrlRefused(f"no history can be kept in {url.drivername!r}: use sqlite or postgresql")


@contextmanager
def reading(engine: Engine, *, fenced: bool = True) -> Iterator[Connection]:
    """One instant of the database, however many statements look at it, and no way to change it.

    `fenced` keeps read models from being swapped under the reader; a database that may not have our tables yet, or
    is not the history's, has no fence. Raises `DatabaseLocked` and `DatabaseUnavailable`.
    """
    way = ways(engine).reading if fenced else ways(engine).unfenced
    with named_troubles(), way.begin() as connection:
        yield connection


@contextmanager
def glancing(engine: Engine) -> Iterator[Connection]:
    """Like `reading`, for one single statement: PostgreSQL then answers in one round trip, not three.

    Raises `DatabaseLocked` and `DatabaseUnavailable`.
    """
    with named_troubles(), ways(engine).glancing.begin() as connection:
        yield connection


def glance(engine: Engine, statement: str, parameters: Sequence[Any] = ()) -> Sequence[Any]:
    """Answer one look in the driver's own words, its marks as `positional` writes them.

    For the look that every command begins with. It goes by the writers' connections, which have what was last
    written in memory; nothing but a SELECT may be asked.
    Raises `DatabaseLocked` and `DatabaseUnavailable`.
    """
    with (
        named_troubles(),
        ways(engine).kept.lent() as connection,
        driver_cursor(connection) as cursor,
    ):
        _side(engine).ask(engine, cursor, statement, parameters)
        return cursor.fetchall()


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: the end of the block commits it, an exception undoes it whole.

    On SQLite the block holds the database's only write lock from its first line:
    decide first, open it last. On PostgreSQL the append lock is taken by the event
    store, later still.

    Raises `DatabaseLocked` and `DatabaseUnavailable`.
    """
    with named_troubles(), _side(engine).turn(engine), engine.begin() as connection:
        yield connection


@contextmanager
def committing(engine: Engine, *, at_once: bool = False) -> Iterator[Connection]:
    """`writing` for what every command does, at a third of its cost: SQLAlchemy is not told of the transaction.

    It may be used all the same; only its own `commit` and `rollback` are not for the block to call. Closing the
    connection undoes everything.

    `at_once` sends statements to PostgreSQL without waiting for one to be carried out before the next, the commit
    included: only a `fetch` waits. Then all of them must go by `driver_cursor`, none may look at how many rows another
    one touched, and what one breaks may show as late as at the end of the block.

    Raises `DatabaseLocked` and `DatabaseUnavailable`.
    """
    way, side = ways(engine), _side(engine)
    with named_troubles(), side.turn(engine), way.kept.lent() as connection:
        driver: Any = connection.connection.driver_connection
        try:
            with side.at_once(driver) if at_once else _ONE_BY_ONE:
                way.begin(driver)
                yield connection
                if connection.in_transaction():
                    connection.commit()  # it was told since, by a statement of its own: its commit is the driver's
                elif not connection.closed:
                    driver.commit()
        except BaseException:
            if not connection.closed:  # then it may be somebody else's by now
                driver.rollback()
            raise


def driver_cursor(connection: Connection) -> closing[DBAPICursor]:
    """The driver's own cursor, in the transaction of `connection`, for the statements that every command runs.

    Use it in a `with`, inside `reading`, `glancing`, `writing` or `committing`, which name its errors too. Parameters
    go by position, marked as in `positional`. Measured on SQLite: 10 µs a statement instead of 25 to 40.
    """
    driver: Any = connection.connection.driver_connection
    return closing(driver.cursor())


def positional(statement: str, engine: Engine) -> str:
    """Write a statement's `?` marks as the engine's driver wants them."""
    return statement if engine.dialect.name == "sqlite" else statement.replace("?", "%s")


def _side(engine: Engine) -> type[database_sqlite.Side] | type[database_postgresql.Side]:
    return database_sqlite.Side if engine.dialect.name == "sqlite" else database_postgresql.Side
