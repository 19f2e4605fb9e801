"""What a statistic is: where it is read from, how it is reported, what its figures mean, and how it may be asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from domain.errors import FilRougeError
from projections.figures import Comparable, Group, Shape
from projections.read_model import ReadModel
from projections.statistics import Covered, Definition, Filters, GroupBy, covered
from workflows.labels import Language


class PeriodBackwards(FilRougeError):
    """The first day of the period is after its last: the figures would all be zero, and look like figures."""

    def __str__(self) -> str:
        """Say so."""
        return "the period begins after its end"


class NoneMature(FilRougeError):
    """Nobody who consented in the period has had the time asked for: the figures would all be zero."""

    def __str__(self) -> str:
        """Say so."""
        return "nobody who consented in the period has had that long"


class NotOffered(FilRougeError):
    """A statistic is asked for in a way that it does not offer: the parameter is at fault."""

    def __init__(self, parameter: str, offered: tuple[str, ...] = ()) -> None:
        """Name the parameter, and what it may be; nothing when the statistic does not know it."""
        super().__init__(parameter, offered)
        self.parameter, self.offered = parameter, offered


@dataclass(frozen=True, slots=True)
class Figures:
    """What came back: the figures of each group, and the organisations they cover."""

    groups: list[Group]
    covered: Covered


@dataclass(frozen=True, slots=True, kw_only=True)
class MatureCohort:
    """What a statistic that may be asked for a mature cohort then counts, and how it is then defined.

    `closed` names its total of what is closed, by the day of which it is dated otherwise.
    """

    closed: str
    keys: tuple[str, ...]
    definitions: Mapping[str, Definition]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """One statistic: its name in addresses and commands, its title and what it tells, and where it comes from.

    `report` answers the groups, in the columns of `shape`, from the tables of `models` (and of the organisations)
    alone. `keys` are what the keys of their tallies that it counts begin with (none: all), to tell which
    organisations it covers. `groupings` are those it may be broken down by: by week only if its models' tallies are
    kept by week, or by day. `comparable` are the columns that may be compared between organisations. `weekly` names the total
    that flows, of which an average a week means something. `cohort` says that `report` heeds `Filters.cohort`.
    `published` are those of the published table [001, III].
    """

    name: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    models: tuple[ReadModel, ...]
    report: Callable[[Connection, Filters], list[Group]]
    definitions: Mapping[str, Definition]
    shape: Shape
    keys: tuple[str, ...] = ()
    groupings: tuple[GroupBy, ...] = (GroupBy.MONTH, GroupBy.ORGANISATION, GroupBy.WAVE)
    comparable: tuple[Comparable, ...] = ()
    weekly: str | None = None
    cohort: MatureCohort | None = None
    published: bool = False

    def read(self, connection: Connection, filters: Filters) -> Figures:
        """Return the figures under these filters. Raises PeriodBackwards, NotOffered, NoneMature."""
        if filters.since and filters.until and filters.since > filters.until:
            raise PeriodBackwards
        if filters.group_by not in (None, *self.groupings):
            raise NotOffered("group_by", tuple(by.value for by in self.groupings))
        keys = self.keys
        if filters.cohort is not None:
            if self.cohort is None:
                raise NotOffered("maturity")
            if filters.since and filters.since > filters.cohort.consented_by:
                raise NoneMature
            keys = self.cohort.keys
        return Figures(self.report(connection, filters), covered(connection, self.models, filters, keys))

    def definition(self, filters: Filters, language: Language) -> Definition:
        """Return what the figures under these filters are."""
        if filters.cohort is not None and self.cohort is not None:
            return self.cohort.definitions[language]
        return self.definitions[language]
