"""The statistics by name: what each is read from, how it is reported, and what its figures mean.

The API and the command line both ask here, so that neither knows a statistic, nor refuses a filter, that the other does
not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from domain.errors import FilRougeError
from projections import detection_sources, durations, outcomes
from projections.read_model import ReadModel
from projections.statistics import Covered, Definition, Filters, covered


class PeriodBackwards(FilRougeError):
    """The first day of the period is after its last: the figures would all be zero, and look like figures."""

    def __str__(self) -> str:
        """Say so."""
        return "the period begins after its end"


@dataclass(frozen=True, slots=True)
class Figures:
    """What came back: the figures of each group, and the organisations they cover."""

    groups: list[Any]
    covered: Covered


@dataclass(frozen=True, slots=True)
class Statistic:
    """One statistic: its name in addresses and commands, and where it comes from."""

    name: str
    model: ReadModel
    report: Callable[[Connection, Filters], list[Any]]
    definitions: Mapping[str, Definition]

    def read(self, connection: Connection, filters: Filters) -> Figures:
        """Return the figures under these filters. Raises PeriodBackwards."""
        if filters.since and filters.until and filters.since > filters.until:
            raise PeriodBackwards
        return Figures(self.report(connection, filters), covered(connection, self.model, filters))


STATISTICS: Final[Mapping[str, Statistic]] = {
    statistic.name: statistic
    for statistic in (
        Statistic("durations", durations.DURATIONS, durations.report, durations.DEFINITIONS),
        Statistic(
            "detection-sources",
            detection_sources.DETECTION_SOURCES,
            detection_sources.report,
            detection_sources.DEFINITIONS,
        ),
        Statistic("outcomes", outcomes.OUTCOMES, outcomes.report, outcomes.DEFINITIONS),
    )
}
"""Every statistic, in the order the documents give them."""
