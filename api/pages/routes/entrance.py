"""Coming in and going out: the first page, signing in and out, the language, the style sheet."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from adapters import demo_accounts, sessions
from adapters.database import writing
from api.languages import COOKIE, LANGUAGES
from api.pages import paths
from api.pages.navigation import home_of
from api.pages.posting import PostedForm, SentPairs
from api.pages.rendering import page, style
from api.pages.visitor import ENDED, LONGEST_WAY_BACK, Anybody, Visitor, cookie_name
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
    visitor: Anybody, suite: str = paths.HOME, ended: Annotated[str | None, Query(alias=ENDED)] = None
) -> Response:
    """Show the ways in, in a demonstration its accounts; and that the session has ended, if a form was lost to it."""
    accounts = demo_accounts.accounts() if visitor.demonstration else ()
    then = suite if len(suite) <= LONGEST_WAY_BACK else paths.HOME
    return page(visitor, "sign_in.html", accounts=accounts, then=_of_ours(then), ended=ended is not None)


@router.post(paths.SIGN_IN)
def sign_in(request: Request, visitor: Anybody, pairs: SentPairs) -> Response:
    """Sign in as an account of the demonstration. Raises ProblemError: where there is none, or no such account."""
    fields = dict(pairs)
    chosen = next((one for one in demo_accounts.accounts() if one.name == fields.get("account")), None)
    if not visitor.demonstration or chosen is None:
        raise ProblemError(Kind.FORBIDDEN)
    _end(visitor)
    service = visitor.service
    with writing(service.engine) as connection:
        started = demo_accounts.sign_in(
            connection, chosen, limits=service.settings.session_limits, now=service.clock()
        )
    then = _of_ours(fields.get("then", paths.HOME))
    answer = RedirectResponse(home_of(chosen.principal) if then == paths.HOME else then, 303)
    secure = request.url.scheme == "https"
    answer.set_cookie(cookie_name(secure), started.plaintext, httponly=True, samesite="lax", secure=secure)
    return answer


@router.post(paths.SIGN_OUT)
def sign_out(request: Request, posted: PostedForm) -> Response:
    """End the session."""
    _end(posted.visitor)
    answer = RedirectResponse(paths.SIGN_IN, 303)
    secure = request.url.scheme == "https"
    answer.delete_cookie(cookie_name(secure), httponly=True, samesite="lax", secure=secure)
    return answer


@router.post(paths.LANGUAGE)
def choose_language(pairs: SentPairs) -> Response:
    """Keep the language that somebody chose, and go back to the page."""
    fields = dict(pairs)
    answer = RedirectResponse(_of_ours(fields.get("here", paths.HOME)), 303)
    if fields.get("language") in LANGUAGES:
        answer.set_cookie(COOKIE, fields["language"], max_age=_A_YEAR_SECONDS, httponly=True, samesite="lax")
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


def _end(visitor: Visitor) -> None:
    if visitor.session is not None:
        with writing(visitor.service.engine) as connection:
            sessions.end(connection, visitor.session.session_id, now=visitor.service.clock())


def _of_ours(address: str) -> str:
    """Return an address if it is one of this site's, else the first page: nobody is sent elsewhere from here."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if ours else paths.HOME
