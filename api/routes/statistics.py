"""Statistics: durations, detection sources, outcomes; each with its definition, its filters and what it covers."""

from collections.abc import Callable, Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from adapters.database import reading
from api import documentation as doc
from api.caller import Allowed, Caller
from api.field_errors import in_parameter
from api.parameters import Once
from api.paths import API
from api.problems import Kind, ProblemError
from api.refusals import invalid
from api.views.base import answer
from api.views.statistics import SHAPES, statistic_view
from domain.access import Permission
from domain.command import Day
from domain.vocabulary import Wave
from projections.organisations import all_organisations
from projections.reports import STATISTICS, Statistic
from projections.statistics import Filters, GroupBy

router: Final = APIRouter(prefix=f"{API}/statistics", tags=["statistics"])

MaySee = Annotated[Caller, Depends(Allowed(Permission.SEE_STATISTICS))]
Names = Mapping[str, str]

_ABOUT: Final[Mapping[str, tuple[str, str]]] = {
    "durations": (
        "Durations of accompaniment",
        "Return how long closed episodes took, in calendar days; open ones are counted apart.",
    ),
    "detection-sources": ("Where referrals come from", "Return the referrals received, by source."),
    "outcomes": (
        "What came of the cases",
        "Return the outcomes of the closed cases, of which a case may have several.",
    ),
}
"""The summary and the description of each route."""


class StatisticsQuery(BaseModel):
    """Which cases are counted, and how they are grouped."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    organisation: list[str] = Field(
        default=[], max_length=200, description="An organisation's code; may be repeated. None: all of them."
    )
    wave: list[Wave] = Field(
        default=[], max_length=len(Wave), description="A deployment wave; may be repeated."
    )
    since: Day | None = Field(default=None, alias="from", description="The first day, included.")
    until: Day | None = Field(default=None, alias="to", description="The last day, included.")
    group_by: GroupBy | None = Field(default=None, description="Break the figures down.")


Asked = Annotated[StatisticsQuery, Query()]


def _reader(statistic: Statistic) -> Callable[..., Response]:
    """Return the endpoint of a statistic."""

    def read(caller: MaySee, query: Asked, _: Once) -> Response:
        with reading(caller.service.engine) as connection:
            filters, names = _filters(connection, caller, query)
            figures = statistic.read(connection, filters)
        return answer(statistic_view(statistic, figures, filters, names, caller.language))

    return read


for _statistic in STATISTICS.values():
    _summary, _description = _ABOUT[_statistic.name]
    router.get(
        f"/{_statistic.name}",
        operation_id=f"read_{_statistic.name.replace('-', '_')}",
        summary=_summary,
        description=_description,
        response_model=SHAPES[_statistic.name].view,
        responses=doc.responses(Kind.OUT_OF_REACH, Kind.INVALID, example=_statistic.name),
    )(_reader(_statistic))


def _filters(connection: Connection, caller: Caller, query: StatisticsQuery) -> tuple[Filters, Names]:
    """Return the filters inside the caller's reach, and the organisations' names.

    Raises ProblemError: OUT_OF_REACH for another organisation than one's own, INVALID for one that does not exist.
    """
    names = {row.code: row.name for row in all_organisations(connection)}
    own = caller.reach.organisation
    if own is not None and any(code != own for code in query.organisation):
        raise ProblemError(Kind.OUT_OF_REACH)
    if any(code not in names for code in query.organisation):
        raise invalid(
            [in_parameter("query", "organisation", "unknown_value", caller.language, sorted(names))]
        )
    organisations = (own,) if own is not None else tuple(query.organisation)
    waves = tuple(wave.value for wave in query.wave)
    return Filters(organisations, waves, query.since, query.until, query.group_by), names
