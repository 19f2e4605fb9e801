"""Every route, of the API and of the pages alike, with what the crossings' tables say of it; and how to knock.

door.answers(who, case)     the status that the tables expect
knock(town, door, …)        an answer, to a request that is as whole as the tables' own
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode

import httpx2
from fastapi import FastAPI

from api.pages.rendering import style
from projections.reports import STATISTICS
from tests.api.access.tables.api import API
from tests.api.access.tables.pages import PAGES
from tests.api.crossing import CASES, FIRED_BY, NO_SESSION, UNKNOWN, WHO, Town, routes_of
from tests.api.house import payload
from tests.api.pages.visits import Visits
from tests.builders import TYPICAL
from workflows.roles import Role
from workflows.triggers import Trigger

CASE: Final = "{case_id}"
_PARAMETER: Final = re.compile(r"{(\w+)}")
_FORM: Final = "application/x-www-form-urlencoded"
_REFUSED: Final = frozenset({401, 403})


@dataclass(frozen=True)
class Door:
    """A route: a method and the template of an address."""

    method: str
    path: str
    is_page: bool

    @property
    def route(self) -> str:
        """Return its name in the tables."""
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> list[str]:
        """Return the names of what its address holds."""
        return _PARAMETER.findall(self.path)

    @property
    def is_on_a_case(self) -> bool:
        """Tell whether its address names a case."""
        return CASE in self.path

    def answers(self, who: str, case: str = "") -> int:
        """Return the status that the tables expect."""
        return _expected()[self.route, who, case if self.is_on_a_case else ""]

    def lets_in(self, who: str) -> bool:
        """Tell whether somebody with an account is let through to some case at least, or to what is no case's."""
        cases = CASES if self.is_on_a_case else ("",)
        return WHO[who] is not None and any(self.answers(who, case) not in _REFUSED for case in cases)

    @property
    def asks_for_somebody(self) -> bool:
        """Tell whether nobody in particular is answered otherwise than whoever is let in."""
        nobody = self.answers("nobody", CASES[0])
        return any(self.answers(who, CASES[0]) != nobody for who in WHO)

    def address(self, case_id: str = UNKNOWN, who: str = "nobody", **others: str) -> str:
        """Return an address of it; where a trigger is fired, of one that this asker may fire."""
        usual = {"trigger": trigger_of(who).value, "name": next(iter(STATISTICS))}
        usual |= {"digest": style()[0].split("/")[2], "case_id": case_id, "session_id": NO_SESSION}
        names = dict.fromkeys(self.parameters, UNKNOWN)
        return self.path.format(**{**names, **usual, **others})


def trigger_of(who: str) -> Trigger:
    """Return a trigger that somebody's role may fire, if there is one."""
    account = WHO[who]
    known = [trigger for trigger, roles in FIRED_BY.items() if account is not None and account.role in roles]
    usual = Trigger.LOG_CONTACT
    return usual if usual in known or not known else known[0]


@cache
def _expected() -> Mapping[tuple[str, str, str], int]:
    """Return the tables of the API and of the pages, as one."""
    found: dict[tuple[str, str, str], int] = {}
    for tables in (API, PAGES):
        found |= {(route, who, case): status for route, who, case, status in tables.on_a_case()}
        found |= {(route, who, ""): status for route, who, status in tables.without_a_case()}
    return found


def doors_of(app: FastAPI) -> list[Door]:
    """Return every route of the application."""
    api, pages = routes_of(app)
    found = []
    for routes, is_page in ((api, False), (pages, True)):
        for route in sorted(routes):
            method, path = route.split()
            found.append(Door(method, path, is_page))
    return found


Headers = Mapping[str, str]


@dataclass(frozen=True)
class Keys:
    """Everybody's way in: a token for the API, a session for the pages."""

    town: Town
    visits: Visits

    def of(self, who: str, door: Door) -> dict[str, str]:
        """Return what somebody shows at a door."""
        account = WHO[who]
        if door.is_page:
            return {"Cookie": self.visits.cookie_of(account)}
        return {} if account is None else {"Authorization": f"Bearer {self.town.house.tokens[account.actor]}"}

    def form_token(self, who: str) -> str:
        """Return what the forms of somebody's session carry."""
        return self.visits.token_of(WHO[who])


def knock(
    town: Town,
    door: Door,
    shown: Headers,
    address: str,
    *,
    method: str | None = None,
    form_token: str = "",
    fields: Mapping[str, Any] | None = None,
    content: bytes | None = None,
    headers: Headers | None = None,
) -> httpx2.Response:
    """Send a request as a browser or a program would. What is sent by default is what the tables are about."""
    sent = {"Accept": "text/html" if door.is_page else "application/json", **shown}
    method = method or door.method
    if method in ("POST", "PUT", "PATCH"):
        if door.is_page:
            sent["Content-Type"] = _FORM
            content = content or urlencode({"_token": form_token, **(fields or {})}, doseq=True).encode()
        else:
            sent |= {"Content-Type": "application/json", "If-Match": '"999"'}
            content = content if content is not None else usual_body(door)
    client = town.house.client
    client.cookies.clear()
    return client.request(
        method, address, headers={**sent, **(headers or {})}, content=content, follow_redirects=False
    )


def usual_body(door: Door, trigger: Trigger = Trigger.LOG_CONTACT) -> bytes:
    """Return a payload that is accepted where a trigger is fired; else an empty one, which gets as far as it can."""
    return json.dumps(payload(TYPICAL[trigger].command) if "{trigger}" in door.path else {}).encode()


def told(answer: httpx2.Response, asked_for: str) -> tuple[int, Mapping[str, str], str]:
    """Return all that an answer says, to the byte, but for what names this one request and what it asked for."""
    named = r"urn:filrouge:request:[0-9a-f]{32}"
    headers = {name: value.replace(asked_for, "?") for name, value in answer.headers.items()}
    return (
        answer.status_code,
        headers | {"x-request-id": "?"},
        re.sub(named, "?", answer.text.replace(asked_for, "?")),
    )


def seen_a_moment_ago(keys: Keys) -> None:
    """Have everybody come once: that somebody was seen is written down once a minute, and not while answers are compared."""
    for account in (account for account in WHO.values() if account is not None):
        keys.town.house.get("/workflow", account)
        keys.visits.get("/aide", account)


def without_ids(question: str, asked_for: str) -> str:
    """Return a question to a database without what it is about, and what is drawn or digested for each request."""
    drawn = r"'?\b([0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64})\b'?"
    return re.sub(drawn, "?", question.replace(asked_for, "?"))


_EXPORTED: Final = {
    Role.SUPERVISOR: {"subject": "statistic", "name": "durations", "format": "csv"},
    Role.ANALYST: {"subject": "statistic", "name": "durations", "format": "csv"},
    Role.AUDITOR: {"subject": "table", "name": "case", "format": "csv"},
}


def an_export_of(town: Town, who: str) -> str:
    """Ask for an export as somebody who may; return its id."""
    account = WHO[who]
    assert account is not None
    answer = town.house.post("/exports", account, _EXPORTED[account.role])
    assert answer.status_code == 202, answer.text
    export_id: str = answer.json()["export_id"]
    return export_id
