"""Every page in English, and on a telephone: a file of its own, so that another worker may look at the same time."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.looking import DESK, TELEPHONE, amiss
from tests.browser.site import Site
from tests.browser.tour import Stop


def test_axe_finds_nothing_in_english(browser: Browser, site: Site, tour: list[Stop]) -> None:
    assert amiss(browser, site, tour, "en", DESK, axe=True) == []


def test_nothing_sticks_out_of_a_telephone(browser: Browser, site: Site, tour: list[Stop]) -> None:
    assert amiss(browser, site, tour, "fr", TELEPHONE, axe=False) == []
