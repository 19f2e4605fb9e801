"""A supervisor's cell: who follows how many cases, and what was closed lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict

from adapters.counsellors import Counsellors
from api.caller import Caller
from api.paging import Cursor, Keyset, Limit, read_cursor
from api.problems import Kind, ProblemError
from projections.case import CASE
from projections.closed import LATELY, ClosedCase, closed_since
from projections.counsellor_queue import COUNSELLOR_QUEUE
from projections.load import Load, forgotten, load
from projections.outcomes import OUTCOMES

CLOSED_ORDER: Final = "closed"
"""What a cursor of the closed cases is marked with."""


@dataclass(frozen=True, slots=True)
class CellSeen:
    """The open cases of a cell: those of nobody, those of each account, and all of them together.

    `loads` has every account that may follow a case, and those that follow one though they may not any more.
    `forgotten` counts the open cases without a successful contact for `forgotten_for` days: as long as a closed one
    would be kept.
    """

    today: date
    stale: bool
    parked: int
    nobodys: Load | None
    loads: Sequence[Load]
    counsellors: Sequence[str]
    total: Load
    forgotten: int
    forgotten_for: int


class ClosedQuery(BaseModel):
    """Which page of the cases closed lately."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Limit = 50
    after: Cursor = None


@dataclass(frozen=True, slots=True)
class ClosedPage:
    """A page of the cases closed lately, the day that it starts from, and its last row if there is a next page."""

    since: date
    cases: Sequence[ClosedCase]
    last: Keyset | None


def cell_seen(caller: Caller) -> CellSeen:
    """Return the load of the caller's cell. Raises ProblemError: FORBIDDEN without one."""
    organisation = _cell_of(caller)
    counsellors = counsellors_of(caller)
    with caller.service.figures.open((COUNSELLOR_QUEUE,)) as source:
        found = load(source.connection, organisation, caller.today)
        forgotten_for = (caller.today - caller.service.settings.retention.last_touched_by(caller.today)).days
        forgotten_ones = forgotten(source.connection, organisation, forgotten_for, caller.today)
    nobodys = next((one for one in found if one.counsellor is None), None)
    by_account = {one.counsellor: one for one in found if one.counsellor is not None}
    accounts = sorted({*by_account, *counsellors})
    return CellSeen(
        caller.today,
        bool(source.stale),
        source.parked,
        nobodys,
        [by_account.get(account, Load(account)) for account in accounts],
        counsellors,
        _together(found),
        forgotten_ones,
        forgotten_for,
    )


def closed_seen(caller: Caller, query: ClosedQuery) -> ClosedPage:
    """Return the cases that the caller's cell closed lately, the latest first. Raises ProblemError."""
    organisation = _cell_of(caller)
    since = caller.today - timedelta(LATELY)
    after = read_cursor(query.after, caller.language, CLOSED_ORDER)
    with caller.service.figures.open((OUTCOMES, CASE)) as source:
        found = closed_since(source.connection, organisation, since, after, query.limit + 1)
    page = found[: query.limit]
    last = (page[-1].closed_on, page[-1].case_id) if len(found) > query.limit else None
    return ClosedPage(since, page, last)


def counsellors_of(caller: Caller) -> list[str]:
    """Return the accounts that may follow a case of the caller's cell."""
    return list(Counsellors(caller.service.engine, _cell_of(caller), caller.service.clock()))


def _cell_of(caller: Caller) -> str:
    """Return the organisation whose cell the caller supervises: within reach are all its cases."""
    if caller.reach.organisation is None or caller.reach.counsellor is not None:
        raise ProblemError(Kind.FORBIDDEN)
    return caller.reach.organisation


def _together(loads: Sequence[Load]) -> Load:
    return Load(
        None,
        sum(one.open for one in loads),
        sum(one.overdue for one in loads),
        sum(one.suspended for one in loads),
        sum(one.not_reached for one in loads),
        sum(one.long_not_reached for one in loads),
        min((one.oldest_due for one in loads if one.oldest_due), default=None),
    )
