"""One browser for all the tests of a worker, and a demonstration to visit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from adapters.bootstrap import open_service
from adapters.demo.run import fill
from tests.api.logs import logged
from tests.browser.chromium import launched
from tests.browser.site import Site, listening
from tests.browser.tour import Stop, stops
from tests.browser.traces import Traces
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
def traces() -> Traces:
    """What was typed, and what was heard of it where it has no place."""
    return Traces()


@pytest.fixture(autouse=True)
def heard(traces: Traces, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Nothing personal that is typed in a test is heard outside its pages: addresses, titles, cookies, log, output."""
    with logged() as log:
        yield
    printed = capfd.readouterr()
    traces.hear("the log", log.text)
    traces.hear("standard output", printed.out)
    traces.hear("standard error", printed.err)
    assert traces.heard() == set()


@pytest.fixture(scope="session")
def site(
    browser: Browser, databases: Databases, tmp_path_factory: pytest.TempPathFactory, traces: Traces
) -> Iterator[Site]:
    """A demonstration that listens: to be looked at, and not to be changed by more than one test at a time."""
    home = tmp_path_factory.mktemp("demonstration")
    with (
        databases.fresh("sqlite", migrated=True) as url,
        open_service(settings_in(home, url)) as service,
    ):
        fill(service, cases=CASES, seed=1)
        with listening(service, traces, demonstration=True) as made:
            yield made


@pytest.fixture(scope="session")
def tour(site: Site) -> list[Stop]:
    """Every page there is to see."""
    return stops(site)
