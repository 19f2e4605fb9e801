"""SQLite's part of the way to the database.

Write-ahead log, so that readers and the writer never wait for each other;
`synchronous = FULL`, so that what was acknowledged survives a power cut; every
writing transaction starts as a writer, because SQLite refuses at once (and no
timeout helps) a reader that turns into one behind somebody else's back.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import ConnectionPoolEntry

from adapters.storage_errors import DatabaseLocked, DatabaseUnavailable, DatabaseUrlRefused
from adapters.ways import provide

_TURN: Final = "filrouge_turn"
_PATIENCE: Final = "filrouge_patience"
_RETRY_MILLISECONDS: Final = 2


class Side:
    """What `glance` and `writing` need to know of SQLite."""

    @staticmethod
    def ask(engine: Engine, cursor: Any, statement: str, parameters: Sequence[Any]) -> None:
        """Execute a look on a connection of the writers."""
        _patiently(engine.get_execution_options()[_PATIENCE], cursor.execute, statement, parameters)

    @staticmethod
    def turn(engine: Engine) -> AbstractContextManager[None]:
        """Return what lets the threads of one process queue for their turn to write."""
        turn: _Turn = engine.get_execution_options()[_TURN]
        return turn

    @staticmethod
    def at_once(connection: sqlite3.Connection) -> AbstractContextManager[None]:
        """Nobody is waited for: a statement is a call."""
        del connection
        return nullcontext()


class _Turn:
    """The right to write, of one thread of the process at a time.

    SQLite alone lets each of them sleep and try again, ever longer; here the
    next one goes as soon as the last is done. Other processes still meet in
    the database's own lock.
    """

    def __init__(self, patience: float) -> None:
        self._lock = Lock()
        self._patience = patience

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=self._patience):
            raise DatabaseLocked("another thread of this process is writing")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def engine(url: URL, lock_timeout_seconds: float) -> Engine:
    """An engine on one database file, created (0600, in folders 0700) by its first connection.

    Raises `DatabaseUrlRefused` for a database in memory: it would forget its history.
    """
    if not url.database or ":memory:" in url.database or "mode" in url.query:
        raise DatabaseUrlRefused("a database in memory keeps no history: name a file")
    file = _DatabaseFile(Path(url.database).absolute(), lock_timeout_seconds)
    made = _engine(url, file, file.connect_writer)
    # A connection for both would have to be told at every turn whether it may write, and SQLite then compiles all its
    # statements anew: a third of a command's time.
    readers = _engine(url, file, file.connect_reader)
    made.update_execution_options(**{_TURN: _Turn(lock_timeout_seconds), _PATIENCE: lock_timeout_seconds})
    provide(
        made,
        partial(_begin_writing, lock_timeout_seconds),
        readers,
        _begin_reading,
        _begin_reading,
        lambda connection: file.is_still(connection.info),
    )
    return made


def _engine(url: URL, file: _DatabaseFile, connect: Callable[[], sqlite3.Connection]) -> Engine:
    made = sa.create_engine(
        url.set(database=str(file.path)),
        creator=connect,
        hide_parameters=True,  # an error shown to an operator must not show what was being stored
        pool_size=10,
        max_overflow=40,  # as many as the web server has threads: a connection to a file costs little
        pool_timeout=max(file.timeout, 1.0),
        pool_use_lifo=True,  # the connection used last has the warmest page cache
    )
    event.listen(made, "checkout", file.check_still_there)
    return made


def exists(engine: Engine) -> bool:
    """Whether there is a file to connect to, without creating it. Another database answers for itself."""
    return engine.dialect.name != "sqlite" or Path(str(engine.url.database)).exists()


class _DatabaseFile:
    """The file behind an engine. Once seen, it is never silently replaced by a new, empty one."""

    def __init__(self, path: Path, lock_timeout_seconds: float) -> None:
        self.path = path
        self._name = str(path)
        self.timeout = lock_timeout_seconds
        self._seen = False

    def connect_writer(self) -> sqlite3.Connection:
        return self._connect(f"busy_timeout = {_RETRY_MILLISECONDS}")  # `_patiently` tries again

    def connect_reader(self) -> sqlite3.Connection:
        return self._connect("query_only = ON")

    def _connect(self, of_this_side: str) -> sqlite3.Connection:
        if not self._seen:
            self._create_if_absent()
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?mode=rw",
            uri=True,
            timeout=self.timeout,
            isolation_level=None,  # transactions are begun by the two functions below and by nobody else
            check_same_thread=False,  # the pool hands a connection to one thread at a time
            cached_statements=256,
        )
        self._seen = True
        try:
            _set_up(connection)
            connection.execute(f"PRAGMA {of_this_side}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _create_if_absent(self) -> None:
        """Make the file, and never so much as open one that is there.

        Whoever closes a file loses every lock their process has on it, those of its other connections included;
        another process then takes itself for the last one, and throws away what these still write.
        """
        try:
            for folder in (*reversed(self.path.parent.parents), self.path.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            with suppress(FileExistsError):
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except OSError as error:
            raise DatabaseUnavailable(
                "le fichier de la base ne peut pas être créé", "the database file cannot be created"
            ) from error

    def is_still(self, info: dict[Any, Any]) -> bool:
        """Tell whether the file is the one that a connection was opened on; `info` is what is kept beside that.

        A connection would otherwise go on acknowledging writes into a file nobody can open again.
        """
        try:
            status = os.stat(self._name)  # noqa: PTH116 - a third of the time, in every command twice
        except OSError:
            return False
        identity = (status.st_dev, status.st_ino)
        found: object = info.setdefault("file", identity)
        return found == identity

    def check_still_there(
        self, connection: sqlite3.Connection, record: ConnectionPoolEntry, _proxy: object
    ) -> None:
        """Drop a pooled connection whose file was deleted or replaced."""
        if not self.is_still(record.info):
            raise sa.exc.DisconnectionError("the database file was moved away")


def _set_up(connection: sqlite3.Connection) -> None:
    # Changing the journal's mode needs the whole file for itself; once changed, it stays: look first.
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(
        "PRAGMA secure_delete = FAST"
    )  # what is erased of a person does not stay in free pages
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_reading(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN")


def _begin_writing(patience: float, connection: sqlite3.Connection) -> None:
    _patiently(patience, connection.execute, "BEGIN IMMEDIATE")


def _patiently(patience: float, execute: Callable[..., object], *arguments: object) -> None:
    """Execute what may meet another's lock, trying every other millisecond until `patience` seconds have passed.

    Left to itself SQLite tries ever more rarely, ten times a second in the end: a process that writes
    without a pause then starves the others (seen with four of them) although it frees the lock each time.
    """
    deadline = monotonic() + patience
    while True:
        try:
            execute(*arguments)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() >= deadline:
                raise
        else:
            return
