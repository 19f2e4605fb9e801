"""The cases that a cell closed lately: a supervisor looks there for one to reopen."""

from datetime import date
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, select, tuple_

from projections.case import TABLE as CASES
from projections.outcomes import TABLE as OUTCOMES

LATELY: Final = 90
"""Days."""


class ClosedCase(Struct, frozen=True):
    """One closed case: by whom it was followed, when and why it was closed."""

    case_id: str
    counsellor: str | None
    detected_on: date
    closed_on: date
    closing_reason: str


def closed_since(
    connection: Connection,
    organisation: str,
    since: date,
    after: tuple[date, str] | None = None,
    limit: int = 50,
) -> list[ClosedCase]:
    """Return at most `limit` cases closed since that day, the latest first, after the keyset (closing day, case id).

    Read along the index of closings, from the latest back.
    """
    o = OUTCOMES.c
    query = (
        select(o.case_id, CASES.c.counsellor, o.detected_on, o.closed_on, o.closing_reason)
        .join(CASES, CASES.c.case_id == o.case_id)
        .where(o.organisation == organisation, o.closed_on >= since, CASES.c.archived_on.is_(None))
    )
    if after is not None:
        query = query.where(tuple_(o.closed_on, o.case_id) < after)
    ordered = query.order_by(o.closed_on.desc(), o.case_id.desc()).limit(limit)
    return [ClosedCase(*row) for row in connection.execute(ordered)]
