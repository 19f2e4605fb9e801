"""Statistics as the API and `--json` show them: a figure never without its definition, its filters, what it covers.

One shape for every statistic: its columns are declared beside the figures, never guessed from them.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Self

import msgspec
from pydantic import Field

from adapters.figure_source import FigureSource
from api.views.base import Coded, View
from api.views.past import AsOfView
from domain.vocabulary import Wave
from projections.answers import Answer
from projections.comparison import Funnel, Position, Verdict
from projections.figures import Group, Kind, Shape
from projections.maturity import Mature
from projections.statistics import Filters, GroupBy
from workflows.labels import Language

Names = Mapping[str, str]
"""The name of each organisation."""


class DefinitionView(View):
    """What a figure is."""

    unit: str
    numerator: str
    denominator: str
    date_basis: str
    period: str = Field(description="Which days count; those asked for are in the filters.")
    missing: str = Field(description="What the figures leave out, and where that is counted.")
    source: str


class FiltersView(View):
    """What was counted: the filters as they were applied, those of the asker's organisation included."""

    organisations: list[str] = Field(description="None named: all of them.")
    waves: list[str]
    since: date | None = Field(alias="from", description="The first day, included.")
    until: date | None = Field(alias="to", description="The last day, included.")
    group_by: str | None
    maturity: int | None = Field(description="Only those who consented so many days before the end, or more.")
    consented_by: date | None = Field(description="The last day of consent that this lets in.")

    @classmethod
    def of(cls, filters: Filters) -> Self:
        """Show filters."""
        return cls(
            organisations=list(filters.organisations),
            waves=list(filters.waves),
            **{"from": filters.since, "to": filters.until},
            group_by=filters.group_by.value if filters.group_by else None,
            maturity=filters.cohort.maturity if filters.cohort else None,
            consented_by=filters.cohort.consented_by if filters.cohort else None,
        )


class CoveredView(View):
    """Which organisations the figures cover."""

    organisations_asked: int = Field(description="How many the filters let through.")
    organisations_with_cases: int = Field(description="How many of them have anything counted here.")


class ColumnView(View):
    """One column of figures."""

    code: str
    label: str
    kind: Kind = Field(
        description="count (whole units), share (percent), days, cents (of euro) or rate (a week, or for each case)"
    )
    of: str = Field(description="`totals` or `lines`: which of them hold it.")


Figures = dict[str, int | float | None]
"""By column; null where there is no figure (a mean of nothing), and where it is withheld."""

Hidden = Field(description="The columns whose figure is withheld, lest it tell of somebody.")


class LineView(View):
    """One line of a group."""

    code: str
    label: str
    values: Figures
    hidden: list[str] = Hidden


class GroupView(View):
    """One group; without grouping there is one, whose code is empty."""

    group: str = Field(
        description="The group's code: a week YYYY-Www, a month YYYY-MM, an organisation, a wave."
    )
    label: str
    totals: Figures
    hidden: list[str] = Hidden
    lines: list[LineView]


class LimitsView(View):
    """Between which figures chance alone leaves 95 %, and 99.8 %, of organisations with as many cases."""

    lower_95: float
    upper_95: float
    lower_998: float
    upper_998: float


class PositionView(View):
    """Where one organisation lies. Without enough cases it has no limits; withheld, nothing at all."""

    group: str
    label: str
    n: int | None
    value: float | None
    limits: LimitsView | None
    verdict: Coded | None


class FunnelView(View):
    """One column (of one line) compared between organisations of unequal size, around the overall figure."""

    column: str
    line: str | None
    overall: float | None
    organisations: list[PositionView]


class MatureView(View):
    """The same figures over the organisations that are old enough for an average to mean something."""

    deployed_by: date = Field(description="They were deployed on this day at the latest.")
    organisations: list[str]
    groups: list[GroupView]


class StatisticView(View):
    """A statistic: its figures, and all that must be said beside them."""

    statistic: str
    title: str
    as_of: AsOfView | None
    stale: list[str] = Field(
        description="The read models it is read from that are behind, or of other rules."
    )
    parked: int = Field(
        description="How many cases, of all organisations, count here as they were before an event that could not be "
        "taken: it waits for a fix."
    )
    definition: DefinitionView
    filters: FiltersView
    covered: CoveredView
    columns: list[ColumnView]
    groups: list[GroupView]
    overall: GroupView | None = Field(description="All groups together, where there are several.")
    hidden_below: int | None = Field(
        description="The least count, besides 0, that is shown; smaller ones are withheld, and what would give them back."
    )
    comparison: list[FunnelView] = Field(
        description="Where organisations are the groups: which of them lie outside what chance explains."
    )
    mature: MatureView | None = Field(
        description="Where young organisations would bias the figures: those of the others."
    )


def statistic_view(answer: Answer, source: FigureSource, names: Names, language: Language) -> StatisticView:
    """Show a statistic, in a language."""
    statistic, filters = answer.statistic, answer.filters
    show = _Shown(statistic.shape, filters.group_by, names, language)
    return StatisticView(
        statistic=statistic.name,
        title=statistic.title[language],
        as_of=AsOfView.of(source.as_of, language),
        stale=list(source.stale),
        parked=source.parked,
        definition=DefinitionView(**msgspec.to_builtins(statistic.definition(filters, language))),
        filters=FiltersView.of(filters),
        covered=CoveredView(**msgspec.to_builtins(answer.covered)),
        columns=show.columns(),
        groups=show.groups(answer.groups),
        overall=show.overall(answer.overall),
        hidden_below=answer.hidden_below,
        comparison=[show.funnel(funnel) for funnel in answer.funnels],
        mature=show.mature(answer.mature),
    )


class _Shown:
    """The parts of an answer, labelled."""

    def __init__(self, shape: Shape, by: GroupBy | None, names: Names, language: Language) -> None:
        self._shape, self._by, self._names, self._language = shape, by, names, language

    def columns(self) -> list[ColumnView]:
        """Show the columns, those of the totals first."""
        return [
            ColumnView(code=column.code, label=column.label(self._language), kind=column.kind, of=of)
            for of, columns in (("totals", self._shape.totals), ("lines", self._shape.own))
            for column in columns
        ]

    def groups(self, groups: Iterable[Group]) -> list[GroupView]:
        """Show groups, their lines included."""
        return [
            GroupView(
                group=group.group,
                label=self._label(group.group),
                totals=group.totals,
                hidden=sorted(group.hidden),
                lines=[
                    LineView(
                        code=line.code,
                        label=self._line(line.code),
                        values=line.values,
                        hidden=sorted(line.hidden),
                    )
                    for line in group.lines
                ],
            )
            for group in groups
        ]

    def overall(self, group: Group | None) -> GroupView | None:
        """Show all groups together."""
        return self.groups([group])[0] if group is not None else None

    def funnel(self, funnel: Funnel) -> FunnelView:
        """Show a comparison."""
        return FunnelView(
            column=funnel.column,
            line=funnel.line,
            overall=funnel.overall,
            organisations=[self._position(position) for position in funnel.positions],
        )

    def mature(self, found: Mature | None) -> MatureView | None:
        """Show the figures of the mature organisations, if they are others than those of all."""
        if found is None:
            return None
        return MatureView(
            deployed_by=found.deployed_by,
            organisations=found.organisations,
            groups=self.groups([found.group]),
        )

    def _position(self, position: Position) -> PositionView:
        limits, verdict = position.limits, position.verdict
        return PositionView(
            group=position.group,
            label=self._label(position.group),
            n=position.n,
            value=position.value,
            limits=LimitsView(**msgspec.to_builtins(limits)) if limits else None,
            verdict=Coded.of(Verdict, verdict.value, self._language) if verdict else None,
        )

    def _line(self, code: str) -> str:
        lines = self._shape.lines
        return lines.label_of(code, self._language) if lines else code

    def _label(self, group: str) -> str:
        return group_label(group, self._by, self._names, self._language)


def group_label(group: str, by: GroupBy | None, names: Names, language: Language) -> str:
    """Return the label of a group: weeks and months are their own."""
    if by is GroupBy.ORGANISATION:
        return names.get(group, group)
    return Coded.of(Wave, group, language).label if by is GroupBy.WAVE else group
