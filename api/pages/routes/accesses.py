"""Who saw what: the log of accesses for auditors, and the list that a person is told by their data-protection officer."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from api.pages import paths
from api.pages.filters import asked
from api.pages.rendering import page
from api.pages.visitor import Signed, Visitor
from api.paging import href_of_next
from api.reading.accesses import AccessesQuery, accesses_in_a_file, accesses_seen, glasses_broken
from api.reading.statistics import organisations_seen
from api.views.base import answer
from domain.access import Permission, may
from domain.accesses import AccessKind

router: Final = APIRouter(include_in_schema=False)

SeesAccesses = Annotated[Visitor, Depends(Signed(Permission.SEE_ACCESSES))]

_GLASSES: Final = 20


@router.get(paths.ACCESSES)
def accesses_page(request: Request, visitor: SeesAccesses) -> Response:
    """Show who read what, the glasses broken first; of one case or person, as the person may be told it."""
    query = asked(AccessesQuery, request)
    found = accesses_seen(visitor.caller, query)
    national = visitor.reach.organisation is None
    return page(
        visitor,
        "accesses.html",
        query=query,
        accesses=found.view.accesses,
        glasses=glasses_broken(visitor.caller, query, _GLASSES).accesses,
        kinds=[(kind.value, kind.label(visitor.language)) for kind in AccessKind],
        organisations=list(organisations_seen(visitor.caller).items()) if national else [],
        kept=[(n, v) for n, v in request.query_params.multi_items() if n in ("case", "person", "actor")],
        file_href=paths.accesses_file(request.query_params.multi_items()),
        sees_history=may(visitor.principal, Permission.SEE_HISTORY),
        sees_case=may(visitor.principal, Permission.SEE_CASE),
        days=visitor.service.settings.access_log_days,
        next_href=href_of_next(request, found.last),
    )


@router.get(paths.ACCESSES_FILE)
def accesses_file(request: Request, visitor: SeesAccesses) -> Response:
    """Return all of them as a file: the JSON API's own answer. Raises CaseNotFound, ProblemError."""
    view = accesses_in_a_file(visitor.caller, asked(AccessesQuery, request))
    return answer(view, {"Content-Disposition": 'attachment; filename="acces.json"'})
