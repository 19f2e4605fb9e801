"""One statistic as the command line has it: what was asked, and what came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from adapters.figure_source import FigureSource
from api.cli.options import as_of_asked
from domain.as_of import AsOf
from domain.days import day_of
from domain.use_cases import system_clock
from projections.answers import Answer, answer
from projections.organisations import all_organisations
from projections.statistic import Statistic
from projections.statistics import Cohort, Filters, GroupBy
from workflows.labels import Language


@dataclass(frozen=True)
class Asked:
    """What is asked: which cases, and how the figures are shown."""

    organisations: tuple[str, ...] = ()
    waves: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    by: GroupBy | None = None
    maturity: int | None = None
    weekly_from: date | None = None
    line: str | None = None
    column: str | None = None
    as_of: AsOf | None = None
    publishable: bool = False

    @classmethod
    def of(
        cls,
        *,
        organisation: Sequence[str] | None = None,
        wave: Sequence[str] | None = None,
        by: str | None = None,
        as_of: date | None = None,
        basis: str | None = None,
        **more: Any,
    ) -> Self:
        """Return what options ask. Raises BadParameter for a past day that is none."""
        return cls(
            tuple(organisation or ()),
            tuple(wave or ()),
            by=GroupBy(by) if by else None,
            as_of=as_of_asked(as_of, basis),
            **more,
        )

    def filters(self, today: date) -> Filters:
        """Return which cases are counted."""
        cohort = Cohort.of(self.maturity, self.until, today) if self.maturity else None
        return Filters(self.organisations, self.waves, self.since, self.until, self.by, cohort)


@dataclass(frozen=True)
class Told:
    """One statistic, and all that must be shown beside it."""

    asked: Asked
    answer: Answer
    source: FigureSource
    names: Mapping[str, str]

    def as_json(self, language: Language) -> dict[str, Any]:
        """Return it as the JSON that `--json` prints: the API's own."""
        from api.views.statistics import statistic_view

        view = statistic_view(self.answer, self.source, self.names, language)
        return view.model_dump(mode="json", by_alias=True)


def told(source: FigureSource, statistic: Statistic, asked: Asked, hidden_below: int | None) -> Told:
    """Ask for a statistic. Raises what `answer` raises."""
    filters = asked.filters(source.today(day_of(system_clock())))
    found = answer(source.connection, statistic, filters, hidden_below)
    return Told(asked, found, source, {row.code: row.name for row in all_organisations(source.connection)})
