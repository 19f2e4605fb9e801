"""What changed in a statistic between two past days, and why: for whoever sees events as well as figures."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request, Response

from adapters.past_difference import Difference, Explaining
from api.pages import paths
from api.pages.filters import asked
from api.pages.rendering import page
from api.pages.routes.statistics import MaySee, Named
from api.pages.statistics.change import changes, counted
from api.problems import Kind, ProblemError
from api.reading.difference import SHOWN, DifferenceQuery, difference_seen
from api.refusals import problem_of
from domain.access import Permission, may
from domain.as_of import Basis
from domain.event_words import event_label
from projections.statistic import PeriodBackwards

router: Final = APIRouter(include_in_schema=False)

_MONTH: Final = timedelta(days=30)


@router.get(paths.changes("{name}"))
def changes_page(request: Request, visitor: MaySee, statistic: Named) -> Response:
    """Show the form; of two days that are asked for, the figures that differ and the events that explain them."""
    if not may(visitor.principal, Permission.SEE_HISTORY):
        raise ProblemError(Kind.FORBIDDEN)
    language, status = visitor.language, 200
    query: DifferenceQuery | None = None
    found: Difference | None = None
    events: list[Explaining] = []
    errors: dict[str, str] = {}
    if request.query_params:
        try:
            query = asked(DifferenceQuery, request)
            found, events = difference_seen(visitor.caller, statistic, query)
        except (ProblemError, PeriodBackwards) as error:
            problem = problem_of(error, language)
            if problem.kind is not Kind.INVALID:
                raise
            status = problem.kind.status
            visitor.visit.problem = problem.kind.code
            errors = {one.get("parameter", ""): one["detail"] for one in problem.members["errors"]}
    month_ago = visitor.today - _MONTH
    usual = {"before": month_ago.isoformat(), "after": visitor.today.isoformat()}
    typed = usual | {name: value.strip() for name, value in request.query_params.items() if value.strip()}
    return page(
        visitor,
        "statistic_changes.html",
        status,
        statistic=statistic,
        typed=typed,
        errors=errors,
        bases=list(Basis),
        pasts=query.pasts if query and found else None,
        rows=changes(statistic, found, language) if found else [],
        found=found,
        counts=counted(found.events, language) if found else [],
        events=[(one, event_label(one.event.data.topic, language)) for one in events],
        shown=SHOWN,
    )
