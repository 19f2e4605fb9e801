"""Whose time is over: read from the histories, which alone know the last contact. Nothing is changed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Engine, and_, not_, select

from adapters.case_loader import CaseLoader
from adapters.database import reading
from domain.event import CaseEvent
from domain.retention import kept_since, last_contact
from projections.case import TABLE as CASES
from projections.case import CaseRow, about_people
from workflows.labels import LabelledEnum
from workflows.retention import Retention

Progress = Callable[[int, int], None]

_AT_ONCE: Final = 500


class Fate(LabelledEnum):
    """What the rules say of a case whose time is over."""

    ARCHIVE = "archive", "À archiver", "To be archived"
    ERASE = "erase", "Personne à effacer", "Person to be erased"
    HELD = "held", "Au-delà du délai, gardé pour un autre dossier", "Past its time, kept for another case"
    OPEN = (
        "open",
        "Ouvert sans contact : à clore ou à reprendre",
        "Open without contact: to be closed or taken up",
    )


@dataclass(frozen=True, slots=True)
class Times:
    """The days of one case: its last contact, what its time is counted from, and what the rules make of it."""

    last_contact_on: date
    kept_since: date
    archived_from: date
    erased_from: date


@dataclass(frozen=True, slots=True)
class Concern:
    """A case whose time is over, since `due_on`. `held_by` are the person's other cases that keep them."""

    case_id: str
    organisation: str
    person_id: str
    fate: Fate
    last_contact_on: date
    due_on: date
    held_by: tuple[str, ...] = ()


def times_of(events: Sequence[CaseEvent], rules: Retention) -> Times:
    """Return the days of a case, of which these are all the events."""
    since = kept_since(events)
    return Times(last_contact(events), since, rules.archived_on(since), rules.erased_on(since))


def concerned(
    engine: Engine, rules: Retention, today: date, progress: Progress = lambda done, total: None
) -> Iterator[Concern]:
    """Yield every case whose time is over today: those to archive, those left open, then the people to erase.

    A case to archive whose person is to be erased is named twice: it is archived, then erased. One whose person was
    erased before its time goes to the archive like any other.
    """
    cases = CaseLoader(engine)
    candidates = _candidates(engine, rules.last_touched_by(today))
    known: dict[str, Times] = {}
    past: set[str] = set()
    for done, row in enumerate(candidates, 1):
        times = known[row.case_id] = times_of(cases.events(row.case_id), rules)
        if times.archived_from <= today:
            if row.is_open:
                yield _concern(row, Fate.OPEN, times, times.archived_from)
            elif row.archived_on is None:
                yield _concern(row, Fate.ARCHIVE, times, times.archived_from)
        if not row.is_open and not row.is_erased and times.erased_from <= today:
            past.add(row.person_id)
        progress(done, len(candidates))
    for rows in _by_person(engine, sorted(past)):
        for row in rows:
            if row.case_id not in known:
                known[row.case_id] = times_of(cases.events(row.case_id), rules)
        yield from _of_person(rows, known, today)


def _of_person(rows: Sequence[CaseRow], times: Mapping[str, Times], today: date) -> Iterator[Concern]:
    """Yield what becomes of a person who has a case past its time: erased with all their cases, or kept for one."""
    held_by = tuple(row.case_id for row in rows if row.is_open or times[row.case_id].erased_from > today)
    due_on = max(times[row.case_id].erased_from for row in rows)
    for row in rows:
        if row.case_id not in held_by:
            own = times[row.case_id].erased_from if held_by else due_on
            yield _concern(row, Fate.HELD if held_by else Fate.ERASE, times[row.case_id], own, held_by)


def _concern(row: CaseRow, fate: Fate, times: Times, due_on: date, held_by: tuple[str, ...] = ()) -> Concern:
    return Concern(row.case_id, row.organisation, row.person_id, fate, times.last_contact_on, due_on, held_by)


def _candidates(engine: Engine, touched_by: date) -> list[CaseRow]:
    """Return the cases that entered their state long enough ago: their last contact is no earlier than that."""
    is_done_with = and_(CASES.c.is_erased, CASES.c.archived_on.is_not(None))
    query = select(CASES).where(not_(is_done_with), CASES.c.entered_on <= touched_by)
    with reading(engine) as connection:
        return [CaseRow(*row) for row in connection.execute(query.order_by(CASES.c.case_id))]


def _by_person(engine: Engine, person_ids: Sequence[str]) -> Iterator[list[CaseRow]]:
    """Yield all the cases of each person."""
    for start in range(0, len(person_ids), _AT_ONCE):
        with reading(engine) as connection:
            yield from about_people(connection, person_ids[start : start + _AT_ONCE])
