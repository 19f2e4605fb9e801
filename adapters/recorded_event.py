"""An event as it stands in the log: the library's stored event, and the columns that say who, when, where and why.

The added columns have empty defaults, so that the library's own bare events
are taken too. Days and instants are the very text that is stored and hashed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from eventsourcing.persistence import Notification, StoredEvent

from adapters.stored_text import json_text, refuse_unstorable

COLUMNS: Final = (
    "position",
    "case_id",
    "version",
    "topic",
    "schema_version",
    "occurred_on",
    "recorded_at",
    "actor",
    "acting_as",
    "organisation",
    "correlation_id",
    "causation_id",
    "payload",
    "hash",
)
"""The columns of `events`, in the order in which they are stored, read and hashed."""

Column = str | int | None

Envelope = tuple[str, str, str, str, str, str, str | None]
"""The columns from `occurred_on` to `causation_id`."""


@dataclass(frozen=True)
class RecordedEvent(StoredEvent):
    """A stored event with its envelope. `position` and `hash` are the store's to give: 0 and "" before."""

    schema_version: int = 1
    occurred_on: str = ""
    recorded_at: str = ""
    actor: str = ""
    acting_as: str = ""
    organisation: str = ""
    correlation_id: str = ""
    causation_id: str | None = None
    position: int = field(default=0, compare=False)
    hash: str = field(default="", compare=False)

    @classmethod
    def of(cls, row: Sequence[Any]) -> Self:
        """Build one from a row of `events`, with its columns in the order of `COLUMNS`."""
        event = object.__new__(cls)
        # A frozen dataclass's constructor makes one call for each field: this takes a quarter of
        # its time, and a case is made of dozens of events.
        fields = event.__dict__
        (
            fields["position"],
            fields["originator_id"],
            fields["originator_version"],
            fields["topic"],
            fields["schema_version"],
            fields["occurred_on"],
            fields["recorded_at"],
            fields["actor"],
            fields["acting_as"],
            fields["organisation"],
            fields["correlation_id"],
            fields["causation_id"],
            payload,
            fields["hash"],
        ) = row
        fields["state"] = payload.encode()
        return event


@dataclass(frozen=True)
class RecordedNotification(RecordedEvent, Notification):
    """A recorded event met while following the log; its `id` is its position."""

    @classmethod
    def of(cls, row: Sequence[Any]) -> Self:
        """Build one from a row of `events`, with its columns in the order of `COLUMNS`."""
        notification = super().of(row)
        notification.__dict__["id"] = row[0]
        return notification


def draft(event: StoredEvent) -> tuple[Column, ...]:
    """Return what is stored of an event, between its position and its hash.

    Raises `TextRefused` when a text in it cannot be kept the same way by both databases.
    """
    if isinstance(event, RecordedEvent):
        envelope = (
            event.occurred_on,
            event.recorded_at,
            event.actor,
            event.acting_as,
            event.organisation,
            event.correlation_id,
            event.causation_id,
        )
        schema_version = event.schema_version
    else:
        envelope = ("", "", "", "", "", "", None)
        schema_version = 1
    return storable(
        str(event.originator_id), event.originator_version, event.topic, schema_version, envelope, event.state
    )


def storable(
    case_id: str, version: int, topic: str, schema_version: int, envelope: Envelope, state: bytes
) -> tuple[Column, ...]:
    """Return the columns of an event between its position and its hash, whose texts both databases keep alike.

    Raises `TextRefused`.
    """
    payload = json_text("payload", state)
    together = "".join((case_id, topic, *envelope[:-1], envelope[-1] or ""))
    if not together.isascii() or "\x00" in together:  # nearly never: one look instead of nine
        names = ("case_id", "topic", *COLUMNS[5:12])
        refuse_unstorable(dict(zip(names, (case_id, topic, *envelope), strict=True)))
    return (case_id, version, topic, schema_version, *envelope, payload)
