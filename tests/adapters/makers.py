"""Events and stores made up for the tests of the adapters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from adapters.database import engine
from adapters.event_store import EventRecorder
from adapters.recorded_event import RecordedEvent


def event(case_id: str, version: int, payload: bytes = b'{"source":"reception"}') -> RecordedEvent:
    """An event with a full envelope."""
    return RecordedEvent(
        originator_id=case_id,
        originator_version=version,
        topic="case.detected" if version == 1 else "case.contact_logged",
        state=payload,
        schema_version=1,
        occurred_on="2018-03-31",
        recorded_at=f"2018-03-31T12:00:00.{version:06d}Z",
        actor="c-17",
        acting_as="counsellor",
        organisation="gard",
        correlation_id=f"request-{case_id}-{version}",
        causation_id=None if version == 1 else f"{case_id}/{version - 1}",
    )


@contextmanager
def opened(database_url: str, *, lock_timeout_seconds: float = 5.0) -> Iterator[Engine]:
    """An engine whose connections are closed when the block ends."""
    made = engine(database_url, lock_timeout_seconds=lock_timeout_seconds)
    try:
        yield made
    finally:
        made.dispose()


@contextmanager
def store(database_url: str) -> Iterator[EventRecorder]:
    """An event store on a migrated database."""
    with opened(database_url) as made:
        yield EventRecorder(made)
