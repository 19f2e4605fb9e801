"""Loading a case for a command: one look at the database brings its events, when it is within reach."""

from functools import cache
from typing import Any

from sqlalchemy import Engine, Select, bindparam, select

from adapters.connections import glance
from adapters.mapper import TOLD, event_of
from adapters.tables import events
from domain.access import Reach
from domain.event import CaseEvent
from projections.case import conditions_of, within


class CaseLoader:
    """Reads the histories of cases. Safe to share between threads.

    A case out of reach and one that does not exist are one statement and one answer: no event.
    """

    def __init__(self, engine: Engine) -> None:
        """Keep the way to the database; each kind of reach has its statement, compiled once."""
        self._engine = engine
        self._compiled = cache(self._compile)

    def history(self, case_id: str, reach: Reach) -> list[CaseEvent]:
        """Return the events of a case, oldest first. Raises UnknownEvent, msgspec.ValidationError."""
        asked = conditions_of(reach)
        statement, names = self._compiled(tuple(asked))
        values = {"case_id": case_id, **asked}
        return [event_of(*row) for row in glance(self._engine, statement, [values[name] for name in names])]

    def _compile(self, conditions: tuple[str, ...]) -> tuple[str, list[str]]:
        """Return the statement in the driver's words, and the names of its parameters in order."""
        query: Select[Any] = (
            select(*(events.c[name] for name in TOLD))
            .where(events.c.case_id == bindparam("case_id"))
            .order_by(events.c.version)
        )
        if conditions:
            query = query.where(within(conditions).exists())
        compiled = query.compile(dialect=self._engine.dialect)
        return str(compiled), list(compiled.positiontup or ())
