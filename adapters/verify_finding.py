"""What a walk through the log can find, in a form that names one event."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Kind(enum.Enum):
    """What was done to the log."""

    ALTERED = "altered"
    REMOVED = "removed"
    INSERTED = "inserted"
    MOVED = "moved"
    VERSION_GAP = "version_gap"
    REWRITTEN = "rewritten"
    HEAD = "head"


Words = tuple[str, str]
"""What shows it, in French and in English."""


@dataclass(frozen=True)
class Finding:
    """The first event that is not as it was recorded.

    `case_id` and `version` are None when nothing in the database tells them any
    more: the event is gone.
    """

    kind: Kind
    position: int
    case_id: str | None
    version: int | None
    detail: Words
