"""The history of a case: every event in words, its proof, and how it stood on any past day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from adapters.verify_case import verify_case
from api.pages import paths
from api.pages.filters import asked
from api.pages.past import Past, past_of
from api.pages.rendering import page
from api.pages.visitor import Signed, Visitor
from api.past import AsOfQuery, as_of_asked
from api.paths import CASE, CaseId
from api.reading.history import history_seen
from api.views.base import answer
from api.views.history import EventView, HistoryView
from domain.access import Permission, may
from domain.as_of import Basis
from domain.days import day_of
from domain.errors import CaseNotFound

router: Final = APIRouter(include_in_schema=False)

SeesHistory = Annotated[Visitor, Depends(Signed(Permission.SEE_HISTORY))]


@dataclass(frozen=True, slots=True)
class Month:
    """What was recorded in a month, by its first day."""

    on: date
    events: list[EventView]


@router.get(f"{paths.QUEUE}/{CASE}/historique")
def history_page(request: Request, case_id: CaseId, visitor: SeesHistory) -> Response:
    """Show everything that was recorded about a case, now or as it stood, with what can be proved of it."""
    past = past_of(request, visitor)
    seen = _seen(visitor, case_id, past)
    events = seen.events if seen is not None else []
    return page(
        visitor,
        "history.html",
        past.status,
        case_id=case_id,
        past=past,
        bases=list(Basis),
        months=_by_month(events),
        versions={event.version for event in events},
        number=len(events),
        seen=seen,
        proof=verify_case(visitor.service.engine, case_id),
        sees_accesses=may(visitor.principal, Permission.SEE_ACCESSES),
        sees_case=may(visitor.principal, Permission.SEE_CASE),
        day_of=day_of,
    )


@router.get(f"{paths.QUEUE}/{CASE}/historique.json")
def history_file(request: Request, case_id: CaseId, visitor: SeesHistory) -> Response:
    """Return the same as a file: the JSON API's own answer. Raises CaseNotFound, ProblemError: INVALID."""
    view = history_seen(visitor.caller, case_id, as_of_asked(asked(AsOfQuery, request), visitor.caller))
    return answer(view, {"Content-Disposition": f'attachment; filename="historique-{case_id}.json"'})


def _seen(visitor: Visitor, case_id: str, past: Past) -> HistoryView | None:
    """Return the history; None for a case within reach that had not begun. Raises CaseNotFound."""
    try:
        return history_seen(visitor.caller, case_id, past.as_of)
    except CaseNotFound:
        if past.as_of is None or not visitor.reaches(case_id):
            raise
    return None


def _by_month(events: Iterable[EventView]) -> list[Month]:
    """Return the events, which come in the order of their recording, under the months in Paris."""
    return [Month(on, list(some)) for on, some in groupby(events, lambda event: _month(event.recorded_at))]


def _month(instant: datetime) -> date:
    return day_of(instant).replace(day=1)
