"""The open cases, in the order asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from adapters.database import glancing
from api.caller import Caller
from api.paging import Cursor, Keyset, Limit, read_cursor
from api.past import AsOfQuery, as_of_asked
from api.problems import Kind, ProblemError
from api.views.past import AsOfView
from api.views.queue import QueueItem, QueueView
from domain.access import Reach
from domain.codes import AccountCode
from projections.case import among
from projections.counsellor_queue import COUNSELLOR_QUEUE, QueueCase, QueueFilters, Sort, keyset, queue

OpenState = Literal["detected", "consented", "bilan_done", "plan_built", "care_performed", "referred_onward"]
"""The states that a case of the queue may be in: those of `workflows.states.OPEN`."""


class QueueQuery(AsOfQuery):
    """Which open cases, among those the asker may see."""

    counsellor: AccountCode | None = Field(
        default=None, description="Only the cases that this account follows; it goes before `unassigned`."
    )
    unassigned: bool = Field(default=False, description="Only the cases that nobody follows.")
    state: OpenState | None = Field(default=None, description="Only the cases in this state.")
    overdue: bool = Field(default=False, description="Only the cases whose next step is late.")
    suspended: bool | None = Field(
        default=None, description="Only the cases that are suspended, or only those that are not."
    )
    not_reached_for: int | None = Field(
        default=None,
        ge=1,
        le=3660,
        description="Only the cases without a successful contact with the person for this many days or more; for who "
        "was never reached they are counted from the detection.",
        examples=[14, 30],
    )
    sort: Sort = Field(
        default="due",
        description="What comes first: `due`, the earliest due; `in_state`, the longest in its state; "
        "`without_contact`, the longest without a successful contact (since the detection if there was none); "
        "`detected`, the latest detected. A cursor is good for the order that it was made in.",
    )
    limit: Limit = 50
    after: Cursor = None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of the queue, and its last row if there is a next page."""

    view: QueueView
    last: Keyset | None


def queue_seen(caller: Caller, query: QueueQuery) -> QueuePage:
    """Return a page of the queue: for a counsellor their own cases and those of nobody, for a supervisor all.

    As of a past day it is who followed a case then that counts; cases that are out of the asker's reach today are left
    out, so that a page may then be shorter than its limit and still have a next one.

    Raises ProblemError: INVALID, OUT_OF_REACH.
    """
    after = read_cursor(query.after, caller.language, query.sort)
    filters = _filters(query, caller.reach, after)
    as_of = as_of_asked(query, caller)
    with caller.service.figures.open((COUNSELLOR_QUEUE,), as_of) as source:
        today = source.today(caller.today)
        found = queue(source.connection, filters, today)
    page = found[: query.limit]
    last = keyset(page[-1], query.sort) if len(found) > query.limit else None
    shown = page if as_of is None else _still_within(page, caller)
    view = QueueView(
        today=today,
        as_of=AsOfView.of(as_of, caller.language),
        stale=bool(source.stale),
        parked=source.parked,
        cases=[QueueItem.of(case, caller.language) for case in shown],
    )
    return QueuePage(view, last)


def _still_within(page: Sequence[QueueCase], caller: Caller) -> list[QueueCase]:
    """Return the cases of a past queue that the caller may know of today: what was theirs may be another's since."""
    with glancing(caller.service.engine) as connection:
        within = among(connection, caller.reach, [case.case_id for case in page])
    return [case for case in page if case.case_id in within]


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
        suspended=query.suspended,
        not_reached_for=query.not_reached_for,
        sort=query.sort,
        after=after,
        limit=query.limit + 1,  # one more tells whether there is a next page
    )
