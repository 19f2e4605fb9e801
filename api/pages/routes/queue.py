"""The queue: whom to call today, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from api.disclosure import identities
from api.pages import paths
from api.pages.filters import asked
from api.pages.rendering import page
from api.pages.texts import mark as _
from api.pages.texts import translated
from api.pages.visitor import Signed, Visitor
from api.paging import href_of_next
from api.reading.queue import QueueQuery, queue_seen
from api.views.queue import QueueItem
from domain.access import Permission
from workflows.labels import Language
from workflows.states import OPEN
from workflows.triggers import Trigger

router: Final = APIRouter(include_in_schema=False)


_A_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that are about as urgent."""

    label: str
    cases: list[QueueItem]


@router.get(paths.QUEUE)
def queue_page(
    request: Request,
    visitor: Annotated[Visitor, Depends(Signed(Permission.SEE_QUEUE))],
    fait: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """Show a page of the queue, in the order in which things are due."""
    query = asked(QueueQuery, request)
    found = queue_seen(visitor.caller, query)
    cases = found.view.cases
    done = next((one.label(visitor.language) for one in Trigger if one.value == fait), None)
    return page(
        visitor,
        "queue.html",
        view=found.view,
        query=query,
        groups=_by_urgency(cases, found.view.today, visitor.language),
        people=identities(visitor.caller, [case.case_id for case in cases]),
        states=[(state.value, state.label(visitor.language)) for state in OPEN],
        next_href=href_of_next(request, found.last, query.sort),
        done=done,
    )


def _by_urgency(cases: Sequence[QueueItem], today: date, language: Language) -> list[Group]:
    """Return the cases, which come by the day they are due, under headings."""

    def heading(case: QueueItem) -> str:
        if case.overdue:
            return _("Overdue")
        if case.due_on == today:
            return _("Today")
        return _("In the next seven days") if case.due_on <= today + _A_WEEK else _("Later")

    return [Group(translated(label, language), list(some)) for label, some in groupby(cases, heading)]
