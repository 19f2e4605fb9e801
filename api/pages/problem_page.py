"""Problems as pages: the kinds, titles and words of the JSON API, for whoever asked with a browser."""

from typing import TYPE_CHECKING, Final

from fastapi import Request, Response
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import Scope

from api.paths import API
from api.problems import RETRY_AFTER_SECONDS, ProblemError
from api.visit import visit_of

if TYPE_CHECKING:
    from api.pages.visitor import Visitor

_NO_PAGES: Final = (f"{API}/", "/healthz", "/readyz", "/metrics")


def wants_page(scope: Scope) -> bool:
    """Tell whether a browser asked for a page, so that a problem should be one."""
    accepted = Headers(scope=scope).get("accept", "")
    return "text/html" in accepted and not str(scope["path"]).startswith(_NO_PAGES)


def problem_page(scope: Scope, problem: ProblemError) -> Response:
    """Return the page that says what the problem is, with the navigation if it is known who asks."""
    from api.pages.rendering import page

    visitor = _visitor(scope)
    visit = visit_of(scope)
    body = problem.body(visit.language, visit.instance)
    response = page(visitor, "problem.html", problem.kind.status, problem=body)
    for name, value in problem.headers.items():
        response.headers[name] = value
    if problem.kind in RETRY_AFTER_SECONDS:
        response.headers.setdefault("Retry-After", str(RETRY_AFTER_SECONDS[problem.kind]))
    return response


def _visitor(scope: Scope) -> "Visitor":
    from api.pages.cookies import browser_of
    from api.pages.visitor import Visitor, visitor_of

    known = visitor_of(scope)
    if known is not None:
        return known
    state = scope["app"].state
    return Visitor(
        state.service, visit_of(scope), str(scope["path"]), browser_of(Request(scope)), state.demonstration
    )


async def lead_to_sign_in(_: Request, needed: Exception) -> Response:
    """Answer somebody who is not signed in: the sign-in page, which leads back here."""
    from api.pages.visitor import SignInNeeded

    if not isinstance(needed, SignInNeeded):
        raise needed
    return RedirectResponse(needed.href, 303)
