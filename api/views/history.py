"""A case's history as the API shows it: every event in words, with who recorded it, its place and its proof."""

from datetime import date, datetime
from typing import Any, Self

from pydantic import Field

from adapters.history import History, ToldEvent
from api.disclosure import Disclosure, NoteView
from api.views.base import View
from api.views.glass import BehindGlassView
from api.views.past import AsOfView
from domain.as_of import AsOf
from workflows.labels import Language


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
    def of(cls, told: ToldEvent, disclosure: Disclosure) -> Self:
        """Show an event."""
        event = told.event
        return cls(
            version=event.originator_version,
            topic=event.data.topic,
            label=told.label,
            occurred_on=event.occurred_on,
            recorded_at=event.recorded_at,
            actor=event.actor,
            acting_as=CapacityView(code=event.acting_as, label=told.capacity),
            organisation=event.organisation,
            correlation_id=event.correlation_id,
            causation_id=event.causation_id,
            data=told.data,
            details=[DetailView(field=d.field, label=d.label, words=d.words) for d in told.details],
            note=disclosure.note(told.note),
            corrected_by=told.corrected_by,
            schema_version=told.schema_version,
            position=told.position,
            hash=told.hash,
        )


class HistoryView(View):
    """The whole history of a case, oldest first."""

    case_id: str
    as_of: AsOfView | None
    version: int = Field(description="The number of its events; also in the header ETag.")
    behind_glass: BehindGlassView | None = Field(
        description="The broken glass that it is read by, when it is out of reach."
    )
    events: list[EventView]

    @classmethod
    def of(
        cls,
        history: History,
        disclosure: Disclosure,
        as_of: AsOf | None,
        language: Language,
        behind: BehindGlassView | None = None,
    ) -> Self:
        """Show the events of a case, those of a past day if there is one."""
        return cls(
            case_id=history.case.case_id,
            as_of=AsOfView.of(as_of, language),
            version=history.case.version,
            behind_glass=behind,
            events=[EventView.of(told, disclosure) for told in history.events],
        )
