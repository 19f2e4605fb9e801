"""Somebody signed in at two places ends the other one, by the keyboard alone; there, the next page says so."""

from __future__ import annotations

from playwright.sync_api import Browser

from adapters.demo_accounts import accounts
from tests.browser.site import Site
from tests.browser.test_counsellor import tab_to

COUNSELLOR = next(one.principal for one in accounts() if one.name == "COUNSELLOR_2")


def test_the_other_place_is_ended_by_the_keyboard_and_told_so(browser: Browser, site: Site) -> None:
    with site.visited(browser, COUNSELLOR) as there, site.visited(browser, COUNSELLOR) as here:
        there.go("/dossiers")
        here.go("/dossiers")
        tab_to(here.page, "Mes sessions")
        here.page.keyboard.press("Enter")
        here.page.wait_for_url("**/sessions")
        assert here.page.locator("tbody tr").first.inner_text().endswith("cette session")
        tab_to(here.page, "Terminer toutes les autres")
        here.page.keyboard.press("Enter")
        here.page.wait_for_url("**/sessions?fait=*")
        assert here.page.locator("tbody tr").count() == 1
        there.go("/dossiers")
        assert "Votre session a été terminée depuis un autre poste" in there.page.inner_text("main")
        assert len(there.page.context.cookies()) == 1  # the session's is gone, the browser's own is there
        here.go("/dossiers")
        assert here.page.url.endswith("/dossiers")
