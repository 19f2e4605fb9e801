"""Between events and the log: typed payloads to stored JSON and back, through the allow-list of topics."""

from datetime import date
from functools import lru_cache
from typing import Any

from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from adapters.instants import instant_text, read_instant
from adapters.recorded_event import RecordedEvent
from domain.event import CaseEvent
from domain.upcasts import decode, encode

day_of = lru_cache(maxsize=8192)(date.fromisoformat)
"""A day from its stored text; a history names the same days over and over."""


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
        return CaseEvent(
            originator_id=str(stored.originator_id),
            originator_version=stored.originator_version,
            occurred_on=day_of(stored.occurred_on),
            recorded_at=read_instant(stored.recorded_at),
            actor=stored.actor,
            acting_as=stored.acting_as,
            organisation=stored.organisation,
            correlation_id=stored.correlation_id,
            causation_id=stored.causation_id,
            data=decode(stored.topic, stored.schema_version, stored.state),
        )
