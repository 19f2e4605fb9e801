"""The figures: all statistics at a glance, then each with its chart, its tables, what they are, and its file."""

import io
from hashlib import sha256
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from adapters.exports import csv_file
from adapters.exports.figures import sheet_of
from adapters.exports.wanted import Format, Subject
from api.pages import charts, paths
from api.pages.charts.pictures import PICTURES
from api.pages.charts.reading import grouping
from api.pages.filters import asked
from api.pages.rendering import page
from api.pages.statistics.form import COMPARISON, Form, form_of
from api.pages.statistics.limits import comparison_of
from api.pages.statistics.main import card_of
from api.pages.statistics.tables import mature_tables_of, tables_of
from api.pages.visitor import Signed, Visitor
from api.problems import Kind, ProblemError
from api.reading.statistics import QUERIES, StatisticsQuery, statistic_read, statistic_seen, statistics_seen
from api.refusals import problem_of
from api.views.statistics import StatisticView
from domain.access import Permission, may
from domain.as_of import AsOf, Basis
from projections.comparison import MINIMUM
from projections.reports import STATISTICS
from projections.statistic import NoneMature, PeriodBackwards, Statistic

router: Final = APIRouter(include_in_schema=False)

MaySee = Annotated[Visitor, Depends(Signed(Permission.SEE_STATISTICS))]
MayTake = Annotated[Visitor, Depends(Signed(Permission.EXPORT_STATISTICS))]

_NAME: Final = "{name}"


def _named(name: str) -> Statistic:
    """Return the statistic of an address. Raises ProblemError: NOT_FOUND."""
    if name not in STATISTICS:
        raise ProblemError(Kind.NOT_FOUND)
    return STATISTICS[name]


Named = Annotated[Statistic, Depends(_named)]


@router.get(paths.STATISTICS)
def overview_page(visitor: MaySee) -> Response:
    """Show the main figures of every statistic, of all days."""
    views = statistics_seen(visitor.caller, list(STATISTICS.values()))
    return page(
        visitor,
        "statistics.html",
        cards=[card_of(view, visitor.language) for view in views],
        hidden_below=views[0].hidden_below,
        stale=any(view.stale for view in views),
        parked=max(view.parked for view in views),
    )


@router.get(paths.statistic(_NAME))
def statistic_page(request: Request, visitor: MaySee, statistic: Named) -> Response:
    """Show a statistic under the filters of the address; what is wrong with them is said beside the field."""
    try:
        view = statistic_seen(visitor.caller, statistic, _query(request, statistic))
    except (ProblemError, PeriodBackwards, NoneMature) as error:
        problem = problem_of(error, visitor.language)
        if problem.kind is not Kind.INVALID:
            raise
        visitor.visit.problem = problem.kind.code
        form = form_of(request, visitor, statistic, problem)
        return _page(visitor, statistic, form, None, None, status=problem.kind.status)
    form = form_of(request, visitor, statistic)
    return _page(visitor, statistic, form, view, request.query_params.get(COMPARISON))


def _page(
    visitor: Visitor,
    statistic: Statistic,
    form: Form,
    view: StatisticView | None,
    comparison: str | None,
    status: int = 200,
) -> Response:
    name, language = statistic.name, visitor.language
    drawn = view is not None and grouping(view) in PICTURES[name]
    query = form.query(COMPARISON)
    takes_out = may(visitor.principal, Permission.EXPORT_STATISTICS)
    return page(
        visitor,
        "statistic.html",
        status,
        statistic=statistic,
        form=form,
        view=view,
        as_of=AsOf(view.as_of.on, Basis(view.as_of.basis.code)) if view and view.as_of else None,
        here=paths.statistic(name),
        of_today=paths.statistic(name) + form.query("as_of", "basis"),
        chart_src=paths.chart(name) + query if drawn else None,
        chart_text=charts.alternative(view, language) if view and drawn else "",
        tables=tables_of(view, language) if view else [],
        mature_tables=mature_tables_of(view, language) if view else [],
        comparison=comparison_of(view, comparison, language) if view else None,
        least_compared=MINIMUM,
        file_href=paths.figures_file(name) + query if takes_out else None,
        export_href=paths.new_export(Subject.STATISTIC, name) + query.replace("?", "&", 1)
        if takes_out
        else None,
        changes_href=paths.changes(name) if may(visitor.principal, Permission.SEE_HISTORY) else None,
        least_in_files=visitor.service.settings.small_count_threshold,
    )


@router.get(paths.chart(_NAME))
def statistic_chart(request: Request, visitor: MaySee, statistic: Named) -> Response:
    """Return the chart, drawn from the figures of the page beside; 404 for what is not drawn.

    It may be kept, but is asked for anew each time: it never tells other figures than its table does.
    """
    view = statistic_seen(visitor.caller, statistic, _query(request, statistic))
    drawn = charts.chart(view, visitor.language)
    if drawn is None:
        raise ProblemError(Kind.NOT_FOUND)
    headers = {
        "Cache-Control": "private, no-cache",
        "ETag": f'"{sha256(drawn).hexdigest()[:32]}"',
        "Vary": "Cookie",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    return Response(drawn, 200, headers, media_type=charts.MEDIA_TYPE)


@router.get(paths.figures_file(_NAME))
def statistic_file(request: Request, visitor: MayTake, statistic: Named) -> Response:
    """Return the figures of the page as a file: its small counts are hidden, whoever asks, as in every export."""
    query = _query(request, statistic)
    below = visitor.service.settings.small_count_threshold
    with statistic_read(visitor.caller, statistic, query, below) as found:
        file = io.StringIO(newline="")
        csv_file.write_to(file, sheet_of(found.answer, found.names, visitor.language))
    of_day = f"-{query.as_of.isoformat()}" if query.as_of else ""
    named = f'attachment; filename="{statistic.name}{of_day}{Format.CSV.ending}"'
    return Response(file.getvalue(), headers={"Content-Disposition": named}, media_type=Format.CSV.media_type)


def _query(request: Request, statistic: Statistic) -> StatisticsQuery:
    """Return what the address asks for; without a day, the basis is only how the form stands.

    Raises ProblemError: INVALID.
    """
    beside = (COMPARISON,) if request.query_params.get("as_of", "").strip() else (COMPARISON, "basis")
    return asked(QUERIES[statistic.name], request, beside)
