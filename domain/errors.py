"""What a use case refuses, each saying what was wrong and what would be accepted. Nothing here is personal."""

from collections.abc import Sequence
from dataclasses import dataclass

from workflows.reasons import Reason
from workflows.triggers import Trigger


class FilRougeError(Exception):
    """The base of every error this service designs."""


@dataclass
class Refused(FilRougeError):
    """The state machine says no: the guard's reason, and what is allowed instead."""

    trigger: Trigger
    reason: Reason
    allowed: Sequence[Trigger] = ()

    def __str__(self) -> str:
        """Return the reason in English."""
        return f"{self.trigger}: {self.reason.text('en')}"


@dataclass
class CaseNotFound(FilRougeError):
    """No case of this id (or none that the asker may know of)."""

    case_id: str

    def __str__(self) -> str:
        """Name the case."""
        return f"no case {self.case_id}"


@dataclass
class StaleVersion(FilRougeError):
    """The case changed since the asker read it, or is being changed by somebody else right now."""

    case_id: str
    expected: int
    actual: int

    def __str__(self) -> str:
        """Name both versions."""
        return f"case {self.case_id} is at version {self.actual}, not {self.expected}"


@dataclass
class IdempotencyKeyReused(FilRougeError):
    """The same Idempotency-Key came with another request."""

    key: str

    def __str__(self) -> str:
        """Say what a key is for."""
        return "this Idempotency-Key was used for another request; a new request takes a new key"


@dataclass
class UnknownEvent(FilRougeError):
    """A stored event's topic, or its schema version, is beyond what this code knows: it must not be guessed at."""

    topic: str
    schema_version: int
    known: int | None

    def __str__(self) -> str:
        """Name the topic, the version found and the newest known."""
        if self.known is None:
            return f"unknown event topic {self.topic!r}: this code is older than the database, or the event is not ours"
        return f"event {self.topic!r} has schema version {self.schema_version}; this code knows up to {self.known}"
