"""The doors, the keys to them, and what the databases are asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from adapters.ways import ways
from tests.api.access.doors import Door, Keys, doors_of
from tests.api.crossing import Town
from tests.api.pages.visits import Visits


@pytest.fixture(scope="session")
def doors(town: Town) -> list[Door]:
    """Every route of the application."""
    return doors_of(town.house.app)


@pytest.fixture(scope="module")
def keys(town: Town) -> Keys:
    """Everybody's token, and a session for everybody."""
    return Keys(town, Visits.of(town.house))


@pytest.fixture(scope="module")
def questions(town: Town) -> Iterator[list[str]]:
    """What the databases are asked, that of the keys included, in order: seen by the driver itself."""
    found: list[str] = []

    def trace(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_trace_callback(found.append)

    def untrace(connection: sqlite3.Connection | None, *_: object) -> None:
        if connection is not None:  # one that was let go of
            connection.set_trace_callback(None)

    service = town.house.cells.service
    ways_in = ways(service.engine)
    pools = {service.engine.pool, ways_in.reading.pool, service.keys._engine.pool}
    for pool in pools:
        sa.event.listen(pool, "checkout", trace)
        sa.event.listen(pool, "checkin", untrace)
    ways_in.kept.close()  # those that were taken before are not traced
    yield found
    ways_in.kept.close()
    for pool in pools:
        sa.event.remove(pool, "checkout", trace)
        sa.event.remove(pool, "checkin", untrace)
