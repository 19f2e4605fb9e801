"""Durations once more, over the cells that are old enough for their average to mean something.

A young cell has closed only the cases that went fast, and pulls an average down: the published 90 days are over the 44
organisations deployed a year before, not over the 71 of the other figures [001, notes 7 and 14]. Beside the durations
of all organisations asked for, those of the mature ones are shown whenever that is a smaller number.
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection

from projections import durations
from projections.durations import DurationGroup
from projections.organisations import all_organisations
from projections.statistics import Filters, GroupBy

MATURE_AFTER: Final = timedelta(days=270)
"""How long a cell must have been deployed: nine months, three times the published average †."""


@dataclass(frozen=True)
class Mature:
    """The durations of the organisations deployed by a day."""

    deployed_by: date
    organisations: list[str]
    groups: list[DurationGroup]


def mature(connection: Connection, filters: Filters) -> Mature | None:
    """Return the durations over the mature ones among the organisations asked for; None when all or none are."""
    end = filters.until or _last_closing_month(connection, filters)
    if end is None or filters.group_by is not None:
        return None
    deployed_by = end - MATURE_AFTER
    asked = [
        row
        for row in all_organisations(connection)
        if (not filters.organisations or row.code in filters.organisations)
        and (not filters.waves or row.wave in filters.waves)
    ]
    old_enough = [row.code for row in asked if row.deployed_on <= deployed_by]
    if not 0 < len(old_enough) < len(asked):
        return None
    groups = durations.report(connection, replace(filters, organisations=tuple(old_enough), waves=()))
    return Mature(deployed_by, old_enough, groups)


def _last_closing_month(connection: Connection, filters: Filters) -> date | None:
    """Return the last day of the last month in which an episode was closed."""
    by_month = durations.report(connection, replace(filters, group_by=GroupBy.MONTH))
    months = [group.group for group in by_month if group.closed]
    if not months:
        return None
    year, month = map(int, max(months).split("-"))
    return date(year, month, monthrange(year, month)[1])
