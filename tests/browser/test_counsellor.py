"""A counsellor's morning: by the keyboard alone, while somebody else works on the same case, and with a double click."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Response

from adapters.database import reading
from adapters.demo_accounts import accounts
from adapters.tables import events
from projections.counsellor_queue import TABLE as QUEUE
from tests.browser.site import Site, Visit
from workflows.states import State

COUNSELLOR, SUPERVISOR = (
    next(one.principal for one in accounts() if one.name == name) for name in ("COUNSELLOR", "SUPERVISOR")
)
_MOST_TABS = 120


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """The counsellor, with a browser without JavaScript."""
    with site.visited(browser, COUNSELLOR) as visit:
        yield visit


def a_case(site: Site) -> str:
    """Return a case that the counsellor follows, whose plan is being carried out."""
    with reading(site.service.engine) as connection:
        mine = (QUEUE.c.counsellor == COUNSELLOR.actor) & (QUEUE.c.state == State.PLAN_BUILT.value)
        return str(connection.execute(QUEUE.select().where(mine)).first().case_id)  # type: ignore[union-attr]


def topics(site: Site, case_id: str) -> list[str]:
    """Return what happened to a case."""
    with reading(site.service.engine) as connection:
        query = events.select().where(events.c.case_id == case_id).order_by(events.c.version)
        return [row.topic for row in connection.execute(query)]


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is called `name`; fails where the keyboard does not get."""
    for _ in range(_MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and name in (focused.inner_text() or focused.get_attribute("value") or ""):
            return
    pytest.fail(f"the keyboard does not get to “{name}”")


def test_by_the_keyboard_alone_from_signing_in_to_a_call_that_is_noted(browser: Browser, site: Site) -> None:
    with site.visited(browser) as visit:
        page = visit.page
        visit.go("/connexion")
        tab_to(page, COUNSELLOR.actor)
        page.keyboard.press("Enter")
        page.wait_for_url("**/dossiers")
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "Aller au contenu"
        page.keyboard.press("Enter")
        first = page.locator("tbody th a").first.inner_text()
        tab_to(page, first)
        page.keyboard.press("Enter")
        page.wait_for_url("**/dossiers/*")
        case_id = page.url.rpartition("/")[2]
        before = topics(site, case_id)
        tab_to(page, "Noter un contact")
        page.keyboard.press("Enter")
        page.wait_for_url("**/actions/log_contact")
        for _ in range(_MOST_TABS):
            page.keyboard.press("Tab")
            if page.locator(":focus").get_attribute("name") == "reached":
                break
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.wait_for_url("**?fait=log_contact")
    assert topics(site, case_id) == [*before, "case.contact_logged"]


def test_a_call_is_one_button(visit: Visit, site: Site) -> None:
    case_id = a_case(site)
    before = topics(site, case_id)
    visit.go(f"/dossiers/{case_id}")
    for word in visit.page.inner_text("h1").split():
        assert word not in visit.page.title()  # a browser keeps titles
    visit.press("Jointe")
    assert "Enregistré" in visit.page.inner_text("main")
    assert topics(site, case_id) == [*before, "case.contact_logged"]


def test_a_page_that_was_overtaken_says_by_whom_and_keeps_what_was_typed(
    browser: Browser, site: Site, visit: Visit
) -> None:
    case_id = a_case(site)
    visit.go(f"/dossiers/{case_id}/actions/log_contact")
    visit.fill({"reached": False, "note": "Rappeler après 17 h."})
    with site.visited(browser, SUPERVISOR) as other:
        other.go(f"/dossiers/{case_id}")
        other.press("Jointe")
    before = topics(site, case_id)
    visit.press("Enregistrer")
    told = visit.page.inner_text("main")
    assert "Le dossier a changé" in told
    assert SUPERVISOR.actor in told
    assert "Contact noté" in told
    assert visit.page.locator('[name="note"]').input_value() == "Rappeler après 17 h."
    assert topics(site, case_id) == before
    visit.press("Enregistrer")
    assert "fait=log_contact" in visit.page.url
    assert topics(site, case_id) == [*before, "case.contact_logged"]


def test_a_form_that_is_sent_twice_is_recorded_once(visit: Visit, site: Site) -> None:
    case_id = a_case(site)
    before = topics(site, case_id)
    visit.go(f"/dossiers/{case_id}/actions/log_contact")
    visit.fill({"reached": True})
    sent = [
        (one.get_attribute("name"), one.input_value())
        for one in visit.page.locator("form[novalidate] input, form[novalidate] textarea").all()
        if one.get_attribute("type") not in ("radio", "checkbox") or one.is_checked()
    ]
    fields: dict[str, str | float | bool] = {name: value for name, value in sent if name}
    fields |= {
        str(one.get_attribute("name")): one.input_value()
        for one in visit.page.locator("form[novalidate] select").all()
    }
    for _ in range(2):
        answer = visit.page.request.post(visit.page.url, form=fields)
        assert answer.ok
        assert answer.url.endswith("?fait=log_contact")
    assert topics(site, case_id) == [*before, "case.contact_logged"]


def test_the_queue_is_light(visit: Visit) -> None:
    """A first visit: the page and its style sheet, nothing else; the page below 60 KB, with the cases that there are."""
    loaded: list[Response] = []
    visit.page.on("response", lambda response: loaded.append(response))
    visit.go("/dossiers")
    assert len(loaded) == 2
    assert len(loaded[0].body()) < 60_000
