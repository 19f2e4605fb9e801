"""Figures once more, over the cells that are old enough for their average to mean something.

A young cell has closed only the cases that went fast, and pulls an average down: the published 90 days are over the 44
organisations deployed a year before, not over the 71 of the other figures [001, notes 7 and 14]. Beside the figures of
all organisations asked for, those of the mature ones are shown whenever that is a smaller number.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection

from projections.figures import Group
from projections.organisations import all_organisations
from projections.period import Unit
from projections.statistic import Statistic
from projections.statistics import Filters, GroupBy

MATURE_AFTER: Final = timedelta(days=270)
"""How long a cell must have been deployed: nine months, three times the published average †."""


class Mature(Struct, frozen=True):
    """The figures of the organisations deployed by a day; `others`, of those that are not (they are not to be shown:
    only to be hidden together with the former).
    """

    deployed_by: date
    organisations: list[str]
    group: Group
    others: Group


def mature(connection: Connection, statistic: Statistic, filters: Filters) -> Mature | None:
    """Return the figures over the mature ones among the organisations asked for; None when all or none are.

    None too for a statistic that is not of a closed cohort, grouped, or asked for a mature cohort of cases.
    """
    if statistic.cohort is None or filters.group_by is not None or filters.cohort is not None:
        return None
    end = filters.until or _end_of_last_month(connection, statistic, statistic.cohort.closed, filters)
    if end is None:
        return None
    deployed_by = date.fromordinal(max(1, end.toordinal() - MATURE_AFTER.days))
    asked = [
        row
        for row in all_organisations(connection)
        if (not filters.organisations or row.code in filters.organisations)
        and (not filters.waves or row.wave in filters.waves)
    ]
    old = [row.code for row in asked if row.deployed_on <= deployed_by]
    young = [row.code for row in asked if row.deployed_on > deployed_by]
    if not old or not young:
        return None
    groups = (_of(connection, statistic, filters, codes) for codes in (old, young))
    return Mature(deployed_by, old, *groups)


def _of(connection: Connection, statistic: Statistic, filters: Filters, codes: Sequence[str]) -> Group:
    (group,) = statistic.report(connection, replace(filters, organisations=tuple(codes), waves=()))
    return group


def _end_of_last_month(
    connection: Connection, statistic: Statistic, closed: str, filters: Filters
) -> date | None:
    """Return the last day of the last month in which anything was closed."""
    by_month = statistic.report(connection, replace(filters, group_by=GroupBy.MONTH))
    months = [group.group for group in by_month if group.totals[closed]]
    return Unit.MONTH.last_day(date.fromisoformat(f"{max(months)}-01")) if months else None
