"""The API in front of a service: one house a test on each database, or one a file where tests do not meet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.crossing import Town, town_in
from tests.api.house import House, fresh_house, fronted
from tests.api.logs import Log, logged
from tests.databases import Databases
from tests.service import Cells


@pytest.fixture(autouse=True)
def log() -> Iterator[Log]:
    """What is logged during the test."""
    with logged() as written:
        yield written


@pytest.fixture
def house(cells: Cells) -> Iterator[House]:
    """An empty house on each database in turn."""
    with fronted(cells) as made:
        yield made


@pytest.fixture(scope="module")
def one_house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house for a whole file, on SQLite: for what depends on no database and on no other case."""
    with fresh_house(databases, "sqlite", tmp_path_factory.mktemp("home")) as made:
        yield made


@pytest.fixture(scope="session")
def town(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A house with a case of each kind, for all the tests that cross roles and routes: they leave it as it is."""
    with town_in(databases, tmp_path_factory.mktemp("town")) as made:
        yield made
