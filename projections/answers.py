"""A statistic's whole answer: the figures asked for, and what makes them fair to read and safe to show.

The one way to ask for a statistic, whoever asks: the API, the command line and the exports show what is answered here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
from sqlalchemy import Connection

from projections.comparison import Funnel, funnels
from projections.figures import Group
from projections.maturity import Mature, mature
from projections.organisations import waves
from projections.statistic import Statistic
from projections.statistics import Covered, Filters, GroupBy
from projections.suppression import hide_small


@dataclass(frozen=True, slots=True)
class Answer:
    """A statistic under some filters: its groups, the organisations covered, and what stands beside them.

    `overall` are the figures of all groups together, where there are several; `funnels` compare the organisations,
    where these are the groups; `mature` are the figures of the cells that are old enough. Counts under `hidden_below`
    are withheld everywhere (none: no count is), with whatever would give them back.
    """

    statistic: Statistic
    filters: Filters
    groups: list[Group]
    overall: Group | None
    covered: Covered
    funnels: list[Funnel]
    mature: Mature | None
    hidden_below: int | None


def answer(
    connection: Connection, statistic: Statistic, filters: Filters, hidden_below: int | None = None
) -> Answer:
    """Return a statistic under these filters. Raises PeriodBackwards, NotOffered, NoneMature."""
    figures = statistic.read(connection, filters)
    within = waves(connection) if filters.group_by is GroupBy.ORGANISATION else None
    hide = _Hiding(statistic, hidden_below)
    over_time = filters.group_by is not None and filters.group_by.unit is not None
    groups = hide.groups(figures.groups, within, over_time=over_time)
    overall = None
    if filters.group_by is not None:
        (overall,) = hide.groups(statistic.report(connection, replace(filters, group_by=None)))
    compared = overall is not None and filters.group_by is GroupBy.ORGANISATION
    return Answer(
        statistic,
        filters,
        groups,
        overall,
        figures.covered,
        funnels(statistic.comparable, overall, groups) if overall is not None and compared else [],
        hide.mature(mature(connection, statistic, filters)),
        hidden_below,
    )


@dataclass(frozen=True, slots=True)
class _Hiding:
    """What is withheld, if anything is to be."""

    statistic: Statistic
    below: int | None

    def groups(
        self, groups: Sequence[Group], within: dict[str, str] | None = None, *, over_time: bool = False
    ) -> list[Group]:
        """Withhold small counts of groups that are shown together."""
        if self.below is None:
            return list(groups)
        return hide_small(self.statistic.shape, groups, self.below, within=within, over_time=over_time)

    def mature(self, found: Mature | None) -> Mature | None:
        """Withhold small counts of the mature organisations, and of the others: all together are shown too."""
        if found is None:
            return None
        both = [
            msgspec.structs.replace(group, group=name)
            for name, group in (("mature", found.group), ("others", found.others))
        ]
        own, others = (msgspec.structs.replace(group, group=found.group.group) for group in self.groups(both))
        return msgspec.structs.replace(found, group=own, others=others)
