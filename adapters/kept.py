"""Connections that stay open between two uses: the short way, for what every command does.

Taking a connection from SQLAlchemy's pool and giving it back costs as much as a statement or two, and runs through so
much code that after every wait for the disk it has to be fetched into the processor anew.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

_AT_MOST = 8
"""How many are kept: the pool has others for whoever goes by it."""


class Kept:
    """The connections kept of one engine. Safe to share between threads."""

    def __init__(self, engine: Engine, still_there: Callable[[Connection], bool]) -> None:
        self._engine = engine
        self._still_there = still_there
        self._idle: deque[Connection] = deque()

    @contextmanager
    def lent(self) -> Iterator[Connection]:
        """Lend a connection, without any transaction; it is kept unless something is raised or it is closed."""
        connection = self._take()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        if len(self._idle) < _AT_MOST and not connection.closed:
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close those that nobody uses."""
        while self._idle:
            self._drop(self._idle.pop())

    def _take(self) -> Connection:
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was first
                break
            if self._still_there(connection):
                return connection
            self._drop(connection)
        return self._engine.connect()

    @staticmethod
    def _drop(connection: Connection) -> None:
        connection.invalidate()
        connection.close()
