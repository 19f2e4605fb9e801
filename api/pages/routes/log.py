"""What was recorded lately, and the way to any case's history by its number: where an auditor begins."""

from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import RedirectResponse

from adapters.activity import Activity
from api.pages import paths
from api.pages.filters import asked
from api.pages.posting import PostedForm
from api.pages.rendering import page
from api.pages.texts import mark as _
from api.pages.texts import translated
from api.pages.visitor import Signed, Visitor
from api.problems import Kind, ProblemError
from api.reading.activity import activity_seen
from api.reading.statistics import organisations_seen
from domain.access import Permission
from domain.codes import OrganisationCode

router: Final = APIRouter(include_in_schema=False)


class LogQuery(BaseModel):
    """Which events."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    organisation: OrganisationCode | None = None
    before: int | None = Field(default=None, ge=1, le=2**53)


@router.get(paths.LOG)
def log_page(
    request: Request, visitor: Annotated[Visitor, Depends(Signed(Permission.SEE_HISTORY))]
) -> Response:
    """Show the last events of the cases within reach."""
    return _page(visitor, asked(LogQuery, request))


@router.post(paths.LOG)
def find_history(posted: PostedForm) -> Response:
    """Lead to the history of the case whose number was typed: in a form, since anything may be typed there."""
    visitor = posted.visitor.within(Permission.SEE_HISTORY)
    typed = (posted.get("dossier") or "").strip()
    found = visitor.case_numbered(typed)
    if found is not None:
        return RedirectResponse(paths.history(found), 303)
    status = Kind.NOT_FOUND.status if typed else Kind.INVALID.status
    return _page(visitor, LogQuery(), status, typed)


def _page(visitor: Visitor, query: LogQuery, status: int = 200, typed: str = "") -> Response:
    seen = _activity(visitor, query)
    words = _("There is no such case among those that you may see. Check its number.")
    return page(
        visitor,
        "log.html",
        status,
        query=query,
        typed=typed,
        error=translated(words, visitor.language) if status != 200 else None,
        activity=seen,
        organisations=_organisations(visitor),
        next_href=_next(query, seen),
    )


def _activity(visitor: Visitor, query: LogQuery) -> Activity:
    """Return the events asked for, inside the visitor's reach. Raises ProblemError: OUT_OF_REACH."""
    own = visitor.reach
    if query.organisation is not None and own.organisation not in (None, query.organisation):
        raise ProblemError(Kind.OUT_OF_REACH)
    within = replace(own, organisation=own.organisation or query.organisation)
    return activity_seen(visitor.caller, within, query.before)


def _organisations(visitor: Visitor) -> list[tuple[str, str]]:
    """Return the organisations to choose from: none for whoever sees only their own."""
    if visitor.reach.organisation is not None:
        return []
    return list(organisations_seen(visitor.caller).items())


def _next(query: LogQuery, seen: Activity) -> str | None:
    if seen.before is None:
        return None
    kept = f"&organisation={query.organisation}" if query.organisation is not None else ""
    return f"{paths.LOG}?before={seen.before}{kept}"
