"""Looking at every page, once: with axe-core, and whether it fits the windows it is shown in.

`make pictures` takes a picture of each on the way, for people: PICTURES names the folder.
"""

from __future__ import annotations

import os
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

DESK: Final = 1280
TELEPHONE: Final = 390
HEIGHT: Final = 900
STANDARD: Final = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    "resultTypes": ["violations"],
}


def amiss(
    browser: Browser, site: Site, tour: list[Stop], language: Language, *widths: int
) -> list[tuple[str, ...]]:
    """Return what is wrong with any page: whose, where, what; as wide as the first with axe, then as the others."""
    found: list[tuple[str, ...]] = []
    for stop, page in _visited(browser, site, tour, language):
        for width in widths:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            if width == widths[0]:
                assert page.locator("html").get_attribute("lang") == language
                found += [(stop.account, stop.path, *one) for one in violations(page)]
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                found.append((stop.account, stop.path, f"wider than a window of {width}"))
            _picture(page, f"{stop.name}_{width}.png")
    return found


def _picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder, name), full_page=True)


def _visited(
    browser: Browser, site: Site, tour: list[Stop], language: Language
) -> Iterator[tuple[Stop, Page]]:
    """Yield every page, looked at by those who may see it, with JavaScript for axe alone."""
    people = {account.name: account.principal for account in demo_accounts.accounts()}
    for account, some in groupby(tour, key=lambda stop: stop.account):
        with site.visited(browser, people[account], language=language, script=True) as visit:
            for stop in some:
                visit.go(stop.path)
                yield stop, visit.page


def violations(page: Page) -> Iterator[tuple[str, ...]]:
    """Yield what axe finds: the rule, and where."""
    for violation in Axe().run(page, options=STANDARD).response["violations"]:
        yield violation["id"], *(str(node["target"]) for node in violation["nodes"][:3])
