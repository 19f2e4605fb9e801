"""The cases that a new referral may double, among those that whoever refers may know of.

Nothing is told of other cases, not even that there are some. The open ones are compared by name and birth date; by
NIR, the closed ones too.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from adapters.database import reading
from api.caller import Caller
from api.disclosure import PersonView
from api.reading.names import are_close, folded
from api.reading.people import LOOKED_THROUGH, recognised
from api.recording import record
from api.views.base import Coded
from domain.access import Permission, reach
from domain.accesses import AccessKind
from domain.person import Identity
from domain.progress import Progress, progress_of
from domain.use_cases import KNOWING
from projections import case as cases
from projections.case import CaseRow

MOST_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A case that may be the same person's. `opens`: whether the caller may open it, or only follow the referral."""

    case_id: str
    person_id: str
    detected_on: date
    progress: Coded
    is_open: bool
    same_nir: bool
    opens: bool
    person: PersonView | None


def lookalikes(caller: Caller, person: Identity, but: Collection[str] = ()) -> list[Lookalike]:
    """Return the likeliest cases, those with the same NIR first, without those that the caller has seen already.

    Those shown with a name are recorded. Raises AccessNotRecorded.
    """
    found: dict[str, Lookalike] = {}
    for permission in KNOWING:
        within = reach(caller.principal, permission)
        if within is not None:
            opens = permission is Permission.SEE_CASE
            for one in _among(replace(caller, reach=within), person, opens=opens):
                found.setdefault(one.case_id, one)
    left = [one for one in found.values() if one.case_id not in but]
    likeliest = sorted(
        left, key=lambda one: (not one.same_nir, not one.is_open, -one.detected_on.toordinal())
    )
    shown = likeliest[:MOST_SHOWN]
    named = {one.case_id: one.person_id for one in shown if one.person is not None}
    if named:
        record(caller, AccessKind.DUPLICATES, named)
    return shown


def _among(caller: Caller, person: Identity, *, opens: bool) -> list[Lookalike]:
    vault = caller.service.vault
    with reading(caller.service.engine) as connection:
        known = None if person.nir is None else vault.find_by_nir(connection, person.nir)
        same = [] if known is None else cases.about_person(connection, caller.reach, known)
        rows = cases.latest(connection, caller.reach, is_open=True, limit=LOOKED_THROUGH)
    others = [row for row in rows if row.person_id != known]

    def shown(row: CaseRow, who: PersonView | None, *, same_nir: bool) -> Lookalike:
        progress = Coded.of(Progress, progress_of(row.state, row.counsellor), caller.language)
        return Lookalike(
            row.case_id,
            row.person_id,
            row.detected_on,
            progress,
            row.is_open,
            same_nir,
            opens,
            who if opens else None,
        )

    certain = [shown(row, who.person, same_nir=True) for row, who in recognised(caller, same, lambda _: True)]
    alike = recognised(caller, others, lambda other: are_alike(person, other))
    return certain + [shown(row, who.person, same_nir=False) for row, who in alike]


def are_alike(one: Identity, other: Identity) -> bool:
    """Tell whether two people may be one: the same names, or the same birth date and close family names.

    Two known NIRs that differ are two people; so are two birth dates that differ, unless the names are the same.
    """
    if one.nir is not None and other.nir is not None:
        return one.nir == other.nir
    if _same_names(one, other):
        return True
    same_birth = one.birth_date is not None and one.birth_date == other.birth_date
    return same_birth and are_close(one.family_name, other.family_name)


def _same_names(one: Identity, other: Identity) -> bool:
    return folded(one.family_name) == folded(other.family_name) and folded(one.given_name) == folded(
        other.given_name
    )
