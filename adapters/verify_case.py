"""What can be proved of one case without walking the whole log: that each of its events is held on both sides.

Each event's hash is made again from its row and from the hash of the event before it in the whole log; so is that of
the event after it, which holds this one's hash (the last event of the log is held by the log's head). An event that
was altered, even with a hash to match, does not fit its successor; one that was taken out leaves a gap in the case's
versions, unless it was the last.

What it does not say: whether the rest of the log is whole (an event missing at a case's end is a hole in the log), or
was written anew from some point to its end. Only `adapters.verify` walks it all, and only a head that was noted
elsewhere tells a log from one that was written anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from adapters.connections import reading
from adapters.hash_chain import GENESIS, Head, link
from adapters.recorded_event import COLUMNS
from adapters.tables import event_log_head, events

_AT_ONCE: Final = 500
"""Positions asked for in one statement."""


@dataclass(frozen=True, slots=True)
class CaseProof:
    """What was found: how many events were checked, up to which one, and where the log ends.

    `broken` are the versions that do not fit the event before or after them; `missing`, those that are not there.
    """

    checked: int
    last: Head
    head: Head
    broken: tuple[int, ...]
    missing: tuple[int, ...]

    @property
    def holds(self) -> bool:
        """Whether every event of the case is as it was recorded, as far as its neighbours tell."""
        return not self.broken and not self.missing


def verify_case(engine: Engine, case_id: str) -> CaseProof:
    """Check the events of one case, as the log stands at one instant. For an unknown case nothing is checked.

    Raises `DatabaseLocked` and `DatabaseUnavailable`.
    """
    with reading(engine) as connection:
        stored = connection.execute(sa.select(event_log_head.c.position, event_log_head.c.hash)).first()
        head = Head(*stored) if stored is not None else Head(0, GENESIS)
        versions = _versions(connection, case_id)
        rows = _around(connection, versions)
    broken = [version for position, version in versions.items() if not _is_held(position, rows, head)]
    there = set(versions.values())
    missing = sorted(set(range(1, max(there, default=0) + 1)) - there)
    last = max(versions, default=0)
    return CaseProof(
        checked=len(versions),
        last=Head(last, rows[last][-1] if last else GENESIS),
        head=head,
        broken=tuple(broken),
        missing=tuple(missing),
    )


def _versions(connection: Connection, case_id: str) -> dict[int, int]:
    """Return the versions of a case by the positions of its events."""
    query = sa.select(events.c.position, events.c.version).where(events.c.case_id == case_id)
    return {row.position: row.version for row in connection.execute(query.order_by(events.c.version))}


def _around(connection: Connection, positions: Mapping[int, int]) -> dict[int, tuple[Any, ...]]:
    """Return the events at these positions, and those before and after them, by position."""
    asked = sorted({near for position in positions for near in (position - 1, position, position + 1)})
    columns = [events.c[name] for name in COLUMNS]
    found: dict[int, tuple[Any, ...]] = {}
    for start in range(0, len(asked), _AT_ONCE):
        query = sa.select(*columns).where(events.c.position.in_(asked[start : start + _AT_ONCE]))
        found |= {row[0]: tuple(row) for row in connection.execute(query)}
    return found


def _is_held(position: int, rows: Mapping[int, tuple[Any, ...]], head: Head) -> bool:
    """Tell whether the event follows from the one before it, and the one after it, or the log's head, from it."""
    return _follows(position, rows) and (
        Head(position, rows[position][-1]) == head
        if position >= head.position
        else _follows(position + 1, rows)
    )


def _follows(position: int, rows: Mapping[int, tuple[Any, ...]]) -> bool:
    row = rows.get(position)
    before = GENESIS if position == 1 else rows[position - 1][-1] if position - 1 in rows else None
    return row is not None and before is not None and link(before, row[:-1]) == row[-1]
