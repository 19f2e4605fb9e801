"""Looking at every page: with axe-core, and whether it fits its window; and taking pictures of it for people.

The pictures go to build/screenshots, at the width of a desk and of a telephone.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from adapters import demo_accounts
from tests.browser.site import Site
from tests.browser.tour import Stop
from workflows.labels import Language

PICTURES: Final = Path(__file__).parents[2] / "build" / "screenshots"
DESK: Final = 1280
TELEPHONE: Final = 390
STANDARD: Final = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    "resultTypes": ["violations"],
}


def amiss(
    browser: Browser, site: Site, tour: list[Stop], language: Language, width: int, *, axe: bool
) -> list[tuple[str, ...]]:
    """Return what is wrong with any page: whose, where, what. French pages are pictured on the way."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    found: list[tuple[str, ...]] = []
    for stop, page in _visited(browser, site, tour, language, width):
        assert page.locator("html").get_attribute("lang") == language
        if axe:
            found += [(stop.account, stop.path, *one) for one in _violations(page)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append((stop.account, stop.path, "wider than its window"))
        if language == "fr":
            page.screenshot(path=PICTURES / f"{stop.name}_{width}.png", full_page=True)
    return found


def _visited(
    browser: Browser, site: Site, tour: list[Stop], language: Language, width: int
) -> Iterator[tuple[Stop, Page]]:
    """Yield every page, looked at by those who may see it, with JavaScript for axe alone."""
    people = {account.name: account.principal for account in demo_accounts.accounts()}
    for account, some in groupby(tour, key=lambda stop: stop.account):
        with site.visited(browser, people[account], language=language, width=width, script=True) as visit:
            for stop in some:
                visit.go(stop.path)
                yield stop, visit.page


def _violations(page: Page) -> Iterator[tuple[str, ...]]:
    """Yield what axe finds: the rule, and where."""
    for violation in Axe().run(page, options=STANDARD).response["violations"]:
        yield violation["id"], *(str(node["target"]) for node in violation["nodes"][:3])
