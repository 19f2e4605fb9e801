"""The three published cases, from the detector's form to their end, by the pages alone and without JavaScript.

What is recorded is what the same cases, played through the use cases, are known to record: the golden files.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser

from adapters.bootstrap import Service, open_service
from adapters.database import reading, writing
from adapters.demo.accounts import REGISTRAR, Team, open_accounts
from adapters.demo.organisations import REGISTER
from adapters.demo.published_cases import published_cases
from adapters.tables import events
from domain.access import Principal
from domain.command import Command
from domain.commands.intake import Detect
from tests.browser.site import Site, Visit, listening
from tests.browser.traces import Traces
from tests.databases import Databases
from tests.golden.played import NAMES, UNTIL, event_shown, stored
from tests.service import SetClock, noon, settings_in
from workflows.triggers import Trigger


@contextmanager
def empty_site(home: Path, url: str, clock: SetClock, traces: Traces) -> Iterator[Site]:
    """A service that listens, with its organisations and their accounts, and no case."""
    with open_service(settings_in(home, url), clock=clock) as service:
        service.storage.organisations.register(REGISTER, REGISTRAR, clock())
        teams = [Team.of(case.organisation) for case in published_cases(UNTIL)]
        with writing(service.engine) as connection:
            open_accounts(connection, teams, clock())
        with listening(service, traces) as site:
            yield site


@pytest.mark.parametrize("name", NAMES)
def test_a_published_case_goes_its_way_by_the_pages_alone(
    browser: Browser, databases: Databases, tmp_path: Path, traces: Traces, name: str
) -> None:
    clock = SetClock(noon(date(2014, 11, 17)))
    case = dict(zip(NAMES, published_cases(UNTIL), strict=True))[name]
    with (
        databases.fresh("sqlite", migrated=True) as url,
        empty_site(tmp_path / "home", url, clock, traces) as site,
    ):
        case_id = ""
        with ExitStack() as browsers:
            people: dict[Principal, Visit] = {}
            for step in case.script():
                clock.now = step.at
                if step.by not in people:
                    people[step.by] = browsers.enter_context(site.visited(browser))
                site.sign_in(people[step.by].page.context, step.by)  # days go by between two steps
                if isinstance(step.command, Detect):
                    case_id = referred(people[step.by], step.command)
                elif step.command.trigger is Trigger.ACCEPT:
                    looked_for(people[step.by], case_id)
                    acted(people[step.by], case_id, step.command)
                else:
                    acted(people[step.by], case_id, step.command)
        assert set(traces.places) >= {"addresses", "titles", "cookies", "header referer"}
        assert {WHO[part] for part in ("family_name", "nir", "address")} <= set(traces.typed.values())
        assert recorded(site.service, case_id) == in_any_order(stored(name)["events"])


WHO: Final = {
    "family_name": "Vandenbroucke-Zsigmondy",
    "given_name": "Gwénaëlle-Xérxès",
    "birth_date": "1951-10-04",
    "phone": "06 98 76 54 32",
    "email": "gwen.zsigmondy@courriel.example",
    "address": "17 impasse des Églantiers, 30900 Nîmes",
    "nir": "2 51 10 30 126 111 38",
}
"""Whom the forms are about: unlike the published initials, what is typed of them would be known anywhere."""
MISTYPED: Final = "2 51 10 30 126 111 39"


def body_of(command: Command) -> dict[str, object]:
    """Return what a person would fill in: what is not as the form has it already."""
    return command.model_dump(mode="json", exclude_defaults=True)


def referred(visit: Visit, command: Detect) -> str:
    """Refer somebody by the form, with a slip in the number at first; return the id of the case, which the receipt shows."""
    visit.go("/")
    visit.follow("Nouvelle saisine")
    visit.fill(body_of(command) | {"person": WHO | {"nir": MISTYPED}})
    visit.press("Envoyer la saisine")
    assert visit.page.locator('[name="person/nir"]').input_value() == MISTYPED
    visit.fill({"person": {"nir": WHO["nir"]}})
    visit.press("Envoyer la saisine")
    assert "La saisine est envoyée." in visit.page.inner_text("main")
    return visit.page.url.partition("?")[0].rpartition("/")[2]


def looked_for(visit: Visit, case_id: str) -> None:
    """Find the person by name and by number, and look for somebody who is not there."""
    for sought, is_there in ((WHO["family_name"], True), (WHO["nir"], True), ("Nemo-Oudeis", False)):
        visit.go("/recherche")
        visit.fill({"qui": sought})
        visit.press("Rechercher")
        assert (case_id in visit.page.content()) == is_there, sought


def acted(visit: Visit, case_id: str, command: Command) -> None:
    """Act on a case by the link of its page and the form behind it."""
    visit.go(f"/dossiers/{case_id}")
    visit.follow(command.trigger.label("fr"))
    visit.fill(body_of(command))
    visit.press("Enregistrer")
    assert f"fait={command.trigger}" in visit.page.url, visit.page.inner_text("main")


def recorded(service: Service, case_id: str) -> Any:
    """Return the events of a case, as the golden files have them."""
    with reading(service.engine) as connection:
        query = events.select().where(events.c.case_id == case_id).order_by(events.c.version)
        return in_any_order([event_shown(row._mapping) for row in connection.execute(query)])


def in_any_order(shown: Any) -> Any:
    """Return what is recorded with its lists of codes in order: boxes are ticked in no order of their own."""
    if isinstance(shown, dict):
        return {name: in_any_order(value) for name, value in shown.items()}
    if isinstance(shown, list):
        codes = all(isinstance(one, str) for one in shown)
        return sorted(shown) if codes else [in_any_order(one) for one in shown]
    return shown
