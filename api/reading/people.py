"""Finding people by name or NIR, among the cases whose people the caller may see.

Names lie in the vault, each sealed with its person's own key, and no index of them is kept: it would tell whoever
steals the database who is known here, and stay in backups after an erasure. So names are opened and compared, those of
open cases first, the latest first, of at most `LOOKED_THROUGH` cases (some two seconds); a NIR is found at once, by its
pseudonym.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

from adapters.database import reading
from api.caller import Caller
from api.disclosure import IdentityView, PersonView, resembling
from api.reading.names import begins, words_of
from api.recording import record
from api.views.base import Coded
from domain.accesses import AccessKind
from domain.person import Identity
from projections import case as cases
from projections.case import CaseRow
from workflows.states import State

MOST_SHOWN: Final = 50
LOOKED_THROUGH: Final = 20_000
_AT_ONCE: Final = 500
FEWEST_LETTERS: Final = 2


@dataclass(frozen=True, slots=True)
class PersonCase:
    """A case, and whom it is about."""

    case_id: str
    person_id: str
    person: PersonView
    state: Coded
    is_open: bool
    organisation: str
    counsellor: str | None
    detected_on: date


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found. `more`: there are others; `cut_short`: not every case could be looked through."""

    cases: list[PersonCase]
    more: bool = False
    cut_short: bool = False


def is_searchable(asked: str) -> bool:
    """Tell whether a search says enough to be looked for: at least two letters or digits."""
    return sum(len(word) for word in words_of(asked)) >= FEWEST_LETTERS


def people_found(caller: Caller, asked: str, *, with_closed: bool) -> Found:
    """Return the cases, within the caller's reach, of the people whose name or NIR this is.

    What has a digit in it is taken for a NIR. Every word of a name must begin one of the person's names.

    Raises PydanticCustomError for a NIR that is none: its words say what is wrong, without the value.
    """
    if any(character.isdigit() for character in asked):
        return _by_nir(caller, asked, with_closed=with_closed)
    words = words_of(asked)
    rows, cut_short = _rows(caller, with_closed=with_closed)

    def is_meant(person: Identity) -> bool:
        return begins(words, (person.family_name, person.given_name))

    found = list(islice(recognised(caller, rows, is_meant), MOST_SHOWN + 1))
    return Found(_shown(caller, found[:MOST_SHOWN]), len(found) > MOST_SHOWN, cut_short)


def recognised(
    caller: Caller, rows: Sequence[CaseRow], resembles: Callable[[Identity], bool]
) -> Iterator[tuple[CaseRow, IdentityView]]:
    """Yield the cases about somebody whom `resembles` recognises, opening a few hundred names at a time."""
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        alike = resembling(caller, [row.person_id for row in some], resembles)
        yield from ((row, alike[row.person_id]) for row in some if row.person_id in alike)


def _by_nir(caller: Caller, nir: str, *, with_closed: bool) -> Found:
    service = caller.service
    with reading(service.engine) as connection:
        person_id = service.vault.find_by_nir(connection, nir)
        rows = [] if person_id is None else cases.about_person(connection, caller.reach, person_id)
    wanted = [row for row in rows if row.is_open or with_closed]
    return Found(_shown(caller, list(recognised(caller, wanted, lambda _: True))))


def _rows(caller: Caller, *, with_closed: bool) -> tuple[list[CaseRow], bool]:
    """Return the cases to look through, and whether there are others."""
    with reading(caller.service.engine) as connection:
        rows = cases.latest(connection, caller.reach, is_open=True, limit=LOOKED_THROUGH + 1)
        left = LOOKED_THROUGH + 1 - len(rows)
        if with_closed and left > 0:
            rows += cases.latest(connection, caller.reach, is_open=False, limit=left)
    return rows[:LOOKED_THROUGH], len(rows) > LOOKED_THROUGH


def _shown(caller: Caller, found: Sequence[tuple[CaseRow, IdentityView]]) -> list[PersonCase]:
    """Show those whose name the caller may see, and record it. Raises AccessNotRecorded."""
    named = {row.case_id: row.person_id for row, who in found if who.person is not None}
    if named:
        record(caller, AccessKind.SEARCH, named)
    return [
        PersonCase(
            row.case_id,
            row.person_id,
            who.person,
            Coded.of(State, row.state, caller.language),
            row.is_open,
            row.organisation,
            row.counsellor,
            row.detected_on,
        )
        for row, who in found
        if who.person is not None
    ]
