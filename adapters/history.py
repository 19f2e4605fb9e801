"""The history of a case in words, as the API and the command line both tell it: read from the log, nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from adapters.database import glancing
from adapters.event_store import EventRecorder
from adapters.mapper import EventMapper
from adapters.recorded_event import RecordedEvent
from adapters.replay import ORGANISATIONS
from domain.access import EVERY_CASE, Reach
from domain.as_of import AsOf, known_by
from domain.case_state import CaseState
from domain.errors import CaseNotFound
from domain.event import CaseEvent
from domain.event_words import Detail, capacity_label, event_details, event_label, plain_fields
from domain.events.follow_up import FactCorrected
from domain.fold import fold
from projections.case import is_within
from workflows.labels import Language

_MAPPER = EventMapper()


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """One event in words, with what was recorded around it and its proof.

    Its `note` stays sealed: opening it is for who may. `corrected_by` are the versions of later events that correct it.
    """

    event: CaseEvent
    label: str
    capacity: str
    details: list[Detail]
    data: dict[str, Any]
    corrected_by: list[int]
    schema_version: int
    position: int
    hash: str

    @property
    def note(self) -> str | None:
        """The sealed note."""
        sealed: str | None = self.event.data.note
        return sealed


@dataclass(frozen=True, slots=True)
class History:
    """A case as it stands, and the events that made it so, oldest first."""

    case: CaseState
    events: list[ToldEvent]


def history_of(
    engine: Engine,
    case_id: str,
    language: Language,
    within: Reach = EVERY_CASE,
    as_of: AsOf | None = None,
) -> History:
    """Return a case's history, or what of it was known on a past day.

    Raises CaseNotFound, also for a case out of reach, for what is no case, and for one that had not begun.
    """
    if within != EVERY_CASE:
        with glancing(engine) as connection:
            if not is_within(connection, case_id, within):
                raise CaseNotFound(case_id)
    stored = EventRecorder(engine).select_events(case_id)
    rows = [row for row in stored if isinstance(row, RecordedEvent)]
    if not rows or case_id.startswith(ORGANISATIONS):
        raise CaseNotFound(case_id)
    events = [_MAPPER.to_domain_event(row) for row in rows]
    corrections = _corrections(events)
    case, known = _known(case_id, events, as_of)
    versions = {event.originator_version for event in known}
    told = [
        ToldEvent(
            event,
            event_label(event.data.topic, language),
            capacity_label(event.acting_as, language),
            event_details(event.data, language),
            plain_fields(event.data),
            corrections.get(event.originator_version, []),
            row.schema_version,
            row.position,
            row.hash,
        )
        for event, row in zip(events, rows, strict=True)
        if event.originator_version in versions
    ]
    return History(case, told)


def _known(
    case_id: str, events: Sequence[CaseEvent], as_of: AsOf | None
) -> tuple[CaseState, Sequence[CaseEvent]]:
    if as_of is None:
        return fold(events), events
    found = known_by(as_of, events)
    if found is None:
        raise CaseNotFound(case_id)
    return found


def _corrections(events: Sequence[CaseEvent]) -> dict[int, list[int]]:
    """Return, for each version that is corrected, those of the events that do it."""
    found: dict[int, list[int]] = {}
    for event in events:
        if isinstance(event.data, FactCorrected):
            found.setdefault(event.data.corrects, []).append(event.originator_version)
    return found
