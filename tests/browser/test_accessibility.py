"""axe-core finds nothing against WCAG 2.1 AA on any page, in either language; every page is pictured for people to see.

The pictures go to build/screenshots, at the width of a desk and of a telephone.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from adapters import demo_accounts
from tests.browser.site import Site
from tests.browser.tour import Stop, routes, stops
from workflows.labels import Language

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
DESK, TELEPHONE = 1280, 390
STANDARD = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}


@pytest.fixture(scope="module")
def tour(site: Site) -> list[Stop]:
    """Every page there is to see."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    return stops(site)


def test_the_tour_goes_everywhere(site: Site, tour: list[Stop]) -> None:
    led_elsewhere = {"/"}
    assert {stop.route for stop in tour} == set(routes(site)) - led_elsewhere


def visited(
    browser: Browser, site: Site, tour: list[Stop], language: Language, width: int
) -> Iterator[tuple[Stop, Page]]:
    """Yield every page, looked at by those who may see it, with JavaScript for axe alone."""
    people = {account.name: account.principal for account in demo_accounts.accounts()}
    for account, some in groupby(tour, key=lambda stop: stop.account):
        with site.visited(browser, people[account], language=language, width=width, script=True) as visit:
            for stop in some:
                visit.go(stop.path)
                yield stop, visit.page


@pytest.mark.parametrize(("language", "width"), [("fr", DESK), ("en", DESK), ("fr", TELEPHONE)])
def test_every_page_is_for_everybody(
    browser: Browser, site: Site, tour: list[Stop], language: Language, width: int
) -> None:
    """At a desk axe looks, in either language; on a telephone, whether anything sticks out of the window."""
    found: list[tuple[str, ...]] = []
    for stop, page in visited(browser, site, tour, language, width):
        assert page.locator("html").get_attribute("lang") == language
        if width == DESK:
            found += [(stop.account, stop.path, *one) for one in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append((stop.account, stop.path, "wider than its window"))
        if language == "fr":
            page.screenshot(path=PICTURES / f"{stop.name}_{width}.png", full_page=True)
    assert found == []


def violations(page: Page) -> Iterator[tuple[str, ...]]:
    """Yield what axe finds: the rule, and where."""
    for violation in Axe().run(page, options=STANDARD).response["violations"]:
        yield violation["id"], *(str(node["target"]) for node in violation["nodes"][:3])
