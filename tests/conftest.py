"""What every test may ask for: databases of its own, on both engines.

`database_url` and `migrated_database_url` run a test twice, on SQLite and on PostgreSQL.
A test about one of them says so:

    @pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)

A test that needs several databases, or one for each hypothesis example, takes
`databases` and uses `with databases.fresh(database_kind, migrated=True) as url`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import KINDS, Databases, Kind, Run
from tests.service import Cells, fresh_cells
from tests.support import providers
from tests.support.postgresql import Server

RUN = pytest.StashKey[Run]()

LONGEST = (
    "browser/test_published_cases.py",
    "browser/test_accessibility.py",
    "browser/test_accessibility_in_english.py",
    "cli/test_serve.py",
    "adapters/test_rebuild.py",
    "bench/test_rows.py",
    "api/test_schemathesis.py",
    "api/test_servers.py",
)
"""Files that take long for the number of their tests: first, so that no worker is left alone with one at the end."""


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.stash[RUN] = Run.begin()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["run_folder"] = str(node.config.stash[RUN].folder)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    first = {Path(__file__).parent / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: first.get(item.path, len(first)))


def pytest_unconfigure(config: pytest.Config) -> None:
    if RUN in config.stash:
        config.stash[RUN].end()


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Databases:
    """The maker of databases: see `Databases.fresh`."""
    worker: dict[str, Any] | None = getattr(request.config, "workerinput", None)
    if worker is None:
        return Databases(request.config.stash[RUN].folder)
    return Databases(Path(worker["run_folder"]), worker["workerid"])


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> Kind:
    """Which engine the test runs on: each in turn."""
    kind: Kind = request.param
    return kind


def _durable(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("durable") is not None


@pytest.fixture
def database_url(database_kind: Kind, databases: Databases, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database of the test's own."""
    with databases.fresh(database_kind, durable=_durable(request)) as url:
        yield url


@pytest.fixture
def migrated_database_url(
    database_kind: Kind, databases: Databases, request: pytest.FixtureRequest
) -> Iterator[str]:
    """The address of a database of the test's own with today's tables in it, and nothing else."""
    with databases.fresh(database_kind, migrated=True, durable=_durable(request)) as url:
        yield url


@pytest.fixture(scope="session")
def mock_provider() -> Iterator[providers.Issuer]:
    """`oidc-provider-mock`, in a process of its own."""
    with providers.oidc_provider_mock() as running:
        yield running


@pytest.fixture(scope="session")
def strict_provider() -> Iterator[providers.Issuer]:
    """A provider as strict as ProConnect, in a process of its own, that tests make misbehave."""
    with providers.own_provider() as running:
        yield running


@pytest.fixture
def own_postgresql(databases: Databases) -> Iterator[Server]:
    """A whole PostgreSQL of the test's own, to stop, kill and start; it writes to disk like a real one."""
    with databases.own_server() as server:
        yield server


@pytest.fixture
def cells(
    database_kind: Kind, databases: Databases, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Cells]:
    """A service on each database, with three registered cells and a clock to set."""
    with fresh_cells(databases, database_kind, tmp_path / "home", durable=_durable(request)) as opened:
        yield opened
