"""Who saw what: the log of accesses."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from api import documentation as doc
from api.caller import Allowed, Caller
from api.paging import link_to_next
from api.parameters import Once
from api.paths import API
from api.problems import Kind
from api.reading.accesses import AccessesQuery, accesses_seen
from api.views.accesses import AccessesView
from api.views.base import answer
from domain.access import Permission

router: Final = APIRouter(prefix=API, tags=["accesses"])


@router.get(
    "/accesses",
    operation_id="list_accesses",
    summary="Who read about whom, when, and why they could",
    response_model=AccessesView,
    responses=doc.responses(
        Kind.OUT_OF_REACH, Kind.NOT_FOUND, Kind.INVALID, example="accesses", headers=doc.LINK
    ),
)
def list_accesses(
    request: Request,
    caller: Annotated[Caller, Depends(Allowed(Permission.SEE_ACCESSES))],
    query: Annotated[AccessesQuery, Query()],
    _: Once,
) -> Response:
    """Return a page of the log of accesses, the latest first: those to the cases within reach, and by its accounts.

    Of one case or one person, everything that the log has. Reading it is recorded in it.
    """
    found = accesses_seen(caller, query)
    return answer(found.view, link_to_next(request, found.last))
