"""The counsellor queue."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from api import documentation as doc
from api.caller import Allowed, Caller
from api.paging import link_to_next
from api.parameters import Once
from api.paths import API
from api.problems import Kind
from api.reading.queue import QueueQuery, queue_seen
from api.views.base import answer
from api.views.queue import QueueView
from domain.access import Permission

router: Final = APIRouter(prefix=API, tags=["queue"])


@router.get(
    "/queue",
    operation_id="read_queue",
    summary="The open cases, the earliest due first or in another order",
    response_model=QueueView,
    responses=doc.responses(Kind.OUT_OF_REACH, Kind.INVALID, example="queue", headers=doc.LINK),
)
def read_queue(
    request: Request,
    caller: Annotated[Caller, Depends(Allowed(Permission.SEE_QUEUE))],
    query: Annotated[QueueQuery, Query()],
    _: Once,
) -> Response:
    """Return a page of the queue: for a counsellor their own cases and those of nobody, for a supervisor all.

    As of a past day it is who followed a case then that counts; cases that are out of the asker's reach today are left
    out, so that a page may then be shorter than its limit and still have a next one.
    """
    found = queue_seen(caller, query)
    return answer(found.view, link_to_next(request, found.last, query.sort))
