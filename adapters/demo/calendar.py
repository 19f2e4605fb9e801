"""Working days: cells work from Monday to Friday. Public holidays are left out of account."""

from calendar import monthrange
from datetime import date, timedelta

_SATURDAY = 5


def is_working(day: date) -> bool:
    """Tell whether a day is from Monday to Friday."""
    return day.weekday() < _SATURDAY


def on_or_after(day: date) -> date:
    """Return the first working day from `day` on."""
    return day if is_working(day) else day + timedelta(days=7 - day.weekday())


def on_or_before(day: date) -> date:
    """Return the last working day up to `day`."""
    return day if is_working(day) else day - timedelta(days=day.weekday() - _SATURDAY + 1)


def after(day: date, days: int) -> date:
    """Return the working day at least `days` calendar days after `day`."""
    return on_or_after(day + timedelta(days=days))


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
