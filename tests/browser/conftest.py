"""One browser for all the tests of a worker, and a demonstration to visit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from adapters.bootstrap import open_service
from adapters.demo.run import fill
from tests.browser.chromium import launched
from tests.browser.site import Site, listening
from tests.browser.tour import Stop, stops
from tests.databases import Databases
from tests.service import settings_in

CASES = 60
"""Enough for a case in every state."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser."""
    with launched() as started:
        yield started


@pytest.fixture(scope="session")
def site(browser: Browser, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demonstration that listens: to be looked at, and not to be changed by more than one test at a time."""
    home = tmp_path_factory.mktemp("demonstration")
    with (
        databases.fresh("sqlite", migrated=True) as url,
        open_service(settings_in(home, url)) as service,
    ):
        fill(service, cases=CASES, seed=1)
        with listening(service, demonstration=True) as made:
            yield made


@pytest.fixture(scope="session")
def tour(site: Site) -> list[Stop]:
    """Every page there is to see."""
    return stops(site)
