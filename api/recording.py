"""Recording who saw what: the one place where the front door writes the log of accesses.

Whatever shows who a person is, what their file says or what was recorded about their case records it before it is
shown, in a transaction of its own: nothing is answered that is not in the log. Each reading is recorded, also the tenth
of the same case in a minute: one row is cheap, and a log that decides what counts as once decides what is told.
"""

from collections.abc import Collection, Mapping
from datetime import date

from adapters import accesses
from adapters.accesses import Access, Glass
from adapters.database import glancing
from api.caller import Caller
from domain.access import Permission
from domain.accesses import PERMISSIONS, AccessKind, Ground, ground_of
from projections import case as cases


def record(
    caller: Caller,
    kind: AccessKind,
    people: Mapping[str, str],
    *,
    permission: Permission | None = None,
    past_day: date | None = None,
    export_id: str | None = None,
    glass: Glass | None = None,
) -> str:
    """Record what the caller is about to be shown: of which cases, and whom these are about. Return the record's id.

    `glass` is what opens a case that is out of reach, or is being broken. Raises AccessNotRecorded.
    """
    asked = permission or PERMISSIONS[kind]
    principal, visit = caller.principal, caller.visit
    access = Access(
        kind,
        principal.actor,
        principal.role.value,
        principal.organisation,
        Ground.BREAK_GLASS if glass else ground_of(principal, asked),
        people,
        permission=asked.value,
        request_id=visit.request_id,
        token_id=principal.token_id,
        session_id=visit.session_id,
        past_day=past_day,
        export_id=export_id,
        reason=glass.reason if glass else None,
        note=glass.note if glass else None,
        until=glass.until if glass else None,
    )
    return accesses.record(caller.service.engine, access, caller.service.clock())


def people_of(caller: Caller, case_ids: Collection[str]) -> dict[str, str]:
    """Return whom these cases are about, by case: what is recorded of a list."""
    with glancing(caller.service.engine) as connection:
        return cases.people_of(connection, case_ids)
