"""Who is asking: a bearer token turned into a principal, then the access table.

Every route under `/api/v1` asks for one permission, or for the trigger it fires, by depending on one of these; a test
crosses them all with every role. `WAYS_IN` says how: nothing else knows how somebody was recognised.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from fastapi import Depends, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from adapters import tokens
from adapters.bootstrap import Service
from adapters.oidc.unavailable import ProviderUnavailable
from api import attempts
from api.field_errors import in_parameter
from api.problems import Kind, ProblemError
from api.refusals import invalid
from api.visit import Visit, visit_of
from domain.access import Permission, Principal, Reach, may_fire, reach
from domain.days import day_of
from workflows.labels import Language
from workflows.triggers import Trigger

WayIn = Callable[[Service, str], Principal | None]


def _by_token(service: Service, bearer: str) -> Principal | None:
    return tokens.authenticate(service.engine, bearer, now=service.clock())


def _by_provider(service: Service, bearer: str) -> Principal | None:
    """Recognise an access token of the identity provider. Raises ProblemError when its keys cannot be had."""
    if service.doorman is None:
        return None
    try:
        return service.doorman.principal_of(bearer, now=service.clock())
    except ProviderUnavailable:
        raise ProblemError(Kind.PROVIDER_UNAVAILABLE) from None


WAYS_IN: Final[tuple[WayIn, ...]] = (_by_token, _by_provider)
"""How a bearer credential is recognised, tried in order."""

_BEARER: Final = HTTPBearer(
    scheme_name="bearer",
    description="A token made by `filrouge token`, for one account, role and organisation; or an access token "
    "of the identity provider (RFC 9068), where one is configured.",
    auto_error=False,
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]

ACTIONS: Final = tuple(trigger for trigger in Trigger if trigger is not Trigger.DETECT)
"""What may be done to a case that exists."""


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated account, asking for something it may ask for, on the cases within `reach`."""

    service: Service
    principal: Principal
    reach: Reach
    visit: Visit

    @property
    def language(self) -> Language:
        """The language to answer in."""
        return self.visit.language

    @property
    def today(self) -> date:
        """The calendar day in Paris."""
        return day_of(self.service.clock())


TriggerName = Annotated[
    str,
    Path(description="What to do.", json_schema_extra={"enum": [trigger.value for trigger in ACTIONS]}),
]


@dataclass(frozen=True, slots=True)
class Acting:
    """A caller who may fire a trigger."""

    caller: Caller
    trigger: Trigger


class Allowed:
    """The dependency of a route that asks for a permission. Raises ProblemError: 401 or 403."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    def __call__(self, request: Request, credentials: Credentials) -> Caller:
        """Return the caller, if it has the permission."""
        service, principal = _recognised(request, credentials)
        within = reach(principal, self.permission)
        if within is None:
            raise ProblemError(Kind.FORBIDDEN)
        return Caller(service, principal, within, visit_of(request.scope))


class AllowedToExport:
    """The dependency of the routes of exports: open to the roles that may export anything. Raises ProblemError."""

    def __call__(self, request: Request, credentials: Credentials) -> Caller:
        """Return the caller; what it may export, and of whom, depends on what it asks for."""
        service, principal = _recognised(request, credentials)
        within = next((found for one in EXPORTS if (found := reach(principal, one)) is not None), None)
        if within is None:
            raise ProblemError(Kind.FORBIDDEN)
        return Caller(service, principal, within, visit_of(request.scope))


EXPORTS: Final = (Permission.EXPORT_STATISTICS, Permission.EXPORT_EVENTS, Permission.EXPORT_ROWS)
"""What may be exported."""


class AllowedToRefer:
    """The dependency of the route that opens a case: open to the roles of its trigger."""

    trigger = Trigger.DETECT

    def __call__(self, request: Request, credentials: Credentials) -> Caller:
        """Return the caller, if its role may refer."""
        visit = visit_of(request.scope)
        visit.trigger = self.trigger.value
        service, principal = _recognised(request, credentials)
        if not may_fire(principal, self.trigger):
            raise ProblemError(Kind.FORBIDDEN)
        return Caller(service, principal, Reach(detected_by=principal.actor, archived=False), visit)


class AllowedToAct:
    """The dependency of the route that fires a trigger on a case: open to the roles of that trigger."""

    def __call__(self, request: Request, credentials: Credentials, trigger: TriggerName) -> Acting:
        """Return the caller, if its role may fire the trigger. Raises ProblemError also for no such trigger."""
        visit = visit_of(request.scope)
        service, principal = _recognised(request, credentials)
        known = next((t for t in ACTIONS if t.value == trigger), None)
        if known is None:
            accepted = [t.value for t in ACTIONS]
            raise invalid([in_parameter("path", "trigger", "unknown_value", visit.language, accepted)])
        visit.trigger = known.value
        within = reach(principal, Permission.ACT)
        if within is None or not may_fire(principal, known):
            raise ProblemError(Kind.FORBIDDEN)
        return Acting(Caller(service, principal, within, visit), known)


def _recognised(
    request: Request, credentials: HTTPAuthorizationCredentials | None
) -> tuple[Service, Principal]:
    """Return who sent the request. Raises ProblemError: nobody said who, or nobody knows them."""
    service: Service = request.app.state.service
    if credentials is None:
        raise ProblemError(Kind.AUTHENTICATION_REQUIRED, headers={"WWW-Authenticate": "Bearer"})
    for way_in in WAYS_IN:
        principal = way_in(service, credentials.credentials)
        if principal is not None:
            visit_of(request.scope).principal = principal
            return service, principal
    attempts.refused(request, tokens.public_id_of(credentials.credentials))
    raise ProblemError(Kind.TOKEN_REFUSED, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
