"""Sessions: where one is signed in, and for an administrator who is; ending any of them, or all."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.responses import RedirectResponse

from api.pages import paths
from api.pages.posting import Posted, PostedForm
from api.pages.rendering import page
from api.pages.visitor import Signed, Visitor
from api.paging import Cursor, href_after
from api.problems import Kind, ProblemError
from api.reading.sessions import SessionId, end_session, end_sessions, own, sessions_of, within_reach
from domain.access import Permission

router: Final = APIRouter(include_in_schema=False)

_ON_A_PAGE: Final = 50
_SESSION: Final = "{session_id}"

Account = Annotated[str | None, Query(alias="compte", max_length=64)]


@router.get(paths.SESSIONS)
def sessions_page(
    visitor: Annotated[Visitor, Depends(Signed(Permission.OWN_SESSIONS))],
    ended: Annotated[int | None, Query(alias=paths.DONE, ge=0)] = None,
) -> Response:
    """Show where the visitor is signed in: this place first, and how many were just ended."""
    found, _ = sessions_of(visitor.caller, own(visitor.caller))
    here = None if visitor.session is None else visitor.session.session_id
    found.sort(key=lambda one: one.session_id != here)
    return page(visitor, "sessions.html", sessions=found, this=here, ended=ended)


@router.post(paths.SESSIONS_ENDED)
def end_others(posted: PostedForm) -> Response:
    """End every session of the visitor's but this one."""
    visitor = posted.visitor.within(Permission.OWN_SESSIONS)
    here = None if visitor.session is None else visitor.session.session_id
    return _told(paths.SESSIONS, end_sessions(visitor.caller, own(visitor.caller), here))


@router.post(paths.session_ended(_SESSION))
def end_one(session_id: SessionId, posted: PostedForm) -> Response:
    """End a session. One that is over, or not to be known of, is none: the list is shown either way."""
    visitor = posted.visitor.within(Permission.OWN_SESSIONS)
    account = posted.get("compte")
    back = paths.SESSIONS if account is None else paths.account_sessions(account)
    return _told(back, int(end_session(visitor.caller, session_id)))


@router.get(paths.ACCOUNT_SESSIONS)
def accounts_page(
    request: Request,
    visitor: Annotated[Visitor, Depends(Signed(Permission.ACCOUNT_SESSIONS))],
    account: Account = None,
    after: Annotated[Cursor, Query()] = None,
    ended: Annotated[int | None, Query(alias=paths.DONE, ge=0)] = None,
) -> Response:
    """Show which accounts are signed in, all or one."""
    asked = (account or "").strip() or None
    found, more = sessions_of(visitor.caller, within_reach(visitor.caller, asked), after, _ON_A_PAGE)
    return page(
        visitor,
        "account_sessions.html",
        sessions=found,
        this=None if visitor.session is None else visitor.session.session_id,
        account=asked,
        next_href=href_after(request, more),
        ended=ended,
    )


@router.post(paths.ACCOUNT_SESSIONS_ENDED)
def end_accounts(posted: PostedForm) -> Response:
    """End every session of one account, but this one. Raises ProblemError: MALFORMED_REQUEST where none is named."""
    visitor = posted.visitor.within(Permission.ACCOUNT_SESSIONS)
    account = _named(posted)
    here = None if visitor.session is None else visitor.session.session_id
    ended = end_sessions(visitor.caller, within_reach(visitor.caller, account), here)
    return _told(paths.account_sessions(account), ended)


def _named(posted: Posted) -> str:
    account = (posted.get("compte") or "").strip()
    if not account or len(account) > 64:
        raise ProblemError(Kind.MALFORMED_REQUEST)
    return account


def _told(back: str, ended: int) -> Response:
    return RedirectResponse(paths.done(back, str(ended)), 303)
