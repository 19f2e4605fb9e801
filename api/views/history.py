"""A case's history as the API shows it: every event in words, with who recorded it, its place and its proof."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self

from pydantic import Field

from adapters.recorded_event import RecordedEvent
from api.disclosure import Disclosure, NoteView
from api.views.base import View
from domain.event import CaseEvent
from domain.event_words import event_details, event_label, plain_fields
from domain.events.follow_up import FactCorrected
from workflows.labels import Language, in_language
from workflows.roles import Role

_STANDING_IN = ("Responsable de cellule, en remplacement", "Supervisor, standing in")


class DetailView(View):
    """A field of an event, in words."""

    field: str
    label: str
    words: str


class CapacityView(View):
    """The capacity in which somebody acted."""

    code: str
    label: str


class EventView(View):
    """One event: recorded once, never changed."""

    version: int = Field(description="Its place in the case's history, from 1.")
    topic: str = Field(description="What happened, as a stable code.")
    label: str = Field(description="What happened, in words.")
    occurred_on: date = Field(description="The day it happened (Europe/Paris).")
    recorded_at: datetime = Field(description="The instant it was written down (UTC).")
    actor: str = Field(description="The account that recorded it.")
    acting_as: CapacityView
    organisation: str = Field(description="The organisation the case belonged to.")
    correlation_id: str = Field(description="What ties together the events of one undertaking.")
    causation_id: str | None = Field(description="The request, or else, that caused it.")
    data: dict[str, Any] = Field(description="Its own fields, as codes.")
    details: list[DetailView] = Field(description="Its own fields, in words.")
    note: NoteView
    corrected_by: list[int] = Field(description="The versions of later events that correct this one.")
    schema_version: int = Field(description="The version in which it was written.")
    position: int = Field(description="Its place in the whole log.")
    hash: str = Field(description="SHA-256 over the event and the hash before it.")

    @classmethod
    def of(
        cls,
        event: CaseEvent,
        stored: RecordedEvent,
        corrected_by: list[int],
        disclosure: Disclosure,
        language: Language,
    ) -> Self:
        """Show an event, the row it was read from, and which events correct it."""
        details = event_details(event.data, language)
        return cls(
            version=event.originator_version,
            topic=event.data.topic,
            label=event_label(event.data.topic, language),
            occurred_on=event.occurred_on,
            recorded_at=event.recorded_at,
            actor=event.actor,
            acting_as=_capacity(event.acting_as, language),
            organisation=event.organisation,
            correlation_id=event.correlation_id,
            causation_id=event.causation_id,
            data=plain_fields(event.data),
            details=[DetailView(field=d.field, label=d.label, words=d.words) for d in details],
            note=disclosure.note(event.data.note),
            corrected_by=corrected_by,
            schema_version=stored.schema_version,
            position=stored.position,
            hash=stored.hash,
        )


class HistoryView(View):
    """The whole history of a case, oldest first."""

    case_id: str
    version: int = Field(description="The number of its events; also in the header ETag.")
    events: list[EventView]

    @classmethod
    def of(
        cls,
        case_id: str,
        events: Sequence[tuple[CaseEvent, RecordedEvent]],
        disclosure: Disclosure,
        language: Language,
    ) -> Self:
        """Show the events of a case, each with the row it was read from."""
        corrections: dict[int, list[int]] = {}
        for event, _ in events:
            if isinstance(event.data, FactCorrected):
                corrections.setdefault(event.data.corrects, []).append(event.originator_version)
        shown = [
            EventView.of(event, stored, corrections.get(event.originator_version, []), disclosure, language)
            for event, stored in events
        ]
        return cls(case_id=case_id, version=shown[-1].version, events=shown)


def _capacity(code: str, language: Language) -> CapacityView:
    known = code in Role._value2member_map_
    label = Role(code).label(language) if known else in_language(_STANDING_IN, language)
    return CapacityView(code=code, label=label if known or code == "supervisor_standing_in" else code)
