"""Exports: asking for one, seeing how far it is, fetching the file and its manifest, deleting it."""

import json
from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.responses import RedirectResponse

from adapters.exports.wanted import Subject
from api.caller import EXPORTS
from api.pages import paths
from api.pages.exporting import form_of, subjects_of, title_of, understood_from
from api.pages.posting import ONCE, Pairs, Posted, PostedForm
from api.pages.rendering import page
from api.pages.visitor import Anybody, Visitor, known
from api.paging import Cursor, href_of_next, read_cursor
from api.problems import Kind, ProblemError
from api.reading.exports import (
    ExportId,
    ask_for,
    export_of,
    export_view,
    exports_of,
    file_of,
    forget,
    is_unfinished,
    name_of,
)
from api.views.base import Coded
from domain.access import may
from domain.use_cases import new_case_id
from domain.vocabulary import Wave
from projections.statistics import GroupBy

router: Final = APIRouter(include_in_schema=False)

_EXPORT: Final = "{export_id}"
_ON_A_PAGE: Final = 20
_REFRESHED_SECONDS: Final = 5
_REFRESHED_FOR: Final = timedelta(minutes=10)
"""How long after it was asked for. A page that read itself anew for ever would keep an idle session from ending."""


def _exporting(visitor: Visitor) -> Visitor:
    """Return the visitor, if their role may export anything. Raises SignInNeeded, ProblemError: FORBIDDEN."""
    permission = next((one for one in EXPORTS if may(known(visitor).principal, one)), None)
    if permission is None:
        raise ProblemError(Kind.FORBIDDEN)
    return visitor.within(permission)


def _may_export(visitor: Anybody) -> Visitor:
    return _exporting(visitor)


MayExport = Annotated[Visitor, Depends(_may_export)]


@router.get(paths.EXPORTS)
def exports_page(request: Request, visitor: MayExport, after: Annotated[Cursor, Query()] = None) -> Response:
    """Show one's own exports, the latest first."""
    place = read_cursor(after, visitor.language)
    found, more = exports_of(visitor.caller, place[1] if place else None, _ON_A_PAGE)
    last = (found[-1].asked_at.date(), found[-1].export_id) if more else None
    views = [export_view(visitor.caller, job) for job in found]
    return page(
        visitor,
        "exports.html",
        exports=[(title_of(view, visitor.language), view) for view in views],
        subjects=subjects_of(visitor.caller),
        next_href=href_of_next(request, last),
        days=visitor.service.settings.export_days,
    )


@router.get(paths.NEW_EXPORT)
def form_page(request: Request, visitor: MayExport) -> Response:
    """Show the form for one subject, filled in with what the address says: a statistic leads here with its filters."""
    pairs = request.query_params.multi_items()
    return _form_page(visitor, _subject(visitor, dict(pairs).get("subject")), pairs)


@router.post(paths.NEW_EXPORT)
def ask(request: Request, posted: PostedForm) -> Response:
    """Ask for an export, once however often the button is pressed."""
    visitor = _exporting(posted.visitor)
    subject = _subject(visitor, posted.get("subject"))
    try:
        wanted = understood_from(subject, posted.pairs, visitor.language)
        job = ask_for(visitor.caller, wanted, _once(posted))
    except ProblemError as problem:
        if problem.kind is not Kind.INVALID:
            raise
        return _form_page(visitor, subject, posted.pairs, problem)
    request.app.state.workshop.tell()
    return RedirectResponse(paths.export(job.export_id), 303)


@router.get(paths.export(_EXPORT))
def export_page(
    export_id: ExportId, visitor: MayExport, fixe: Annotated[str | None, Query(max_length=8)] = None
) -> Response:
    """Show an export: how far it is, looked at again by itself for a while; once made, its file and its manifest."""
    job = export_of(visitor.caller, export_id)
    under_way = is_unfinished(job)
    view = export_view(visitor.caller, job)
    lately = visitor.service.clock() - job.asked_at < _REFRESHED_FOR
    return page(
        visitor,
        "export.html",
        export=view,
        title=title_of(view, visitor.language),
        waves=Coded.each(Wave, view.what.filters.waves, visitor.language),
        group_by=Coded.maybe(GroupBy, view.what.filters.group_by, visitor.language),
        under_way=under_way,
        refreshed=_REFRESHED_SECONDS if under_way and lately and fixe is None else None,
        manifest=json.dumps(view.manifest, ensure_ascii=False, indent=2) if view.manifest else None,
    )


@router.get(paths.export_file(_EXPORT))
def export_file(export_id: ExportId, visitor: MayExport) -> Response:
    """Return the file. Raises ProblemError: NOT_FOUND, EXPORT_NOT_READY."""
    return file_of(visitor.caller, export_of(visitor.caller, export_id))


@router.get(paths.export_manifest(_EXPORT))
def export_manifest(export_id: ExportId, visitor: MayExport) -> Response:
    """Return the manifest as a file, from which the same bytes can be made again. Raises ProblemError."""
    job = export_of(visitor.caller, export_id)
    if job.manifest is None:
        raise ProblemError(Kind.EXPORT_NOT_READY)
    name = f"{name_of(job)}{job.order.format.ending}.manifest.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(job.manifest.encoded(), headers=headers, media_type="application/json")


@router.post(paths.export_deleted(_EXPORT))
def delete(export_id: ExportId, posted: PostedForm) -> Response:
    """Delete an export with its file, or give up making it. One that is not there, any more or to the visitor, is gone."""
    caller = _exporting(posted.visitor).caller
    try:
        forget(caller, export_of(caller, export_id))
    except ProblemError as problem:
        if problem.kind is not Kind.NOT_FOUND:
            raise
    return RedirectResponse(paths.EXPORTS, 303)


def _subject(visitor: Visitor, asked: str | None) -> Subject:
    """Return the subject that is asked for, or the first that the visitor may export. Raises ProblemError: FORBIDDEN."""
    offered = subjects_of(visitor.caller)
    named = next((subject for subject in Subject if subject.value == asked), None)
    if named is not None and named not in offered:
        raise ProblemError(Kind.FORBIDDEN)
    return named or offered[0]


def _once(posted: Posted) -> str:
    """Return the id of the export: drawn with the form, so that the form sent twice asks for one. Raises ProblemError."""
    try:
        return str(UUID(posted.get(ONCE) or ""))
    except ValueError:
        raise ProblemError(Kind.MALFORMED_REQUEST) from None


def _form_page(
    visitor: Visitor, subject: Subject, pairs: Pairs, problem: ProblemError | None = None
) -> Response:
    return page(
        visitor,
        "export_form.html",
        200 if problem is None else problem.kind.status,
        form=form_of(visitor.caller, subject, pairs, problem),
        subjects=subjects_of(visitor.caller),
        once=new_case_id(),
    )
