"""The queue: whom to call today, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from api.disclosure import identities
from api.pages import paths
from api.pages.filters import Done, asked
from api.pages.handing_out import boxes
from api.pages.past import DAY, past_of
from api.pages.queue_filters import offered, sort_label
from api.pages.rendering import page
from api.pages.sending import new_key
from api.pages.texts import mark as _
from api.pages.texts import translated
from api.pages.visitor import Signed, Visitor
from api.paging import href_of_next
from api.reading.cell import counsellors_of
from api.reading.queue import QueueQuery, queue_seen
from api.views.queue import QueueItem
from domain.access import Permission, may_fire
from domain.as_of import Basis
from domain.vocabulary import ReassignReason
from projections.counsellor_queue import Sort
from workflows.labels import Language
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
    recorded: Done = None,
) -> Response:
    """Show a page of the queue, now or as it stood, under headings when it is in the order in which things are due.

    Whoever may hand cases out finds a box before each, and a form below.
    """
    past = past_of(request, visitor)
    query = asked(QueueQuery, request, () if past.as_of is not None else DAY)
    caller, language = visitor.caller, visitor.language
    found = queue_seen(caller, query)
    cases = found.view.cases
    hands_out = may_fire(visitor.principal, Trigger.ASSIGN)
    counsellors = counsellors_of(caller) if hands_out else []
    now = found.view.as_of is None
    done = next((one.label(language) for one in Trigger if one.value == recorded), None)
    return page(
        visitor,
        "queue.html",
        past.status,
        past=past,
        bases=list(Basis),
        kept=_filters_kept(request),
        view=found.view,
        query=query,
        offered=offered(query, counsellors, language),
        groups=(
            _by_urgency(cases, found.view.today, language)
            if query.sort == "due"
            else _all_in_one(cases, query.sort, language)
        ),
        people=identities(caller, [case.case_id for case in cases]),
        boxes=boxes(caller, {case.case_id: case.counsellor for case in cases}) if now else {},
        counsellors=counsellors,
        reasons=[(reason.value, reason.label(language)) for reason in ReassignReason],
        once=new_key(),
        next_href=href_of_next(request, found.last, query.sort),
        done=done,
    )


def _filters_kept(request: Request) -> list[tuple[str, str]]:
    """Return the filters of the address, for the same of another day."""
    beside = (*DAY, paths.DONE, "after")
    return [(n, v) for n, v in request.query_params.multi_items() if n not in beside and v.strip()]


def _all_in_one(cases: Sequence[QueueItem], sort: Sort, language: Language) -> list[Group]:
    return [Group(sort_label(sort, language), list(cases))] if cases else []


def _by_urgency(cases: Sequence[QueueItem], today: date, language: Language) -> list[Group]:
    """Return the cases, which come by the day they are due, under headings."""

    def heading(case: QueueItem) -> str:
        if case.overdue:
            return _("Overdue")
        if case.due_on == today:
            return _("Today")
        return _("In the next seven days") if case.due_on <= today + _A_WEEK else _("Later")

    return [Group(translated(label, language), list(some)) for label, some in groupby(cases, heading)]
