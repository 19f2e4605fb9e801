"""Between events and the log: typed payloads to stored JSON and back, through the allow-list of topics."""

from datetime import date
from functools import lru_cache
from typing import Any, Final

from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from adapters.instants import instant_text, read_instant
from adapters.recorded_event import COLUMNS, Column, RecordedEvent, storable
from domain.event import CaseEvent, Payload
from domain.upcasts import decode, encode

day_of = lru_cache(maxsize=8192)(date.fromisoformat)
"""A day from its stored text; a history names the same days over and over."""

TOLD: Final = COLUMNS[1:-1]
"""The columns that tell an event, in the order in which `event_of` takes them: all but its place in the chain."""


class EventMapper(Mapper[str]):
    """The library's mapper, with `domain.upcasts` in the place of its transcoder and its import paths."""

    def __init__(self) -> None:
        """Make a mapper; the transcoder that the library asks for is never used."""
        super().__init__(transcoder=JSONTranscoder())

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Return the event as the log keeps it."""
        event: CaseEvent = domain_event
        return RecordedEvent(
            originator_id=event.originator_id,
            originator_version=event.originator_version,
            topic=event.data.topic,
            state=encode(event.data),
            schema_version=event.data.schema_version,
            occurred_on=event.occurred_on.isoformat(),
            recorded_at=instant_text(event.recorded_at),
            actor=event.actor,
            acting_as=event.acting_as,
            organisation=event.organisation,
            correlation_id=event.correlation_id,
            causation_id=event.causation_id,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """Return the event in today's form. Raises UnknownEvent, msgspec.ValidationError."""
        if not isinstance(stored_event, RecordedEvent):
            raise TypeError("only events of this log can be read")
        stored = stored_event
        return event_of(
            str(stored.originator_id),
            stored.originator_version,
            stored.topic,
            stored.schema_version,
            stored.occurred_on,
            stored.recorded_at,
            stored.actor,
            stored.acting_as,
            stored.organisation,
            stored.correlation_id,
            stored.causation_id,
            stored.state,
        )


def columns_of(event: CaseEvent) -> tuple[Column, ...]:
    """Return the columns of an event, in the order of `TOLD`. Raises TextRefused for what cannot be stored."""
    data: Payload = event.data
    envelope = (
        event.occurred_on.isoformat(),
        instant_text(event.recorded_at),
        event.actor,
        event.acting_as,
        event.organisation,
        event.correlation_id,
        event.causation_id,
    )
    return storable(
        event.originator_id, event.originator_version, data.topic, data.schema_version, envelope, encode(data)
    )


def event_of(
    case_id: str,
    version: int,
    topic: str,
    schema_version: int,
    occurred_on: str,
    recorded_at: str,
    actor: str,
    acting_as: str,
    organisation: str,
    correlation_id: str,
    causation_id: str | None,
    payload: str | bytes,
) -> CaseEvent:
    """Return the event that these columns tell, in today's form. Raises UnknownEvent, msgspec.ValidationError."""
    return CaseEvent(
        originator_id=case_id,
        originator_version=version,
        occurred_on=day_of(occurred_on),
        recorded_at=read_instant(recorded_at),
        actor=actor,
        acting_as=acting_as,
        organisation=organisation,
        correlation_id=correlation_id,
        causation_id=causation_id,
        data=decode(topic, schema_version, payload),
    )
