"""Instants as they are stored: UTC, microseconds, one spelling, so that text order is time order."""

import re
from datetime import UTC, datetime
from typing import Final

_STORED: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


def instant_text(instant: datetime) -> str:
    """Return `2018-03-31T12:00:00.000000Z`; raises ValueError for an instant without a time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read_instant(text: str) -> datetime:
    """Return the instant that `instant_text` wrote; raises ValueError for any other spelling."""
    if _STORED.fullmatch(text) is None:
        raise ValueError("not an instant as it is stored")
    return datetime.fromisoformat(text)
