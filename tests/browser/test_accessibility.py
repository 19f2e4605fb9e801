"""Every page, in French: axe-core finds nothing against WCAG 2.1 AA, and nothing sticks out of a desk or a telephone.

The tour leaves no page out.
"""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.looking import DESK, TELEPHONE, amiss
from tests.browser.site import Site
from tests.browser.tour import Stop, routes

LED_ELSEWHERE = {"/", "/connexion/retour", "/deconnexion/retour"}
"""What shows no page by itself. Two are where an identity provider leads back to: `test_provider` goes there by one."""


def test_the_tour_goes_everywhere(site: Site, tour: list[Stop]) -> None:
    assert {stop.route for stop in tour} == set(routes(site)) - LED_ELSEWHERE


def test_axe_finds_nothing_and_nothing_sticks_out_of_a_telephone(
    browser: Browser, site: Site, tour: list[Stop]
) -> None:
    assert amiss(browser, site, tour, "fr", DESK, TELEPHONE) == []
