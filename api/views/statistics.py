"""Statistics as the API shows them: a figure never without its definition, its filters and what it covers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

import msgspec
from pydantic import Field

from api.views.base import Coded, View
from domain.vocabulary import Outcome, Source, Wave
from projections.durations import Measure
from projections.reports import Figures, Statistic
from projections.statistics import Filters
from workflows.labels import LabelledEnum, Language


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

    @classmethod
    def of(cls, filters: Filters) -> Self:
        """Show filters."""
        return cls(
            organisations=list(filters.organisations),
            waves=list(filters.waves),
            **{"from": filters.since, "to": filters.until},
            group_by=filters.group_by.value if filters.group_by else None,
        )


class CoveredView(View):
    """Which organisations the figures cover."""

    organisations_asked: int = Field(description="How many the filters let through.")
    organisations_with_cases: int = Field(description="How many of them have anything counted here.")


class StatisticView(View):
    """What every statistic says beside its figures."""

    definition: DefinitionView
    filters: FiltersView
    covered: CoveredView
    labels: dict[str, str] = Field(description="The label of each code in the groups.")


class GroupView(View):
    """One group; without grouping there is one, whose code is empty."""

    group: str = Field(description="The group's code: a month YYYY-MM, an organisation, a wave.")
    label: str


class DurationFigures(View):
    """One measure, in calendar days. Without any episode the figures are null, not zero."""

    n: int
    missing: int = Field(description="Closed episodes that do not have this measure.")
    mean: float | None
    median: float | None
    p10: float | None
    p90: float | None
    within_90: int
    share_within_90: float | None = Field(description="In percent.")


class DurationGroupView(GroupView):
    """The durations of one group."""

    closed: int = Field(description="Episodes closed in the period, after a consent.")
    closed_without_consent: int = Field(
        description="Episodes closed in the period before any consent: nothing to measure, counted apart."
    )
    open: int = Field(description="Episodes still open, counted apart.")
    measures: dict[str, DurationFigures]


class DurationsView(StatisticView):
    """Durations of accompaniment."""

    groups: list[DurationGroupView]


class SourceFigures(View):
    """One source."""

    cases: int
    share: float | None = Field(description="In percent of the group.")


class SourceGroupView(GroupView):
    """The referrals of one group, by source."""

    total: int
    sources: dict[str, SourceFigures]


class SourcesView(StatisticView):
    """Where referrals come from."""

    groups: list[SourceGroupView]


class OutcomeFigures(View):
    """One outcome; a case may have several, so shares may add up to more than 100."""

    cases: int
    share_of_closed: float | None = Field(description="In percent of the closed cases.")
    share_of_opened: float | None = Field(description="In percent of all cases opened.")
    share_of_parent: float | None = Field(
        description="For a kind of right: in percent of the cases with a right opened."
    )


class OutcomeGroupView(GroupView):
    """The outcomes of one group."""

    opened: int
    closed: int
    outcomes: dict[str, OutcomeFigures]


class OutcomesView(StatisticView):
    """What came of the cases."""

    groups: list[OutcomeGroupView]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a statistic is shown: as what, each group as what, and which codes its groups hold."""

    view: type[StatisticView]
    group: type[GroupView]
    codes: type[LabelledEnum]


SHAPES: Final[Mapping[str, Shape]] = {
    "durations": Shape(DurationsView, DurationGroupView, Measure),
    "detection-sources": Shape(SourcesView, SourceGroupView, Source),
    "outcomes": Shape(OutcomesView, OutcomeGroupView, Outcome),
}
"""One for every statistic of `projections.reports`."""

Names = Mapping[str, str]
"""The name of each organisation."""


def statistic_view(
    statistic: Statistic, figures: Figures, filters: Filters, names: Names, language: Language
) -> StatisticView:
    """Show a statistic: its figures, and all that must be said beside them."""
    shape = SHAPES[statistic.name]
    groups = [
        shape.group(label=_group_label(group.group, names, language), **msgspec.to_builtins(group))
        for group in figures.groups
    ]
    shown: dict[str, Any] = {
        "definition": DefinitionView(**msgspec.to_builtins(statistic.definitions[language])),
        "filters": FiltersView.of(filters),
        "covered": CoveredView(**msgspec.to_builtins(figures.covered)),
        "labels": {member.value: member.label(language) for member in shape.codes},
        "groups": groups,
    }
    return shape.view(**shown)


def _group_label(group: str, names: Names, language: Language) -> str:
    if group in names:
        return names[group]
    return Coded.of(Wave, group, language).label  # a month is its own label
