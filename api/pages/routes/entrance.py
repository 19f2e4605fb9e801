"""Coming in and going out: the first page, signing in and out, the language, the style sheet."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from adapters import demo_accounts
from api import attempts
from api.languages import COOKIE, LANGUAGES
from api.pages import cookies, paths
from api.pages.cookies import is_of_this_browser, is_tls
from api.pages.navigation import home_of
from api.pages.posting import OwnPairs, PostedForm, SentPairs, token_in
from api.pages.rendering import style
from api.pages.routes.provider import LEFT, by_provider, doors
from api.pages.signing_in import admit, dismiss, of_ours
from api.pages.visitor import ENDED, LONGEST_WAY_BACK, Anybody
from api.problems import Kind, ProblemError

router: Final = APIRouter(include_in_schema=False)

_A_YEAR_SECONDS: Final = 365 * 24 * 3600


@router.get(paths.HOME)
def home(visitor: Anybody) -> Response:
    """Lead to where the account begins its day, or to signing in."""
    where = paths.SIGN_IN if visitor.session is None else home_of(visitor.principal)
    return RedirectResponse(where, 303)


@router.get(paths.SIGN_IN)
def sign_in_page(
    request: Request,
    visitor: Anybody,
    suite: str = paths.HOME,
    ended: Annotated[str | None, Query(alias=ENDED)] = None,
    left: Annotated[str | None, Query(alias=LEFT)] = None,
) -> Response:
    """Show the ways in: the identity provider, in a demonstration its accounts.

    And why a session has ended, that a form was lost to it, or that somebody has signed out at the provider too.
    """
    then = suite if len(suite) <= LONGEST_WAY_BACK else paths.HOME
    notice = "lost" if ended is not None else "left" if left is not None else None
    answer = doors(visitor, then, notice or (visitor.over and visitor.over.value))
    if visitor.session is None and cookies.given(request, cookies.SESSION):
        cookies.drop(answer, request, cookies.SESSION)
    return answer


@router.post(paths.SIGN_IN)
def sign_in(request: Request, visitor: Anybody, pairs: SentPairs) -> Response:
    """Sign in as an account of the demonstration. Raises ProblemError: where there is none, or no such account.

    A page that was shown before this browser had its cookie, or had let it go, is shown again: nothing was typed.
    """
    attempts.signing_in(request)
    fields = dict(pairs)
    if not is_of_this_browser(request, token_in(pairs)):
        return doors(visitor, fields.get("then", paths.HOME), "stale", Kind.FORBIDDEN.status)
    chosen = next((one for one in demo_accounts.accounts() if one.name == fields.get("account")), None)
    if not visitor.demonstration or chosen is None:
        raise ProblemError(Kind.FORBIDDEN)
    return admit(request, visitor, chosen.principal, demo_accounts.WAY, fields.get("then", paths.HOME))


@router.post(paths.SIGN_OUT)
def sign_out(request: Request, posted: PostedForm) -> Response:
    """End the session, and lead to the identity provider if its own is to end too."""
    return by_provider(request, posted.visitor) or dismiss(request, posted.visitor)


@router.post(paths.LANGUAGE)
def choose_language(request: Request, pairs: OwnPairs) -> Response:
    """Keep the language that somebody chose, and go back to the page."""
    fields = dict(pairs)
    answer = RedirectResponse(of_ours(fields.get("here", paths.HOME)), 303)
    if fields.get("language") in LANGUAGES:
        answer.set_cookie(
            COOKIE,
            fields["language"],
            max_age=_A_YEAR_SECONDS,
            httponly=True,
            samesite="lax",
            secure=is_tls(request),
        )
    return answer


@router.get("/style/{digest}/filrouge.css")
def style_sheet(digest: str) -> Response:
    """Return the style sheet, to be kept for good: another one has another address."""
    href, sheet = style()
    if href != f"/style/{digest}/filrouge.css":
        raise ProblemError(Kind.NOT_FOUND)
    return Response(
        sheet, media_type="text/css", headers={"Cache-Control": "public, max-age=31536000, immutable"}
    )
