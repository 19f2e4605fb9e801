"""Sessions: where accounts are signed in to the pages, and ending it."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api import documentation as doc
from api.caller import Allowed, Caller
from api.paging import Cursor, Limit, link_after
from api.parameters import Once
from api.paths import API
from api.problems import Kind, ProblemError
from api.reading.sessions import SessionId, end_session, sessions_of, within_reach
from api.views.base import answer
from api.views.sessions import SessionsView
from domain.access import Permission

router: Final = APIRouter(prefix=API, tags=["sessions"])

Anybody = Annotated[Caller, Depends(Allowed(Permission.OWN_SESSIONS))]


class SessionsQuery(BaseModel):
    """Whose sessions, and which page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: str | None = Field(default=None, max_length=64, description="Only those of this account.")
    limit: Limit = 50
    after: Cursor = None


@router.get(
    "/sessions",
    operation_id="list_sessions",
    summary="Where accounts are signed in",
    response_model=SessionsView,
    responses=doc.responses(Kind.INVALID, example="sessions", headers=doc.LINK),
)
def list_sessions(
    request: Request, caller: Anybody, query: Annotated[SessionsQuery, Query()], _: Once
) -> Response:
    """Return the sessions in force of the asker's account; for an administrator, of all accounts within reach."""
    whose = within_reach(caller, query.account)
    found, more = sessions_of(caller, whose, query.after, query.limit)
    return answer(SessionsView(sessions=found), link_after(request, more))


@router.delete(
    "/sessions/{session_id}",
    operation_id="end_session",
    summary="End a session",
    status_code=204,
    responses=doc.problems(*doc.EVERYWHERE, Kind.NOT_FOUND),
)
def delete_session(session_id: SessionId, caller: Anybody) -> Response:
    """End a session within reach: its browser is asked to sign in again at its next request."""
    if not end_session(caller, session_id):
        raise ProblemError(Kind.NOT_FOUND)
    return Response(status_code=204)
