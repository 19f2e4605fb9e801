"""Loading a case for a command: one look at the database brings its facts, when it is within reach."""

from functools import cache
from typing import Any, Final

from sqlalchemy import Engine, Select, bindparam, select

from adapters.connections import glance, positional
from adapters.mapper import TOLD, day_of, event_of
from adapters.tables import events
from domain.access import Reach
from domain.case import Case
from domain.event import CaseEvent
from domain.fold import fold_facts
from domain.upcasts import decode
from projections.case import conditions_of, within

_FACTS: Final = ("topic", "schema_version", "payload", "occurred_on", "organisation", "actor")
_EVENTS: Final = f"SELECT {', '.join(TOLD)} FROM events WHERE case_id = ? ORDER BY version"  # noqa: S608 - our own names


class CaseLoader:
    """Reads cases from their events. Safe to share between threads.

    A case out of reach and one that does not exist are one statement and one answer: no event.
    """

    def __init__(self, engine: Engine) -> None:
        """Keep the way to the database; each kind of reach has its statement, compiled once."""
        self._engine = engine
        self._events = positional(_EVENTS, engine)
        self._compiled = cache(self._compile)

    def load(self, case_id: str, reach: Reach) -> Case | None:
        """Return a case, None when there is none within reach. Raises UnknownEvent, msgspec.ValidationError.

        Its events are asked for when somebody looks at them: nothing can have changed in those there were.
        """
        asked = conditions_of(reach)
        statement, names = self._compiled(tuple(asked))
        values = {"case_id": case_id, **asked}
        rows = glance(self._engine, statement, [values[name] for name in names])
        if not rows:
            return None
        *_, organisation, actor = rows[0]
        facts = [(decode(topic, schema, payload), day_of(on)) for topic, schema, payload, on, *_ in rows]
        state = fold_facts(case_id, organisation, actor, facts)
        version = state.version  # what is recorded from now on is the case's to tell
        return Case(state, lambda: self.events(case_id)[:version])

    def events(self, case_id: str) -> list[CaseEvent]:
        """Return the events of a case, oldest first. Raises UnknownEvent, msgspec.ValidationError."""
        return [event_of(*row) for row in glance(self._engine, self._events, (case_id,))]

    def _compile(self, conditions: tuple[str, ...]) -> tuple[str, list[str]]:
        """Return the statement in the driver's words, and the names of its parameters in order."""
        query: Select[Any] = (
            select(*(events.c[name] for name in _FACTS))
            .where(events.c.case_id == bindparam("case_id"))
            .order_by(events.c.version)
        )
        if conditions:
            query = query.where(within(conditions).exists())
        compiled = query.compile(dialect=self._engine.dialect)
        return str(compiled), list(compiled.positiontup or ())
