"""Civil days are those of Paris, wherever the machine stands: figures of two time zones would not add up."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

PARIS: Final = ZoneInfo("Europe/Paris")


def day_of(instant: datetime) -> date:
    """Return the calendar day that an instant falls on."""
    return instant.astimezone(PARIS).date()


def end_of(day: date) -> datetime:
    """Return the first instant (UTC) after a day: the midnight that ends it."""
    return datetime.combine(day + timedelta(days=1), time(), PARIS).astimezone(UTC)


def days_between(start: date | None, end: date | None) -> int | None:
    """Return how many days after `start` the day `end` is; none where either is missing.

    An end entered with a day before the start's is no duration, and not one of nought days: it is missing too.
    """
    return None if start is None or end is None or end < start else (end - start).days
