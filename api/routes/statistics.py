"""The statistics, each with its definition, its filters and what it covers: a route for each that is declared."""

from collections.abc import Callable, Collection
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field, create_model

from adapters.figure_source import FigureSource
from api import documentation as doc
from api.caller import Allowed, Caller
from api.field_errors import in_parameter
from api.parameters import Once
from api.past import AsOfQuery, as_of_asked
from api.paths import API
from api.problems import Kind, ProblemError
from api.refusals import invalid
from api.views.base import answer as show
from api.views.statistics import StatisticView, statistic_view
from domain.access import Permission
from domain.command import Day
from domain.vocabulary import Wave
from projections.answers import answer
from projections.organisations import all_organisations
from projections.reports import STATISTICS
from projections.statistic import Statistic
from projections.statistics import MAX_MATURITY, Cohort, Filters, GroupBy
from workflows.roles import Role

router: Final = APIRouter(prefix=f"{API}/statistics", tags=["statistics"])

MaySee = Annotated[Caller, Depends(Allowed(Permission.SEE_STATISTICS))]


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


def _query(statistic: Statistic) -> type[StatisticsQuery]:
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


def _reader(statistic: Statistic) -> Callable[..., Response]:
    """Return the endpoint of a statistic."""

    def read(caller: MaySee, query: StatisticsQuery, _: Once) -> Response:
        with caller.service.figures.open(statistic.models, as_of_asked(query, caller)) as source:
            names = {row.code: row.name for row in all_organisations(source.connection)}
            filters = _filters(caller, query, names, source)
            found = answer(source.connection, statistic, filters, _hidden_below(caller))
        return show(statistic_view(found, source, names, caller.language))

    read.__annotations__["query"] = Annotated[_query(statistic), Query()]
    return read


for _statistic in STATISTICS.values():
    router.get(
        f"/{_statistic.name}",
        operation_id=f"read_{_statistic.name.replace('-', '_')}",
        summary=_statistic.title["en"],
        description=_statistic.about["en"],
        response_model=StatisticView,
        responses=doc.responses(Kind.OUT_OF_REACH, Kind.INVALID, example=_statistic.name),
    )(_reader(_statistic))


def _hidden_below(caller: Caller) -> int | None:
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
