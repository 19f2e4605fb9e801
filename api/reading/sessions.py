"""Sessions: one's own, and for an administrator those of the accounts within reach. Out of reach is as if not there."""

import re
from contextlib import suppress
from typing import Annotated, Final

from fastapi import Depends, Path

from adapters import sessions
from adapters.database import reading, writing
from adapters.instants import instant_text, read_instant
from adapters.sessions import Place, Whose
from api.caller import Caller
from api.paging import UNREADABLE, cursor_at, read_place, unreadable_cursor
from api.problems import Kind, ProblemError
from api.views.sessions import SessionView
from domain.access import Permission, reach
from workflows.labels import Language

_ID: Final = re.compile("[0-9a-f]{12}")


def _session_id(
    session_id: Annotated[
        str,
        Path(
            description="The session's id.",
            json_schema_extra={"pattern": f"^{_ID.pattern}$"},
            examples=["5e5e5e5e5e5e"],
        ),
    ],
) -> str:
    """Return the id. Raises ProblemError for what cannot be one."""
    if _ID.fullmatch(session_id) is None:
        raise ProblemError(Kind.NOT_FOUND)
    return session_id


SessionId = Annotated[str, Depends(_session_id)]


def own(caller: Caller) -> Whose:
    """Return what says that a session is the caller's."""
    return Whose(actor=caller.principal.actor)


def within_reach(caller: Caller, account: str | None = None) -> Whose:
    """Return what says that the caller may know of a session, of one account if it is named."""
    everybodys = reach(caller.principal, Permission.ACCOUNT_SESSIONS)
    if everybodys is not None:
        return Whose(actor=account, organisation=everybodys.organisation)
    return own(caller) if account in (None, caller.principal.actor) else _NOBODYS


_NOBODYS: Final = Whose(actor="")
"""No account has such a code: somebody else's sessions are as if there were none."""


def sessions_of(
    caller: Caller, whose: Whose, after: str | None = None, limit: int = 200
) -> tuple[list[SessionView], str | None]:
    """Return these sessions that are in force, after a cursor, and the cursor of the next page if there is one.

    Raises ProblemError: INVALID for a cursor that is not ours.
    """
    service, language = caller.service, caller.language
    place = None if after is None else _place(after, language)
    with reading(service.engine) as connection:
        found = sessions.in_force(connection, whose, after=place, limit=limit + 1, now=service.clock())
    shown = found[:limit]
    more = (
        cursor_at(f"{instant_text(shown[-1].started_at)} {shown[-1].session_id}") if found[limit:] else None
    )
    return [SessionView.of(one, language) for one in shown], more


def end_session(caller: Caller, session_id: str) -> bool:
    """End a session within reach; return whether it was one, in force."""
    service = caller.service
    with writing(service.engine) as connection:
        return sessions.end(connection, session_id, whose=within_reach(caller), now=service.clock())


def end_sessions(caller: Caller, whose: Whose, but: str | None = None) -> int:
    """End these sessions, `but` one; return how many were in force."""
    service = caller.service
    with writing(service.engine) as connection:
        return sessions.end_all(connection, whose=whose, but=but, now=service.clock())


def _place(cursor: str, language: Language) -> Place:
    with suppress(*UNREADABLE):
        instant, _, session_id = read_place(cursor).partition(" ")
        if _ID.fullmatch(session_id) is not None:
            return read_instant(instant), session_id
    raise unreadable_cursor(language)
