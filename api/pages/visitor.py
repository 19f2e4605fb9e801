"""Who is looking at a page: the session that the cookie names, then the access table.

The counterpart of `api.caller`, which knows programs by their token. A page never asks the person who they are: role
and organisation are the session's.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Final
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Request
from starlette.types import Scope

from adapters import sessions
from adapters.bootstrap import Service
from adapters.database import glancing
from api import attempts
from api.caller import Caller
from api.methods import knows
from api.pages import cookies, paths
from api.pages.cookies import Browser, browser_of
from api.problems import Kind, ProblemError
from api.visit import Visit, visit_of
from domain.access import EVERY_CASE, Permission, Principal, Reach, may, may_fire, reach
from domain.days import day_of
from projections.case import is_within
from workflows.labels import Language
from workflows.triggers import Trigger

_KEY: Final = "filrouge.visitor"

ENDED: Final = "terminee"
"""Tells the sign-in page that the session had ended when a form was sent."""

LONGEST_WAY_BACK: Final = 2000
"""Characters of an address that the sign-in page leads back to; from a longer one, it leads to the first page."""


class SignInNeeded(Exception):
    """Nobody is signed in, or no more. `then` is where to go afterwards; `lost` tells that a form was sent in vain."""

    def __init__(self, then: str, *, lost: bool = False) -> None:
        super().__init__("sign in")
        self.then = then if len(then) <= LONGEST_WAY_BACK else paths.HOME
        self.lost = lost

    @property
    def href(self) -> str:
        """The address of the sign-in page that leads back."""
        ended = f"&{ENDED}=1" if self.lost else ""
        return f"{paths.SIGN_IN}?suite={quote(self.then, safe='/')}{ended}"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever looks at a page: perhaps nobody known, perhaps somebody with something to see within `reach`."""

    service: Service
    visit: Visit
    here: str
    browser: Browser
    demonstration: bool = False
    session: sessions.Session | None = None
    over: sessions.Over | None = None
    reach: Reach = EVERY_CASE

    @property
    def principal(self) -> Principal:
        """The account. Only for a page that asks for somebody known."""
        if self.session is None:
            raise SignInNeeded(paths.HOME)
        return self.session.principal

    @property
    def form_token(self) -> str:
        """What the forms that are shown to the visitor carry."""
        return self.browser.form_token if self.session is None else self.session.form_token

    @property
    def language(self) -> Language:
        """The language to answer in."""
        return self.visit.language

    @property
    def today(self) -> date:
        """The calendar day in Paris."""
        return day_of(self.service.clock())

    @property
    def sees_queue(self) -> bool:
        """Whether there is a queue to go back to."""
        return may(self.principal, Permission.SEE_QUEUE)

    def organisation(self, code: str) -> str:
        """The name of an organisation, as people know it."""
        return self.service.storage.organisations.name_of(code)

    @property
    def caller(self) -> Caller:
        """The visitor as what pages and the JSON API share knows them."""
        return Caller(self.service, self.principal, self.reach, self.visit)

    def sees_case(self, case_id: str) -> bool:
        """Tell whether the account may see this case, now."""
        found = reach(self.principal, Permission.SEE_CASE)
        return found is not None and replace(self, reach=found).reaches(case_id)

    def reaches(self, case_id: str) -> bool:
        """Tell whether a case is within the visitor's reach, now."""
        with glancing(self.service.engine) as connection:
            return is_within(connection, case_id, self.reach)

    def case_numbered(self, typed: str) -> str | None:
        """Return the id of the case within reach whose number was typed; None when that is no such number."""
        try:
            case_id = str(UUID(typed))
        except ValueError:
            return None
        return case_id if self.reaches(case_id) else None

    def within(self, permission: Permission) -> "Visitor":
        """Return the visitor with the cases that a permission lets them see. Raises ProblemError: FORBIDDEN."""
        found = reach(self.principal, permission)
        if found is None:
            raise ProblemError(Kind.FORBIDDEN)
        return replace(self, reach=found)


def anybody(request: Request) -> Visitor:
    """Return whoever looks, known or not."""
    service: Service = request.app.state.service
    visit = visit_of(request.scope)
    given = cookies.given(request, cookies.SESSION)
    session = sessions.find(service.engine, given, now=service.clock()) if given else None
    over = None
    if session is not None:
        visit.principal, visit.session_id = session.principal, session.session_id
    elif given:
        over = sessions.why_over(service.engine, given, now=service.clock())
        if over is None:
            forgotten = cookies.dropping(request, cookies.SESSION)
            attempts.refused(request, sessions.public_id_of(given), forgotten)
    browser, demonstration = browser_of(request), request.app.state.demonstration
    visitor = Visitor(service, visit, _here(request), browser, demonstration, session, over)
    request.scope[_KEY] = visitor
    return visitor


def visitor_of(scope: Scope) -> Visitor | None:
    """Return who looks, if the request came as far as to know it: for the page of a problem."""
    found: Visitor | None = scope.get(_KEY)
    return found


Anybody = Annotated[Visitor, Depends(anybody)]


class Signed:
    """The dependency of a page: somebody signed in who has a permission. Raises SignInNeeded, ProblemError."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    def __call__(self, visitor: Anybody) -> Visitor:
        """Return the visitor, with the cases within reach."""
        return known(visitor).within(self.permission)


class SignedToRefer:
    """The dependency of the referral form: open to the roles of its trigger. Raises SignInNeeded, ProblemError."""

    trigger: Final = Trigger.DETECT

    def __call__(self, visitor: Anybody) -> Visitor:
        """Return the visitor, if their role may refer."""
        who = known(visitor).principal
        if not may_fire(who, self.trigger):
            raise ProblemError(Kind.FORBIDDEN)
        return replace(visitor, reach=Reach(detected_by=who.actor, archived=False))


def known(visitor: Visitor) -> Visitor:
    """Return the visitor, if somebody is signed in. Raises SignInNeeded."""
    if visitor.session is None:
        raise SignInNeeded(visitor.here)
    return visitor


def _here(request: Request) -> str:
    """Return the address of the page one is on; after a form, that of its page where it has the same address."""
    path = request.url.path
    if request.method != "GET":
        return path if knows(request.app, request.scope, "GET") else paths.HOME
    query = request.url.query
    return f"{path}?{query}" if query else path
