"""One request as it is known to the log, the metrics and the events it causes. Nothing of it is personal.

Two ids: `correlation_id` is the caller's (`X-Request-Id`) and may tie several requests together; `request_id` is ours,
a fresh one each time. Events keep the first as their correlation and the second as their cause, so each can be traced
to the one line of the log that tells of its request.
"""

import re
import uuid
from dataclasses import dataclass, field
from typing import Any, Final, cast

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope

from api.languages import COOKIE, language_of
from domain.access import Principal
from workflows.labels import Language

_KEY: Final = "filrouge.visit"
_HEX: Final = "[0-9a-fA-F]"
_MACHINE_MADE: Final = re.compile(
    f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"  # a UUID (RFC 9562)
    f"|{_HEX}{{32}}"  # the same bare, or the id of a trace
    f"|{_HEX}{{2}}-{_HEX}{{32}}-{_HEX}{{16}}-{_HEX}{{2}}"  # a traceparent (W3C Trace Context)
    "|[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}"  # a ULID
)
"""Forms that a program draws at random and nobody types: no name, no number of anybody's has one of them."""


@dataclass(slots=True)
class Visit:
    """What is noted of a request while it is answered."""

    method: str
    language: Language
    correlation_id: str
    request_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    principal: Principal | None = None
    session_id: str | None = None
    glass: str | None = None
    """Why a glass was broken by this request, if one was: a code."""
    trigger: str | None = None
    problem: str | None = None
    replayed: bool = False
    parts: list[tuple[str, str]] = field(default_factory=list)
    """The commands of a form that carries out several, each decided for itself: the trigger, and the result."""
    error: BaseException | None = None

    @property
    def instance(self) -> str:
        """The name of this one occurrence, in a problem."""
        return f"urn:filrouge:request:{self.request_id}"


def begin(scope: Scope) -> Visit:
    """Note a new request, and leave the note where `visit_of` finds it."""
    headers = Headers(scope=scope)
    visit = Visit(
        method=str(scope["method"]),
        language=language_of(
            headers.get("accept-language", ""), cookie_parser(headers.get("cookie", "")).get(COOKIE)
        ),
        correlation_id=correlation_id(headers.get("x-request-id")),
    )
    scope[_KEY] = visit
    return visit


def visit_of(scope: Scope) -> Visit:
    """Return the note of the request."""
    return cast(Visit, scope[_KEY])


def route_of(scope: Scope) -> str:
    """Return the template of the route that answers, never the address itself; `unmatched` when there is none."""
    route: Any = scope.get("route")
    template = getattr(route, "path_format", None) or getattr(route, "path", None)
    return template if isinstance(template, str) else "unmatched"


def correlation_id(given: str | None) -> str:
    """Return the caller's `X-Request-Id` when it can be kept for ever, else a fresh one.

    It goes into events that are never changed, so only what a machine made is taken over: a free text would sooner or
    later be somebody's name.
    """
    if given is not None and _MACHINE_MADE.fullmatch(given):
        return given
    return str(uuid.uuid4())
