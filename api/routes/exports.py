"""Exports: asked for, followed, fetched, deleted. Whoever asked for one sees it, and nobody else knows of it."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict

from adapters.exports.wanted import Format
from api import documentation as doc
from api.bodies import JsonBody, understood
from api.caller import AllowedToExport, Caller
from api.paging import Cursor, Limit, link_to_next, read_cursor
from api.parameters import Once
from api.paths import API
from api.problems import Kind
from api.reading.exports import (
    SOON,
    ExportId,
    ask_for,
    export_of,
    export_view,
    exports_of,
    file_of,
    forget,
    is_unfinished,
)
from api.views.base import answer
from api.views.exports import ExportAsked, ExportsView, ExportView
from domain.use_cases import new_case_id

router: Final = APIRouter(prefix=API, tags=["exports"])

MayExport = Annotated[Caller, Depends(AllowedToExport())]

_EXPORT: Final = "{export_id}"


class ExportsQuery(BaseModel):
    """Which page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Limit = 50
    after: Cursor = None


@router.post(
    "/exports",
    operation_id="ask_for_export",
    summary="Ask for an export",
    status_code=202,
    response_model=ExportView,
    response_description="The export that will be made.",
    responses=doc.responses(
        Kind.MALFORMED_JSON,
        Kind.OUT_OF_REACH,
        Kind.UNSUPPORTED_MEDIA_TYPE,
        Kind.INVALID,
        Kind.TOO_MANY_EXPORTS,
        status=202,
        example="export-asked",
        headers=doc.LOCATION,
    ),
    openapi_extra={
        "requestBody": doc.body(
            {"$ref": f"{doc.SCHEMAS}ExportAsked"},
            statistic="export-requests/statistic",
            table="export-requests/table",
            events="export-requests/events",
        )
    },
)
def ask_for_export(request: Request, caller: MayExport, body: JsonBody) -> Response:
    """Take in an export, fixed at the last event of the log, and have it made. Its address tells how far it is.

    A statistic always has its small counts hidden. Rows and the event log are of single cases, under pseudonyms: they
    are personal data still, and open to fewer roles.
    """
    job = ask_for(caller, understood(ExportAsked, body, caller.language), new_case_id())
    request.app.state.workshop.tell()
    return answer(export_view(caller, job), {"Location": f"{API}/exports/{job.export_id}", **SOON}, 202)


@router.get(
    "/exports",
    operation_id="list_exports",
    summary="One's own exports",
    response_model=ExportsView,
    responses=doc.responses(Kind.INVALID, example="exports", headers=doc.LINK),
)
def list_exports(
    request: Request, caller: MayExport, query: Annotated[ExportsQuery, Query()], _: Once
) -> Response:
    """Return the exports that the asker asked for and that are still kept, the latest first."""
    after = read_cursor(query.after, caller.language)
    found, more = exports_of(caller, after[1] if after else None, query.limit)
    last = (found[-1].asked_at.date(), found[-1].export_id) if more else None
    return answer(
        ExportsView(exports=[export_view(caller, job) for job in found]), link_to_next(request, last)
    )


@router.get(
    f"/exports/{_EXPORT}",
    operation_id="read_export",
    summary="How far an export is",
    response_model=ExportView,
    responses=doc.responses(Kind.NOT_FOUND, example="export"),
)
def read_export(export_id: ExportId, caller: MayExport) -> Response:
    """Return an export of the asker's: its state, its progress, and its manifest once it is made."""
    job = export_of(caller, export_id)
    return answer(export_view(caller, job), SOON if is_unfinished(job) else None)


_CSV_EXAMPLE: Final = "group,group_label,line,line_label,figure,figure_label,kind,value,hidden\r\n"
_EMPTY_OCEL: Final[dict[str, Any]] = {"eventTypes": [], "objectTypes": [], "events": [], "objects": []}


def _contents() -> doc.Responses:
    """Describe the file, in each of its formats."""
    binary = {"schema": {"type": "string", "format": "binary"}, "examples": {"file": {"value": "…"}}}
    content: dict[str, Any] = {one.media_type: binary for one in Format}
    content[Format.CSV.media_type] = {
        "schema": {"type": "string"},
        "examples": {"header": {"value": _CSV_EXAMPLE}},
    }
    content[Format.OCEL.media_type] = {
        "schema": {"type": "object"},
        "examples": {"empty": {"value": _EMPTY_OCEL}},
    }
    digest = {"description": "The file's SHA-256 (RFC 9530).", "schema": {"type": "string"}}
    return {200: {"description": "The file.", "content": content, "headers": {"Repr-Digest": digest}}}


@router.get(
    f"/exports/{_EXPORT}/content",
    operation_id="read_export_content",
    summary="The file",
    response_class=StreamingResponse,
    responses=_contents()
    | {k: v for k, v in doc.responses(Kind.NOT_FOUND, Kind.EXPORT_NOT_READY).items() if k != 200},
)
def read_export_content(export_id: ExportId, caller: MayExport) -> Response:
    """Return the file of an export of the asker's, once it is made."""
    return file_of(caller, export_of(caller, export_id))


@router.delete(
    f"/exports/{_EXPORT}",
    operation_id="delete_export",
    summary="Forget an export",
    status_code=204,
    responses=doc.problems(*doc.EVERYWHERE, Kind.NOT_FOUND),
)
def delete_export(export_id: ExportId, caller: MayExport) -> Response:
    """Remove an export of the asker's with its file, or give up making it."""
    forget(caller, export_of(caller, export_id))
    return Response(status_code=204)
