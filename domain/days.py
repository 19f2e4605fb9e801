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
