"""Statistics: durations, detection sources, outcomes; each with its definition, its filters and what it covers."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from adapters.database import reading
from api import documentation as doc
from api.caller import Allowed, Caller
from api.field_errors import in_parameter
from api.paths import API
from api.problems import Kind, ProblemError
from api.refusals import invalid
from api.views.base import answer
from api.views.statistics import (
    DurationsView,
    OutcomesView,
    SourcesView,
    durations_view,
    outcomes_view,
    sources_view,
    statistic,
)
from domain.access import Permission
from domain.command import Day
from domain.vocabulary import Wave
from projections import detection_sources, durations, outcomes
from projections.organisations import all_organisations
from projections.read_model import ReadModel
from projections.statistics import Definition, Filters, GroupBy, covered

router: Final = APIRouter(prefix=f"{API}/statistics", tags=["statistics"])

MaySee = Annotated[Caller, Depends(Allowed(Permission.SEE_STATISTICS))]
Names = Mapping[str, str]


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


@router.get(
    "/durations",
    operation_id="read_durations",
    summary="Durations of accompaniment",
    response_model=DurationsView,
    responses=doc.responses(Kind.OUT_OF_REACH, Kind.INVALID, example="durations"),
)
def read_durations(caller: MaySee, query: Asked) -> Response:
    """Return how long closed episodes took, in calendar days; open ones are counted apart."""
    with reading(caller.service.engine) as connection:
        filters, names = _filters(connection, caller, query)
        groups = durations.report(connection, filters)
        about = _about(connection, durations.DURATIONS, durations.DEFINITIONS, filters, caller)
    return answer(durations_view(groups, about, names, caller.language))


@router.get(
    "/detection-sources",
    operation_id="read_detection_sources",
    summary="Where referrals come from",
    response_model=SourcesView,
    responses=doc.responses(Kind.OUT_OF_REACH, Kind.INVALID, example="detection-sources"),
)
def read_detection_sources(caller: MaySee, query: Asked) -> Response:
    """Return the referrals received, by source."""
    with reading(caller.service.engine) as connection:
        filters, names = _filters(connection, caller, query)
        groups = detection_sources.report(connection, filters)
        model = detection_sources.DETECTION_SOURCES
        about = _about(connection, model, detection_sources.DEFINITIONS, filters, caller)
    return answer(sources_view(groups, about, names, caller.language))


@router.get(
    "/outcomes",
    operation_id="read_outcomes",
    summary="What came of the cases",
    response_model=OutcomesView,
    responses=doc.responses(Kind.OUT_OF_REACH, Kind.INVALID, example="outcomes"),
)
def read_outcomes(caller: MaySee, query: Asked) -> Response:
    """Return the outcomes of the closed cases, of which a case may have several."""
    with reading(caller.service.engine) as connection:
        filters, names = _filters(connection, caller, query)
        groups = outcomes.report(connection, filters)
        about = _about(connection, outcomes.OUTCOMES, outcomes.DEFINITIONS, filters, caller)
    return answer(outcomes_view(groups, about, names, caller.language))


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


def _about(
    connection: Connection,
    model: ReadModel,
    definitions: Mapping[str, Definition],
    filters: Filters,
    caller: Caller,
) -> dict[str, Any]:
    return statistic(definitions[caller.language], filters, covered(connection, model, filters))
