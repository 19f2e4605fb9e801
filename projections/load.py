"""The load of a cell: its open cases by who follows them, and among them those that wait for somebody.

Counted from the counsellor queue, so that it costs as many rows as the cell has open cases, whatever was closed.
"""

from datetime import date
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from projections.counsellor_queue import TABLE as QUEUE
from projections.counsellor_queue import not_reached_for

A_WHILE: Final = 14
LONG: Final = 30
"""After how many days without a successful contact a case is counted apart."""


class Load(Struct, frozen=True):
    """The open cases that one account follows, or that nobody does: perhaps none.

    `not_reached` is without a successful contact for `A_WHILE` days or more, `long_not_reached` for `LONG`; who was
    never reached counts from the detection. `oldest_due` is the earliest day by which something is to be done.
    """

    counsellor: str | None
    open: int = 0
    overdue: int = 0
    suspended: int = 0
    not_reached: int = 0
    long_not_reached: int = 0
    oldest_due: date | None = None


def load(connection: Connection, organisation: str, today: date) -> list[Load]:
    """Return the load of everybody who follows a case of the cell, by account, and that of nobody first."""
    found = [Load(*row) for row in connection.execute(_query(organisation, today))]
    return sorted(found, key=lambda one: (one.counsellor is not None, one.counsellor))


def forgotten(connection: Connection, organisation: str, days: int, today: date) -> int:
    """Return how many open cases of the cell have had no successful contact for so many days."""
    query = select(func.count()).where(QUEUE.c.organisation == organisation, not_reached_for(days, today))
    return int(connection.execute(query).scalar_one())


def _query(organisation: str, today: date) -> Select[Any]:
    c = QUEUE.c
    return (
        select(
            c.counsellor,
            func.count(),
            _how_many(c.due_on < today),
            _how_many(c.suspended_until.is_not(None)),
            _how_many(not_reached_for(A_WHILE, today)),
            _how_many(not_reached_for(LONG, today)),
            func.min(c.due_on),
        )
        .where(c.organisation == organisation)
        .group_by(c.counsellor)
    )


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
