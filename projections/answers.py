"""A statistic's whole answer: the figures asked for, and what makes them fair to read.

The one way to ask for a statistic, whoever asks: the API, the command line and the exports show what is answered here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from projections.comparison import Funnel, funnels
from projections.figures import Group
from projections.maturity import Mature, mature
from projections.reports import Statistic
from projections.statistics import Covered, Filters, GroupBy


@dataclass(frozen=True, slots=True)
class Answer:
    """A statistic under some filters: its groups, the organisations covered, and what stands beside them.

    `funnels` compare the organisations, where these are the groups; `mature` are the figures of the cells that are
    old enough.
    """

    statistic: Statistic
    filters: Filters
    groups: list[Group]
    covered: Covered
    funnels: list[Funnel]
    mature: Mature | None


def answer(connection: Connection, statistic: Statistic, filters: Filters) -> Answer:
    """Return a statistic under these filters. Raises PeriodBackwards, NotOffered, NoneMature."""
    figures = statistic.read(connection, filters)
    return Answer(
        statistic,
        filters,
        figures.groups,
        figures.covered,
        _compared(connection, statistic, filters, figures.groups),
        mature(connection, statistic, filters),
    )


def _compared(
    connection: Connection, statistic: Statistic, filters: Filters, groups: Sequence[Group]
) -> list[Funnel]:
    if filters.group_by is not GroupBy.ORGANISATION or not statistic.comparable:
        return []
    (overall,) = statistic.report(connection, replace(filters, group_by=None))
    return funnels(statistic.comparable, overall, groups)
