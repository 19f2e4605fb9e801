"""Every page of the site, as those who may see it see it: made from the routes, so that none is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import httpx2
from fastapi.routing import iter_route_contexts

from adapters import demo_accounts
from adapters.database import reading
from api.app import create_app
from api.caller import ACTIONS
from api.pages import paths
from domain.access import Permission, reach
from projections.case import page
from projections.reports import STATISTICS
from tests.browser.site import COOKIE, Site
from workflows.states import State

NOT_PAGES: Final = (".svg", ".css", ".json", ".csv", "/fichier", "/dossier.html")
"""How the addresses end of what is shown inside a page, or downloaded."""


_ROLES: Final = 2
"""How many roles look at the same page."""


@dataclass(frozen=True)
class Stop:
    """A page, and the account of the demonstration that looks at it."""

    account: str
    route: str
    path: str

    @property
    def name(self) -> str:
        """A name for a picture of it."""
        return f"{self.account}{self.path}".replace("/", "_").lower()


def routes(site: Site) -> list[str]:
    """Return the routes of the pages."""
    found = {
        str(route.path_format)
        for route in iter_route_contexts(create_app(site.service, with_exports=False).routes)
        if getattr(route.endpoint, "__module__", "").startswith("api.pages.")
        and "GET" in (route.methods or ())
    }
    return sorted(path for path in found if not path.endswith(NOT_PAGES))


def stops(site: Site) -> list[Stop]:
    """Return the pages that there are to see: each route as the first two roles that may see it, each action once."""
    found: list[Stop] = []
    acted: set[str] = set()
    seen: dict[str, set[str]] = {}
    for account in demo_accounts.accounts():
        headers = {"Accept": "text/html", "Cookie": f"{COOKIE}={site.session_of(account.principal)}"}
        with httpx2.Client(base_url=site.address, headers=headers, timeout=60) as client:
            for route in routes(site):
                roles = seen.setdefault(route, set())
                if len(roles) >= _ROLES and "{trigger}" not in route:
                    continue
                for path in _exports(client) if "{export_id}" in route else _paths(site, account, route):
                    if "{trigger}" in route and path.rpartition("/")[2] in acted:
                        continue
                    answer = client.get(path)
                    if answer.status_code != 200 or (
                        "{trigger}" in route and "novalidate" not in answer.text
                    ):
                        continue
                    acted.add(path.rpartition("/")[2])
                    roles.add(account.principal.role)
                    found.append(Stop(account.name, route, path))
    return found


def _exports(client: httpx2.Client) -> list[str]:
    """Ask for an export, by the form; return the address of its page, which stands still."""
    form = client.get(paths.NEW_EXPORT).text
    hidden = dict(re.findall(r'name="(_token|_once)" value="([^"]+)"', form))
    asked = {"subject": "statistic", "name": "durations", "format": "csv", **hidden}
    where = client.post(paths.NEW_EXPORT, data=asked, headers={"Sec-Fetch-Site": "same-origin"})
    return [f"{where.headers['location']}?fixe=1"] if where.status_code == 303 else []


def _paths(site: Site, account: demo_accounts.DemoAccount, route: str) -> Iterator[str]:
    """Yield the addresses of a route that are worth a look for an account."""
    if "{case_id}" in route:
        for case_id in _cases(site, account):
            for trigger in ACTIONS if "{trigger}" in route else ACTIONS[:1]:
                yield route.format(case_id=case_id, trigger=trigger.value)
    elif "{name}" in route:
        names = list(STATISTICS) if account.name == "ANALYST" else list(STATISTICS)[:1]
        yield from (route.format(name=name) for name in names)
    elif "{" not in route:
        yield route


def _cases(site: Site, account: demo_accounts.DemoAccount) -> list[str]:
    """Return a case of each state that the account may know of: for a counsellor all of them, else one."""
    known = (Permission.SEE_CASE, Permission.SEE_HISTORY, Permission.FOLLOW_REFERRALS)
    within = next((found for one in known if (found := reach(account.principal, one)) is not None), None)
    if within is None:
        return []
    with reading(site.service.engine) as connection:
        cases = page(connection, within, None, 2_000)
    by_state = {case.state: case.case_id for case in cases}
    some = [by_state[state] for state in State if state in by_state]
    return some if account.name == "COUNSELLOR" else some[-1:]
