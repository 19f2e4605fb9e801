"""The statistics as somebody may see them: which are asked for and how, whose cases they count, what is withheld."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import Field, create_model

from adapters.database import reading
from adapters.figure_source import FigureSource
from api.caller import Caller
from api.field_errors import in_parameter
from api.past import AsOfQuery, as_of_asked
from api.problems import Kind, ProblemError
from api.refusals import invalid
from api.views.statistics import StatisticView, statistic_view
from domain.command import Day
from domain.vocabulary import Wave
from projections.answers import Answer, answer
from projections.organisations import all_organisations
from projections.reports import STATISTICS
from projections.statistic import Statistic
from projections.statistics import MAX_MATURITY, Cohort, Filters, GroupBy
from workflows.roles import Role


class StatisticsQuery(AsOfQuery):
    """Which cases are counted, how they are grouped, and as of when."""

    organisation: list[str] = Field(
        default=[], max_length=200, description="An organisation's code; may be repeated. None: all of them."
    )
    wave: list[Wave] = Field(
        default=[], max_length=len(Wave), description="A deployment wave; may be repeated."
    )
    since: Day | None = Field(default=None, alias="from", description="The first day, included.")
    until: Day | None = Field(default=None, alias="to", description="The last day, included.")


def _query_of(statistic: Statistic) -> type[StatisticsQuery]:
    """Return the parameters of a statistic: those of all, its own groupings, and its cohort if it knows one."""
    offered: Any = Literal[tuple(by.value for by in statistic.groupings)]
    more: dict[str, Any] = {
        "group_by": (offered | None, Field(default=None, description="Break the figures down."))
    }
    if statistic.cohort is not None:
        about = (
            "Count by the day of consent, and leave out those who consented less than so many days before the end "
            "(`to`, at the latest today): too young to have closed, they would bias the closed ones."
        )
        more["maturity"] = (int | None, Field(default=None, ge=1, le=MAX_MATURITY, description=about))
    name = "".join(part.title() for part in statistic.name.split("-"))
    return create_model(f"{name}Query", __base__=StatisticsQuery, **more)


QUERIES: Final = {name: _query_of(statistic) for name, statistic in STATISTICS.items()}
"""The parameters of each statistic."""


@dataclass(frozen=True, slots=True)
class Found:
    """A statistic that was read: its answer, where it was read, and the names of the organisations."""

    answer: Answer
    source: FigureSource
    names: Mapping[str, str]


def statistic_seen(caller: Caller, statistic: Statistic, query: StatisticsQuery) -> StatisticView:
    """Return a statistic inside the caller's reach, small counts withheld from whoever is outside the cell.

    Raises ProblemError: OUT_OF_REACH for another organisation than one's own, INVALID; PeriodBackwards, NoneMature.
    """
    with statistic_read(caller, statistic, query, hidden_below(caller)) as found:
        return statistic_view(found.answer, found.source, found.names, caller.language)


@contextmanager
def statistic_read(
    caller: Caller, statistic: Statistic, query: StatisticsQuery, below: int | None
) -> Iterator[Found]:
    """Read a statistic for the block, counts under `below` withheld. Raises as `statistic_seen` does."""
    with caller.service.figures.open(statistic.models, as_of_asked(query, caller)) as source:
        names = {row.code: row.name for row in all_organisations(source.connection)}
        filters = _filters(caller, query, names, source)
        yield Found(answer(source.connection, statistic, filters, below), source, names)


def statistics_seen(caller: Caller, statistics: Sequence[Statistic]) -> list[StatisticView]:
    """Return several statistics as they stand, ungrouped and of all days, read at one instant."""
    models = tuple({model.name: model for statistic in statistics for model in statistic.models}.values())
    own = caller.reach.organisation
    filters = Filters((own,) if own is not None else ())
    with caller.service.figures.open(models) as source:
        names = {row.code: row.name for row in all_organisations(source.connection)}
        below = hidden_below(caller)
        answers = [answer(source.connection, statistic, filters, below) for statistic in statistics]
        return [statistic_view(found, source, names, caller.language) for found in answers]


def organisations_seen(caller: Caller) -> dict[str, str]:
    """Return the name of every registered organisation, by its code."""
    with reading(caller.service.engine) as connection:
        return {row.code: row.name for row in all_organisations(connection)}


def hidden_below(caller: Caller) -> int | None:
    """Analysts are outside the cell: what they see has left it. Others follow the cases they count."""
    threshold = caller.service.settings.small_count_threshold
    return threshold if caller.principal.role is Role.ANALYST else None


def _filters(caller: Caller, query: StatisticsQuery, names: Collection[str], source: FigureSource) -> Filters:
    """Return the filters inside the caller's reach.

    Raises ProblemError: OUT_OF_REACH for another organisation than one's own, INVALID for one that does not exist.
    """
    own = caller.reach.organisation
    if own is not None and any(code != own for code in query.organisation):
        raise ProblemError(Kind.OUT_OF_REACH)
    if any(code not in names for code in query.organisation):
        raise invalid(
            [in_parameter("query", "organisation", "unknown_value", caller.language, sorted(names))]
        )
    asked = query.model_dump()
    by, maturity = asked["group_by"], asked.get("maturity")
    return Filters(
        (own,) if own is not None else tuple(query.organisation),
        tuple(wave.value for wave in query.wave),
        query.since,
        query.until,
        GroupBy(by) if by else None,
        Cohort.of(maturity, query.until, source.today(caller.today)) if maturity else None,
    )
