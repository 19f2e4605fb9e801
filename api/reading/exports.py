"""Exports: asked for, followed, fetched, forgotten. Whoever asked for one sees it, and nobody else knows of it."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Annotated, BinaryIO, Final
from uuid import UUID

from fastapi import Depends, Path
from fastapi.responses import StreamingResponse
from sqlalchemy.exc import IntegrityError

from adapters.database import reading, writing
from adapters.exports import jobs, parquet_file
from adapters.exports.jobs import Job, State
from adapters.exports.manifest import Order
from adapters.exports.parquet_file import ParquetMissing
from adapters.exports.pseudonyms import Pseudonyms
from adapters.exports.wanted import Format, NotExportable, Subject, Wanted
from adapters.log_head import head_of
from api.caller import Caller
from api.field_errors import FieldError, at_pointer
from api.problems import Kind, ProblemError
from api.recording import record
from api.refusals import invalid
from api.views.exports import ExportAsked, ExportView
from domain.access import Permission, Reach, reach
from domain.accesses import AccessKind
from domain.as_of import AsOf, Basis
from projections.organisations import all_organisations
from projections.statistic import NoneMature, PeriodBackwards
from projections.statistics import Cohort, Filters

PERMISSIONS: Final = {
    Subject.STATISTIC: Permission.EXPORT_STATISTICS,
    Subject.EVENTS: Permission.EXPORT_EVENTS,
    Subject.TABLE: Permission.EXPORT_ROWS,
}
"""What it takes to export each."""

SOON: Final = {"Retry-After": "2"}
_CHUNK: Final = 256 * 1024


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


def reach_to_export(caller: Caller, subject: Subject) -> Reach | None:
    """Return how far the caller may export this; None when not at all."""
    return reach(caller.principal, PERMISSIONS[subject])


def ask_for(caller: Caller, asked: ExportAsked, export_id: str) -> Job:
    """Take in an export under an id, fixed at the last event of the log; one that is taken in already is returned.

    Raises ProblemError: FORBIDDEN, OUT_OF_REACH, INVALID, TOO_MANY_EXPORTS.
    """
    within = reach_to_export(caller, asked.subject)
    if within is None:
        raise ProblemError(Kind.FORBIDDEN)
    order = _order(caller, asked, within.organisation)
    service, author = caller.service, caller.principal.actor
    try:
        with writing(service.engine) as connection:
            there = jobs.find(connection, author, export_id)
            if there is not None:
                return there
            if jobs.waiting(connection, author) >= jobs.MOST_WAITING:
                raise ProblemError(Kind.TOO_MANY_EXPORTS, headers=SOON)
            return jobs.add(connection, export_id, order, service.clock())
    except IntegrityError:  # asked for twice at the same instant
        return export_of(caller, export_id)


def exports_of(caller: Caller, after: str | None, limit: int) -> tuple[list[Job], bool]:
    """Return at most `limit` exports of the caller's after an id, the latest first, and whether there are others."""
    with reading(caller.service.engine) as connection:
        found = jobs.listed(connection, caller.principal.actor, after, limit + 1)
    return found[:limit], len(found) > limit


def export_of(caller: Caller, export_id: str) -> Job:
    """Return an export of the caller's. Raises ProblemError: NOT_FOUND, also for somebody else's."""
    with reading(caller.service.engine) as connection:
        job = jobs.find(connection, caller.principal.actor, export_id)
    if job is None:
        raise ProblemError(Kind.NOT_FOUND)
    return job


def export_view(caller: Caller, job: Job) -> ExportView:
    """Show an export."""
    return ExportView.of(job, caller.service.settings.export_days, caller.language)


def is_unfinished(job: Job) -> bool:
    """Tell whether an export is still waiting or being made."""
    return job.state in (State.WAITING, State.RUNNING)


def file_of(caller: Caller, job: Job) -> StreamingResponse:
    """Return the file of an export, under a name that says what it is; one of single cases is recorded as read.

    Raises ProblemError: EXPORT_NOT_READY, NOT_FOUND; AccessNotRecorded.
    """
    if job.manifest is None:
        on_its_way = job.state is not State.FAILED
        raise ProblemError(Kind.EXPORT_NOT_READY, headers=SOON if on_its_way else None)
    try:
        file = (jobs.folder(caller.service.settings.home) / job.file).open("rb")
    except FileNotFoundError:  # removed meanwhile
        raise ProblemError(Kind.NOT_FOUND) from None
    if job.order.subject is not Subject.STATISTIC:
        permission = PERMISSIONS[job.order.subject]
        record(caller, AccessKind.EXPORT, {}, permission=permission, export_id=job.export_id)
    return StreamingResponse(
        _chunks(file),
        headers={
            "Content-Disposition": f'attachment; filename="{name_of(job)}{job.order.format.ending}"',
            "Content-Length": str(job.manifest.size),
            "Repr-Digest": f"sha-256=:{_base64(job.manifest.sha256)}:",
        },
        media_type=job.order.format.media_type,
    )


def name_of(job: Job) -> str:
    """Return what the file of an export is called, without its ending."""
    return f"{job.order.name or job.order.subject.value}-{job.order.position}"


def forget(caller: Caller, job: Job) -> None:
    """Remove an export of the caller's with its file, or give up making it."""
    with writing(caller.service.engine) as connection:
        jobs.remove(connection, caller.principal.actor, job.export_id)
    jobs.discard_leftovers(jobs.folder(caller.service.settings.home), job)


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


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _base64(digest: str) -> str:
    return b64encode(bytes.fromhex(digest)).decode()
