"""Cohorts filled once a module, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select

from adapters.bootstrap import Service, open_service
from adapters.database import reading
from adapters.demo.run import Summary, fill
from adapters.tables import events
from projections.facts import METADATA
from tests.databases import KINDS, Databases, Kind
from tests.service import SetClock, noon, settings_in

CASES = 1_000
"""A national cohort small enough for every run, large enough for whatever is rare."""


@dataclass
class Filled:
    """A service filled with a cohort."""

    service: Service
    summary: Summary

    def events(self) -> list[Row[Any]]:
        """Return every event of a case, in the order of the log."""
        with reading(self.service.engine) as connection:
            found = connection.execute(select(events).order_by(events.c.position)).all()
        return [event for event in found if not event.case_id.startswith("organisation:")]

    def stored(self) -> dict[str, list[Row[Any]]]:
        """Return every row of every read model."""
        with reading(self.service.engine) as connection:
            return {
                table.name: list(connection.execute(table.select().order_by(*table.primary_key)).all())
                for table in METADATA.sorted_tables
            }


@contextmanager
def filled(
    databases: Databases, kind: Kind, home: Path, *, today: date = date(2026, 3, 2), **how: Any
) -> Iterator[Filled]:
    """Fill a fresh database."""
    with (
        databases.fresh(kind, migrated=True) as url,
        open_service(settings_in(home, url), clock=SetClock(noon(today))) as service,
    ):
        yield Filled(service, fill(service, **how))


@pytest.fixture(scope="module", params=KINDS)
def national(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Filled]:
    """The published table for a thousand people, on each database."""
    home = tmp_path_factory.mktemp("national")
    with filled(databases, request.param, home, cases=CASES, seed=1, national=True) as made:
        yield made


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is slow, unless marks are asked for: `pytest -m slow`."""
    if config.option.markexpr:
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]
