"""The statistics, each with its definition, its filters and what it covers: a route for each that is declared."""

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response

from api import documentation as doc
from api.caller import Allowed, Caller
from api.parameters import Once
from api.paths import API
from api.problems import Kind
from api.reading.statistics import QUERIES, StatisticsQuery, statistic_seen
from api.views.base import answer
from api.views.statistics import StatisticView
from domain.access import Permission
from projections.reports import STATISTICS
from projections.statistic import Statistic

router: Final = APIRouter(prefix=f"{API}/statistics", tags=["statistics"])

MaySee = Annotated[Caller, Depends(Allowed(Permission.SEE_STATISTICS))]


def _reader(statistic: Statistic) -> Callable[..., Response]:
    """Return the endpoint of a statistic."""

    def read(caller: MaySee, query: StatisticsQuery, _: Once) -> Response:
        return answer(statistic_seen(caller, statistic, query))

    read.__annotations__["query"] = Annotated[QUERIES[statistic.name], Query()]
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
