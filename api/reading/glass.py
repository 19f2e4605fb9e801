"""Breaking the glass: a supervisor opens a case of another organisation, to read it for a while, by giving a reason.

What was broken stands out: in the log of accesses, for the auditors; on the case and in its cell, for those who follow
it; in the log and the figures of the service, for those who run it. Nothing can be done behind a glass but read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

import structlog

from adapters import accesses
from adapters.accesses import AccessFilters, Glass, RecordedAccess
from adapters.database import reading
from adapters.keys import KeyDestroyed
from api.caller import Caller
from api.disclosure import NoteView, note_shown
from api.problems import Kind, ProblemError
from api.recording import record
from api.views.accesses import AccessView
from api.views.base import Coded
from api.views.glass import BehindGlassView, BreakGlass, GlassView
from domain.access import Permission, Reach, reach
from domain.accesses import AccessKind, GlassReason
from domain.errors import CaseNotFound
from projections import case as cases

LATELY: Final = timedelta(days=30)
_SHOWN: Final = 20

T = TypeVar("T")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class BrokenGlass:
    """A glass that somebody broke, and what they said of it, as far as whoever looks may read notes."""

    access: AccessView
    note: NoteView


def break_glass(caller: Caller, case_id: str, asked: BreakGlass) -> GlassView:
    """Open a case out of the caller's reach, or tell how it is open already.

    Raises CaseNotFound for what is no case, is archived, or is about nobody any more; ProblemError: WITHIN_REACH;
    AccessNotRecorded.
    """
    service, principal, now = caller.service, caller.principal, caller.service.clock()
    own = reach(principal, Permission.SEE_CASE)
    with reading(service.engine) as connection:
        if own is not None and cases.is_within(connection, case_id, own):
            raise ProblemError(Kind.WITHIN_REACH)
        row = cases.find(connection, case_id, caller.reach)
    if row is None:
        raise CaseNotFound(case_id)
    glass = accesses.broken_glass(service.engine, principal, case_id, now)
    if glass is None:
        try:
            note = service.vault.seal(row.person_id, asked.note)
        except KeyDestroyed:
            raise CaseNotFound(case_id) from None
        until = now + timedelta(minutes=service.settings.glass_minutes)
        access_id = record(
            caller,
            AccessKind.BREAK_GLASS,
            {case_id: row.person_id},
            glass=Glass("", until, asked.reason.value, note),
        )
        glass = Glass(access_id, until, asked.reason.value)
        caller.visit.glass = glass.reason
        log.warning(
            "glass.broken",
            access_id=access_id,
            actor=principal.actor,
            organisation=principal.organisation,
            reason=glass.reason,
        )
    return GlassView(
        case_id=case_id,
        access_id=glass.access_id,
        reason=Coded.of(GlassReason, glass.reason, caller.language),
        until=glass.until,
    )


def looked_at(caller: Caller, case_id: str, look: Callable[[Reach], T]) -> tuple[T, Glass | None]:
    """Return what is found within the caller's reach, or behind the glass that they broke, and this glass.

    Raises CaseNotFound: the same look-ups lead to it for an unknown case and for one whose glass is whole.
    """
    try:
        return look(caller.reach), None
    except CaseNotFound:
        behind = reach(caller.principal, Permission.BREAK_GLASS)
        if behind is None:
            raise
        service = caller.service
        glass = accesses.broken_glass(service.engine, caller.principal, case_id, service.clock())
        if glass is None:
            raise
        return look(behind), glass


def behind_glass(caller: Caller, glass: Glass | None) -> BehindGlassView | None:
    """Show by what a case out of reach is read."""
    if glass is None:
        return None
    return BehindGlassView(reason=Coded.of(GlassReason, glass.reason, caller.language), until=glass.until)


def broken_on(caller: Caller, case_id: str) -> list[BrokenGlass]:
    """Return the glasses broken on a case that the caller is shown, the latest first, with what was said."""
    found = _broken(caller, AccessFilters(case_ids=[case_id], kind=AccessKind.BREAK_GLASS, limit=_SHOWN))
    return [
        BrokenGlass(AccessView.of(one, caller.language), note_shown(caller, one.people[case_id], one.note))
        for one in found
    ]


def broken_lately(caller: Caller) -> list[AccessView]:
    """Return the glasses broken lately on the cases of the caller's organisation, and by its own accounts."""
    since = caller.service.clock() - LATELY
    own = caller.reach.organisation
    asked = AccessFilters(own, since=since, kind=AccessKind.BREAK_GLASS, limit=_SHOWN)
    return [AccessView.of(one, caller.language) for one in _broken(caller, asked)]


def _broken(caller: Caller, asked: AccessFilters) -> list[RecordedAccess]:
    with reading(caller.service.engine) as connection:
        return accesses.listed(connection, asked)
