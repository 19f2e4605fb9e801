"""How long a file is kept: months of the calendar, counted from the last contact."""

from __future__ import annotations

from datetime import date

import pytest

from workflows.retention import Retention


@pytest.mark.parametrize(
    ("since", "archived", "erased"),
    [
        (date(2024, 3, 15), date(2026, 3, 15), date(2029, 3, 15)),
        (date(2024, 2, 29), date(2026, 2, 28), date(2029, 2, 28)),
        (date(2023, 12, 31), date(2025, 12, 31), date(2028, 12, 31)),
    ],
)
def test_two_years_then_three_more(since: date, archived: date, erased: date) -> None:
    rules = Retention()
    assert rules.archived_on(since) == archived
    assert rules.erased_on(since) == erased


def test_months_end_where_they_end() -> None:
    rules = Retention(active_months=6, archive_months=7)
    assert rules.archived_on(date(2025, 8, 31)) == date(2026, 2, 28)
    assert rules.erased_on(date(2025, 8, 31)) == date(2026, 9, 30)


def test_nothing_younger_is_looked_at() -> None:
    """Whatever was touched later than this day is not over yet."""
    rules = Retention()
    today = date(2026, 2, 28)
    latest = rules.last_touched_by(today)
    assert rules.archived_on(latest) <= today
    assert all(rules.archived_on(date(2024, 3, day)) > today for day in (1, 2, 31))
    assert latest >= date(2024, 2, 28)
