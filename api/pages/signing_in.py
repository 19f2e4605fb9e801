"""Beginning and ending the session of a browser, however somebody was recognised.

A sign-in is always a new secret: the session that was there before ends with it, so that nobody is signed in under a
cookie that somebody else has chosen or seen.
"""

from typing import Final

from fastapi import Request, Response
from starlette.responses import RedirectResponse

from adapters import sessions
from adapters.database import writing
from api.pages import cookies, paths
from api.pages.navigation import home_of
from api.pages.visitor import Visitor
from domain.access import Principal

_CLEARED: Final = '"cache", "storage"'
"""What a browser forgets of us at the end. Not "cookies": that would take those of every host of the same domain."""


def admit(request: Request, visitor: Visitor, principal: Principal, way: str, then: str) -> Response:
    """Sign an account in, recognised by a `way` of signing in, and lead on; what was begun here before ends."""
    service = visitor.service
    now = service.clock()
    with writing(service.engine) as connection:
        if visitor.session is not None:
            sessions.end(connection, visitor.session.session_id, now=now)
        begun = sessions.begin(connection, principal, way, limits=service.settings.session_limits, now=now)
    return admitted(request, principal, begun, then)


def admitted(request: Request, principal: Principal, begun: sessions.Started, then: str) -> Response:
    """Lead on somebody whose session has just begun."""
    answer = RedirectResponse(home_of(principal) if then == paths.HOME else of_ours(then), 303)
    cookies.put(answer, request, cookies.SESSION, begun.plaintext)
    return answer


def dismiss(request: Request, visitor: Visitor, then: str = paths.SIGN_IN) -> Response:
    """Sign a visitor out, and lead on."""
    service = visitor.service
    if visitor.session is not None:
        with writing(service.engine) as connection:
            sessions.end(connection, visitor.session.session_id, now=service.clock())
    return dismissed(request, RedirectResponse(then, 303))


def dismissed(request: Request, answer: Response) -> Response:
    """Return an answer that has the browser forget somebody whose session has just ended."""
    answer.headers["Clear-Site-Data"] = _CLEARED
    cookies.drop(answer, request, cookies.SESSION)
    return answer


def of_ours(address: str) -> str:
    """Return an address if it is one of this site's, else the first page: nobody is sent elsewhere from here."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if ours else paths.HOME
