"""Exports: asked for, followed, fetched, deleted. Whoever asked for one sees it, and nobody else knows of it."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict

from adapters.database import reading, writing
from adapters.exports import jobs, parquet_file
from adapters.exports.jobs import Job, State
from adapters.exports.log import head_of
from adapters.exports.manifest import Order
from adapters.exports.parquet_file import ParquetMissing
from adapters.exports.pseudonyms import Pseudonyms
from adapters.exports.wanted import Format, NotExportable, Subject, Wanted
from api import documentation as doc
from api.bodies import JsonBody, understood
from api.caller import AllowedToExport, Caller
from api.field_errors import FieldError, at_pointer
from api.paging import Cursor, Limit, link_to_next, read_cursor
from api.parameters import Once
from api.paths import API
from api.problems import Kind, ProblemError
from api.refusals import invalid
from api.views.base import answer
from api.views.exports import ExportAsked, ExportsView, ExportView
from domain.access import Permission, reach
from domain.as_of import AsOf, Basis
from domain.use_cases import new_case_id
from projections.organisations import all_organisations
from projections.statistic import NoneMature, PeriodBackwards
from projections.statistics import Cohort, Filters

router: Final = APIRouter(prefix=API, tags=["exports"])

MayExport = Annotated[Caller, Depends(AllowedToExport())]

_PERMISSION: Final = {
    Subject.STATISTIC: Permission.EXPORT_STATISTICS,
    Subject.EVENTS: Permission.EXPORT_EVENTS,
    Subject.TABLE: Permission.EXPORT_ROWS,
}
_EXPORT: Final = "{export_id}"
_CHUNK: Final = 256 * 1024
_SOON: Final = {"Retry-After": "2"}


def _export_id(
    export_id: Annotated[
        str,
        Path(
            description="The export's id.",
            json_schema_extra={"format": "uuid"},
            examples=["01610e5a-4c00-7000-8000-000000000001"],
        ),
    ],
) -> str:
    """Return the id as it is stored. Raises ProblemError for what cannot be one."""
    try:
        return str(UUID(export_id))
    except ValueError:
        raise ProblemError(Kind.NOT_FOUND) from None


ExportId = Annotated[str, Depends(_export_id)]


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
    asked = understood(ExportAsked, body, caller.language)
    within = reach(caller.principal, _PERMISSION[asked.subject])
    if within is None:
        raise ProblemError(Kind.FORBIDDEN)
    order = _order(caller, asked, within.organisation)
    service = caller.service
    with writing(service.engine) as connection:
        if jobs.waiting(connection, caller.principal.actor) >= jobs.MOST_WAITING:
            raise ProblemError(Kind.TOO_MANY_EXPORTS, headers=_SOON)
        job = jobs.add(connection, new_case_id(), order, service.clock())
    request.app.state.workshop.tell()
    return answer(_view(caller, job), {"Location": f"{API}/exports/{job.export_id}", **_SOON}, 202)


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
    with reading(caller.service.engine) as connection:
        found = jobs.listed(connection, caller.principal.actor, after[1] if after else None, query.limit + 1)
    page = found[: query.limit]
    last = (page[-1].asked_at.date(), page[-1].export_id) if len(found) > query.limit else None
    return answer(ExportsView(exports=[_view(caller, job) for job in page]), link_to_next(request, last))


@router.get(
    f"/exports/{_EXPORT}",
    operation_id="read_export",
    summary="How far an export is",
    response_model=ExportView,
    responses=doc.responses(Kind.NOT_FOUND, example="export"),
)
def read_export(export_id: ExportId, caller: MayExport) -> Response:
    """Return an export of the asker's: its state, its progress, and its manifest once it is made."""
    job = _job(caller, export_id)
    unfinished = job.state in (State.WAITING, State.RUNNING)
    return answer(_view(caller, job), _SOON if unfinished else None)


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
    job = _job(caller, export_id)
    if job.manifest is None:
        on_its_way = job.state is not State.FAILED
        raise ProblemError(Kind.EXPORT_NOT_READY, headers=_SOON if on_its_way else None)
    try:
        file = (jobs.folder(caller.service.settings.home) / job.file).open("rb")
    except FileNotFoundError:  # removed meanwhile
        raise ProblemError(Kind.NOT_FOUND) from None
    name = f"{job.order.name or job.order.subject.value}-{job.order.position}{job.order.format.ending}"
    return StreamingResponse(
        _chunks(file),
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(job.manifest.size),
            "Repr-Digest": f"sha-256=:{_base64(job.manifest.sha256)}:",
        },
        media_type=job.order.format.media_type,
    )


@router.delete(
    f"/exports/{_EXPORT}",
    operation_id="delete_export",
    summary="Forget an export",
    status_code=204,
    responses=doc.problems(*doc.EVERYWHERE, Kind.NOT_FOUND),
)
def delete_export(export_id: ExportId, caller: MayExport) -> Response:
    """Remove an export of the asker's with its file, or give up making it."""
    job = _job(caller, export_id)
    with writing(caller.service.engine) as connection:
        jobs.remove(connection, caller.principal.actor, export_id)
    jobs.discard_leftovers(jobs.folder(caller.service.settings.home), job)
    return Response(status_code=204)


def _order(caller: Caller, asked: ExportAsked, own: str | None) -> Order:
    """Fix what is asked for, inside the caller's reach. Raises ProblemError: OUT_OF_REACH, INVALID."""
    if own is not None and any(code != own for code in asked.organisation):
        raise ProblemError(Kind.OUT_OF_REACH)
    service = caller.service
    with reading(service.engine) as connection:
        known = {row.code for row in all_organisations(connection)}
    wrong: list[FieldError] = []
    if not known.issuperset(asked.organisation):
        wrong.append(at_pointer("#/organisation", "unknown_value", caller.language, sorted(known)))
    as_of = _as_of(caller, asked, wrong)
    if wrong:
        raise invalid(wrong)
    today = as_of.on if as_of else caller.today
    filters = Filters(
        (own,) if own is not None else tuple(asked.organisation),
        tuple(wave.value for wave in asked.wave),
        asked.since,
        asked.until,
        asked.group_by,
        Cohort.of(asked.maturity, asked.until, today) if asked.maturity else None,
    )
    wanted = Wanted(asked.subject, asked.format, asked.name, filters, as_of, caller.language)
    try:
        if asked.format is Format.PARQUET:
            parquet_file.require()
        return Order.of(
            wanted,
            head_of(service.engine),
            author=caller.principal.actor,
            at=service.clock(),
            threshold=service.settings.small_count_threshold,
            deadlines=service.settings.deadlines,
            pseudonyms=Pseudonyms(service.keys.pseudonym),
        )
    except NotExportable as refused:
        raise invalid([_not_for_this(refused, caller)]) from None
    except PeriodBackwards:
        raise invalid([at_pointer("#/from", "period_backwards", caller.language)]) from None
    except NoneMature:
        raise invalid([at_pointer("#/maturity", "none_mature", caller.language)]) from None
    except ParquetMissing:
        accepted = [one.value for one in Format if one is not Format.PARQUET]
        raise invalid([at_pointer("#/format", "format_not_installed", caller.language, accepted)]) from None


def _as_of(caller: Caller, asked: ExportAsked, wrong: list[FieldError]) -> AsOf | None:
    if asked.as_of is None:
        if asked.basis is not None:
            wrong.append(at_pointer("#/basis", "without_as_of", caller.language))
        return None
    if asked.as_of > caller.today:
        accepted = [f"≤ {caller.today.isoformat()}"]
        wrong.append(at_pointer("#/as_of", "day_to_come", caller.language, accepted))
    return AsOf(asked.as_of, asked.basis or Basis.HAPPENED)


def _not_for_this(refused: NotExportable, caller: Caller) -> FieldError:
    code = "unknown_value" if refused.accepted else "not_for_this"
    return at_pointer(f"#/{refused.field}", code, caller.language, refused.accepted or None)


def _job(caller: Caller, export_id: str) -> Job:
    """Return an export of the caller's. Raises ProblemError: NOT_FOUND, also for somebody else's."""
    with reading(caller.service.engine) as connection:
        job = jobs.find(connection, caller.principal.actor, export_id)
    if job is None:
        raise ProblemError(Kind.NOT_FOUND)
    return job


def _view(caller: Caller, job: Job) -> ExportView:
    return ExportView.of(job, caller.service.settings.export_days, caller.language)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _base64(digest: str) -> str:
    return b64encode(bytes.fromhex(digest)).decode()
