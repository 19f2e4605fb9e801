"""One at a time: a lock that belongs to a process, not to the database's contents, and goes with it however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import sleep
from typing import Final

from sqlalchemy import Connection, Engine, text

from domain.errors import FilRougeError

_TRIES: Final = 20
_PAUSE_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class OneAtATime:
    """What one process of all those that share a database does at a time.

    On SQLite the lock is a file beside the database, named after it and `name`; on PostgreSQL an advisory lock, which
    it knows by `number` (any of our own). `busy` is raised by whoever comes second.
    """

    name: str
    number: int
    busy: type[FilRougeError]

    @contextmanager
    def held(self, engine: Engine) -> Iterator[None]:
        """Be the only one for the block. Raises `busy`."""
        with (self._hold_file if engine.dialect.name == "sqlite" else self._hold_advisory)(engine):
            yield

    def is_held(self, connection: Connection) -> bool:
        """Tell whether somebody is at it."""
        if connection.dialect.name == "sqlite":
            handle = self._lock_file(connection.engine)
            try:
                return not _locked(handle, fcntl.LOCK_SH)
            finally:
                os.close(handle)
        found = text(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND "
            "database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND "
            "classid::bigint = :high AND objid::bigint = :low"
        )
        halves = {"high": self.number >> 32, "low": self.number & 0xFFFFFFFF}
        return connection.execute(found, halves).first() is not None

    @contextmanager
    def _hold_file(self, engine: Engine) -> Iterator[None]:
        handle = self._lock_file(engine)
        try:
            for _ in range(_TRIES):  # whoever looks whether it is held holds it for a moment, too
                if _locked(handle, fcntl.LOCK_EX):
                    break
                sleep(_PAUSE_SECONDS)
            else:
                raise self.busy
            yield
        finally:
            os.close(handle)

    def _lock_file(self, engine: Engine) -> int:
        return os.open(f"{engine.url.database}-{self.name}", os.O_CREAT | os.O_RDWR, 0o600)

    @contextmanager
    def _hold_advisory(self, engine: Engine) -> Iterator[None]:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.execute(text(f"SELECT pg_try_advisory_lock({self.number})")).scalar_one():
                raise self.busy
            try:
                yield
            finally:
                connection.execute(text(f"SELECT pg_advisory_unlock({self.number})"))


def _locked(handle: int, how: int) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
