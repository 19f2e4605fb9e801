"""Signing in by the identity provider: the way there, the way back, and the way back after signing out.

The browser is led to the provider by a page that goes on by itself, not by redirecting its form: what a form may lead
to (`form-action`) is then still our own site and nothing else, wherever the provider sends people on to.
"""

import hmac
from dataclasses import replace
from typing import Final

import structlog
from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from adapters import demo_accounts
from adapters.oidc.doorman import Doorman, Returned
from adapters.oidc.exchange import CALLBACK, SIGNED_OUT
from adapters.oidc.refusal import Cause, SignInRefused
from adapters.oidc.under_way import LIFE
from api import attempts
from api.pages import cookies, paths
from api.pages.cookies import is_of_this_browser
from api.pages.posting import SentPairs, token_in
from api.pages.rendering import page
from api.pages.sign_in_words import STATUS, words_of
from api.pages.signing_in import admitted, dismissed, of_ours
from api.pages.visitor import Anybody, Visitor
from api.problems import Kind, ProblemError

router: Final = APIRouter(include_in_schema=False)

LEFT: Final = "sortie"
"""Tells the sign-in page that somebody has signed out at the provider too."""

log = structlog.get_logger(__name__)


@router.post(paths.SIGN_IN_BY_PROVIDER)
def go(request: Request, visitor: Anybody, pairs: SentPairs) -> Response:
    """Begin a sign-in, and lead to the provider. Raises ProblemError where there is none for the pages.

    A page that was shown before this browser had its cookie, or had let it go, is shown again: nothing was typed.
    """
    doorman = _doorman(visitor, Kind.FORBIDDEN)
    attempts.signing_in(request)
    then = of_ours(dict(pairs).get("then", paths.HOME))
    if not is_of_this_browser(request, token_in(pairs)):
        return doors(visitor, then, "stale", Kind.FORBIDDEN.status)
    try:
        begun = doorman.begin(then, now=visitor.service.clock())
    except SignInRefused as refused:
        return _refused(visitor, doorman, refused)
    answer = _leading(visitor, doorman, begun.address)
    cookies.put(answer, request, cookies.SIGN_IN, begun.plaintext, life=LIFE)
    return answer


@router.get(CALLBACK)
def come_back(
    request: Request,
    visitor: Anybody,
    state: str | None = None,
    code: str | None = None,
    error: str | None = None,
    iss: str | None = None,
) -> Response:
    """Let in whoever comes back from the provider recognised, or say why not. Raises ProblemError: no provider."""
    doorman = _doorman(visitor, Kind.NOT_FOUND)
    kept, returned = cookies.given(request, cookies.SIGN_IN), Returned(state, code, error, iss)
    try:
        come = doorman.finish(kept, returned, visitor.session, now=visitor.service.clock())
    except SignInRefused as refused:
        attempts.refused(request, None)
        return _refused(visitor, doorman, refused)
    visitor.visit.principal = come.principal
    answer = admitted(request, come.principal, come.started, come.lead_to)
    cookies.drop(answer, request, cookies.SIGN_IN)
    return answer


@router.get(SIGNED_OUT)
def signed_out(request: Request, visitor: Anybody, state: str = "") -> Response:
    """Lead to the sign-in page; it says that the provider's session has ended too, if it was this browser's."""
    _doorman(visitor, Kind.NOT_FOUND)
    kept = cookies.given(request, cookies.SIGN_OUT)
    ours = kept is not None and hmac.compare_digest(kept.encode(), state.encode())
    answer = RedirectResponse(f"{paths.SIGN_IN}?{LEFT}=1" if ours else paths.SIGN_IN, 303)
    cookies.drop(answer, request, cookies.SIGN_OUT)
    return answer


def by_provider(request: Request, visitor: Visitor) -> Response | None:
    """Sign out somebody whom the provider vouched for, and lead there; None when it has no part in it."""
    doorman, session = visitor.service.doorman, visitor.session
    if doorman is None or session is None:
        return None
    kept = cookies.given(request, cookies.SESSION) or ""
    leaving = doorman.leave(session, kept, now=visitor.service.clock())
    if leaving is None:
        return None
    answer = dismissed(request, _leading(visitor, doorman, leaving.address))
    cookies.put(answer, request, cookies.SIGN_OUT, leaving.state, life=LIFE)
    return answer


def doors(visitor: Visitor, then: str, notice: str | None, status: int = 200) -> Response:
    """Return the sign-in page: the ways in that there are."""
    doorman = visitor.service.doorman
    return page(
        visitor,
        "sign_in.html",
        status,
        provider=doorman.configuration if doorman is not None and doorman.client is not None else None,
        accounts=demo_accounts.accounts() if visitor.demonstration else (),
        then=of_ours(then),
        notice=notice,
    )


def _leading(visitor: Visitor, doorman: Doorman, address: str) -> Response:
    """Return a page that goes on to the provider by itself, and has a link to it besides."""
    return page(visitor, "leading.html", address=address, provider=doorman.configuration)


def _refused(visitor: Visitor, doorman: Doorman, refused: SignInRefused) -> Response:
    """Return the page that says why somebody is not let in, and what to do."""
    log.info("sign_in.refused", cause=refused.cause.value, reason=refused.detail or None)
    return page(
        replace(visitor, here=paths.SIGN_IN),  # its own address holds what the provider sent
        "sign_in_refused.html",
        STATUS[refused.cause],
        words=words_of(refused.cause, visitor.language),
        contact=doorman.configuration.contact,
        asks=refused.cause in (Cause.UNKNOWN, Cause.AMBIGUOUS, Cause.DISABLED, Cause.NOT_ASSURED),
        reference=visitor.visit.instance,
    )


def _doorman(visitor: Visitor, otherwise: Kind) -> Doorman:
    """Return the door of the identity provider for the pages. Raises ProblemError."""
    doorman = visitor.service.doorman
    if doorman is None or doorman.client is None:
        raise ProblemError(otherwise)
    return doorman
