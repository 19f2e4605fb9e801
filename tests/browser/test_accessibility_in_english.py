"""Every page in English: a file of its own, so that another worker may look at the same time."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.looking import DESK, amiss
from tests.browser.site import Site
from tests.browser.tour import Stop


def test_axe_finds_nothing_in_english(browser: Browser, site: Site, tour: list[Stop]) -> None:
    assert amiss(browser, site, tour, "en", DESK) == []
