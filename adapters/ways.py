"""Ways into one database that differ in how their transactions begin.

SQLAlchemy leaves that to the dialect (`do_begin`). A listener of the engine's "begin" event could do the same, but an
engine that is listened to takes the long way at every step: 30 µs more for each transaction, as much as it takes to
write an event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event

from adapters.kept import Kept

Begin = Callable[[Any], None]
"""Opens a transaction on a connection of the driver, which begins none by itself."""

_WAYS: Final = "filrouge_ways"


@dataclass(frozen=True, slots=True)
class Ways:
    """How else a database is reached than by the engine that writes."""

    reading: Engine
    """Its transactions see one instant and cannot write; no table of a read model is swapped under them."""
    unfenced: Engine
    """The same for a database without the read models' fence."""
    glancing: Engine
    """Its statements need no transaction around them."""
    kept: Kept
    """Connections of the writers, for whoever begins and ends by himself: see `connections.committing`."""
    begin: Begin
    """Begins what writes."""


def ways(engine: Engine) -> Ways:
    """Return the other ways to the database of an engine."""
    found: Ways = engine.get_execution_options()[_WAYS]
    return found


def provide(
    engine: Engine,
    begin: Begin,
    readers: Engine,
    begin_reading: Begin,
    begin_unfenced: Begin,
    still_there: Callable[[Connection], bool],
) -> None:
    """Make `engine` the one that writes, and give it its other ways; those that read are on the pool of `readers`.

    `still_there` tells of an idle connection whether there still is a database at its other end.
    """
    found = Ways(
        reading=_beside(readers, begin_reading),
        unfenced=_beside(readers, begin_unfenced),
        glancing=_beside(readers, _nothing),
        kept=Kept(_beside(engine, _nothing), still_there),
        begin=begin,
    )
    _begin_with(engine, begin)
    engine.update_execution_options(**{_WAYS: found})

    def dispose(_: Engine) -> None:
        found.kept.close()
        for way in (found.reading, found.unfenced, found.glancing):
            way.dispose()

    event.listen(engine, "engine_disposed", dispose)


def _nothing(_: object) -> None:
    pass


def _beside(engine: Engine, begin: Begin) -> Engine:
    beside = sa.create_engine(
        engine.url, pool=engine.pool, hide_parameters=True, paramstyle=engine.dialect.paramstyle
    )
    _begin_with(beside, begin)
    return beside


def _begin_with(engine: Engine, begin: Begin) -> None:
    engine.dialect.do_begin = lambda dbapi_connection: begin(  # type: ignore[method-assign]
        dbapi_connection.driver_connection
    )
