"""The supervisor's cell: who has how much to do, what waits for somebody, and cases handed out by the list."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from api.disclosure import identities
from api.pages import handing_out, paths
from api.pages.filters import asked
from api.pages.posting import PostedForm
from api.pages.rendering import page
from api.pages.sending import new_key
from api.pages.visitor import Signed, Visitor
from api.paging import href_of_next
from api.problems import Kind, ProblemError
from api.reading.cell import CLOSED_ORDER, ClosedQuery, cell_seen, closed_seen, counsellors_of
from api.reading.glass import broken_lately
from domain.access import Permission, may_fire
from domain.vocabulary import ReassignReason
from projections.load import A_WHILE, LONG
from workflows.closing import ClosingReason
from workflows.triggers import Trigger

router: Final = APIRouter(include_in_schema=False)


def _supervisor(visitor: Annotated[Visitor, Depends(Signed(Permission.SEE_QUEUE))]) -> Visitor:
    """Return the visitor, if they may hand cases out. Raises SignInNeeded, ProblemError."""
    return _supervising(visitor)


Supervises = Annotated[Visitor, Depends(_supervisor)]


@router.get(paths.CELL)
def cell_page(visitor: Supervises) -> Response:
    """Show the load of the cell; every number leads to the cases that it counts."""
    cell = cell_seen(visitor.caller)
    glasses = broken_lately(visitor.caller)
    return page(visitor, "cell.html", cell=cell, a_while=A_WHILE, long=LONG, glasses=glasses)


@router.get(paths.CLOSED)
def closed_page(request: Request, visitor: Supervises) -> Response:
    """Show the cases closed lately, from which one may be reopened."""
    found = closed_seen(visitor.caller, asked(ClosedQuery, request))
    reasons = {reason.value: reason.label(visitor.language) for reason in ClosingReason}
    return page(
        visitor,
        "closed.html",
        since=found.since,
        cases=found.cases,
        people=identities(visitor.caller, [case.case_id for case in found.cases]),
        reasons=reasons,
        reopen=Trigger.REOPEN,
        next_href=href_of_next(request, found.last, CLOSED_ORDER),
    )


@router.post(paths.HANDED_OUT)
def handed_out(posted: PostedForm) -> Response:
    """Hand the ticked cases out, and say of each what became of it; or ask for what is missing."""
    visitor = _supervising(posted.visitor.within(Permission.SEE_QUEUE))
    wanted = handing_out.wanted(posted)
    outcomes = None if wanted.missing else handing_out.hand_out(posted, wanted)
    return page(
        visitor,
        "handed_out.html",
        200 if outcomes is not None else Kind.INVALID.status,
        wanted=wanted,
        outcomes=outcomes,
        people=handing_out.people(visitor.caller, [one.case_id for one in wanted.ticked]),
        counsellors=counsellors_of(visitor.caller),
        reasons=[(reason.value, reason.label(visitor.language)) for reason in ReassignReason],
        once=new_key(),
        back=handing_out.place(posted),
    )


def _supervising(visitor: Visitor) -> Visitor:
    if not may_fire(visitor.principal, Trigger.ASSIGN):
        raise ProblemError(Kind.FORBIDDEN)
    return visitor
