"""The counsellor queue."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from adapters.database import reading
from api import documentation as doc
from api.caller import Allowed, Caller
from api.paging import Cursor, Keyset, Limit, link_to_next, read_cursor
from api.parameters import Once
from api.paths import API
from api.problems import Kind, ProblemError
from api.views.base import answer
from api.views.queue import QueueItem, QueueView
from domain.access import Permission, Reach
from domain.codes import AccountCode
from projections.counsellor_queue import QueueFilters, queue

router: Final = APIRouter(prefix=API, tags=["queue"])


OpenState = Literal["detected", "consented", "bilan_done", "plan_built", "care_performed", "referred_onward"]
"""The states that a case of the queue may be in: those of `workflows.states.OPEN`."""


class QueueQuery(BaseModel):
    """Which open cases, among those the asker may see."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    counsellor: AccountCode | None = Field(
        default=None, description="Only the cases that this account follows; it goes before `unassigned`."
    )
    unassigned: bool = Field(default=False, description="Only the cases that nobody follows.")
    state: OpenState | None = Field(default=None, description="Only the cases in this state.")
    overdue: bool = Field(default=False, description="Only the cases whose next step is late.")
    limit: Limit = 50
    after: Cursor = None


@router.get(
    "/queue",
    operation_id="read_queue",
    summary="The open cases, the earliest due first",
    response_model=QueueView,
    responses=doc.responses(Kind.OUT_OF_REACH, Kind.INVALID, example="queue", headers=doc.LINK),
)
def read_queue(
    request: Request,
    caller: Annotated[Caller, Depends(Allowed(Permission.SEE_QUEUE))],
    query: Annotated[QueueQuery, Query()],
    _: Once,
) -> Response:
    """Return a page of the queue: for a counsellor their own cases and those of nobody, for a supervisor all."""
    today = caller.today
    after = read_cursor(query.after, caller.language)
    with reading(caller.service.engine) as connection:
        found = queue(connection, _filters(query, caller.reach, after), today)
    page = found[: query.limit]
    last = (page[-1].due_on, page[-1].case_id) if len(found) > query.limit else None
    view = QueueView(today=today, cases=[QueueItem.of(case, caller.language) for case in page])
    return answer(view, link_to_next(request, last))


def _filters(query: QueueQuery, within: Reach, after: Keyset | None) -> QueueFilters:
    """Return the filters asked for, inside the caller's reach. Raises ProblemError: OUT_OF_REACH."""
    if within.counsellor is not None and query.counsellor not in (None, within.counsellor):
        raise ProblemError(Kind.OUT_OF_REACH)
    anybody = query.counsellor is None and not query.unassigned
    return QueueFilters(
        organisation=within.organisation,
        counsellor=query.counsellor,
        mine_or_unassigned=within.counsellor if anybody else None,
        unassigned=query.unassigned,
        state=query.state,
        overdue=query.overdue,
        after=after,
        limit=query.limit + 1,  # one more tells whether there is a next page
    )
