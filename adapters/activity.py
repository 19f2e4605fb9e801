"""The last events of the log, the latest first: what was recorded lately, by whom, on which cases. Nothing of the cases.

Whoever may know of few cases is shown the events of those: the log is looked through backwards, a stretch at a time,
so that a page costs no more in a long log.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Row

from adapters.database import reading
from adapters.instants import read_instant
from adapters.tables import event_log_head, events
from domain.access import Reach
from domain.event_words import EVENT_LABELS, capacity_label, event_label
from projections import case as cases
from workflows.labels import Language

STRETCH: Final = 20_000
"""Events looked through for one page, at most."""

_SHOWN: Final = (
    events.c.position,
    events.c.case_id,
    events.c.version,
    events.c.topic,
    events.c.occurred_on,
    events.c.recorded_at,
    events.c.actor,
    events.c.acting_as,
    cases.TABLE.c.organisation,
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event as the list tells it; `organisation` is the one that follows the case today."""

    position: int
    case_id: str
    version: int
    label: str
    occurred_on: date
    recorded_at: datetime
    actor: str
    capacity: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Activity:
    """Some events, the latest first.

    `before`: where to go on, if there is more of the log; `looked_from`: how far back it was looked through.
    """

    events: list[Recorded]
    looked_from: int
    before: int | None


def activity(
    engine: Engine, language: Language, within: Reach, *, before: int | None = None, limit: int = 50
) -> Activity:
    """Return at most `limit` events, of cases within reach, before a position."""
    with reading(engine) as connection:
        head = connection.execute(sa.select(event_log_head.c.position)).scalar() or 0
        end = head + 1 if before is None else min(before, head + 1)
        start = max(end - STRETCH, 1)
        found = _between(connection, within, start, end, limit + 1)
    page = [_recorded(row, language) for row in found[:limit]]
    if len(found) > limit:
        return Activity(page, page[-1].position, page[-1].position)
    return Activity(page, start, start if start > 1 else None)


def _between(connection: Connection, within: Reach, start: int, end: int, limit: int) -> list[Row[Any]]:
    table = cases.TABLE
    asked = cases.conditions_of(within)
    query = (
        sa.select(*_SHOWN)
        .join_from(events, table, table.c.case_id == events.c.case_id)
        .where(events.c.position >= start, events.c.position < end, *cases.reached(tuple(asked)))
        .order_by(events.c.position.desc())
        .limit(limit)
    )
    return list(connection.execute(query, asked))


def _recorded(row: Row[Any], language: Language) -> Recorded:
    known = row.topic in EVENT_LABELS  # else it is of a later version of this program
    return Recorded(
        row.position,
        row.case_id,
        row.version,
        event_label(row.topic, language) if known else row.topic,
        date.fromisoformat(row.occurred_on),
        read_instant(row.recorded_at),
        row.actor,
        capacity_label(row.acting_as, language),
        row.organisation,
    )
