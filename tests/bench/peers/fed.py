"""What every peer is fed with, and what has to come of it."""

from typing import Any

from msgspec import Struct
from sqlalchemy import select

from adapters.bootstrap import Service
from adapters.database import reading
from adapters.recorded_event import COLUMNS, RecordedEvent
from adapters.tables import events
from projections.case import TABLE
from workflows.states import State

Standing = tuple[str, str, str, str, int]
"""A case: its id, its organisation, its person, its state and its version."""


class Change(Struct, frozen=True):
    """What one event changes of a standing; None: nothing."""

    organisation: str | None
    person: str | None
    state: str | None


class Feed(Struct, frozen=True):
    """The events of some cases, in the order of the log, and how the cases stand after them."""

    events: list[RecordedEvent]
    standings: set[Standing]

    def require(self, found: set[Standing]) -> None:
        """Raise when a peer's projection is not equal to ours."""
        if found != self.standings:
            raise RuntimeError(f"{len(found ^ self.standings)} of a peer's rows are not ours")


def feed(opened: Service, cases: int) -> Feed:
    """Return the events and the standings of the first cases of a log."""
    columns = (TABLE.c.case_id, TABLE.c.organisation, TABLE.c.person_id, TABLE.c.state, TABLE.c.version)
    with reading(opened.engine) as connection:
        standings = connection.execute(select(*columns).order_by(TABLE.c.case_id).limit(cases)).all()
        of_them = select(TABLE.c.case_id).order_by(TABLE.c.case_id).limit(cases)
        found = connection.execute(
            select(*(events.c[name] for name in COLUMNS))
            .where(events.c.case_id.in_(of_them))
            .order_by(events.c.position)
        ).all()
    return Feed(
        [RecordedEvent.of(tuple(row)) for row in found],
        {
            (case, organisation, person, state, version)
            for case, organisation, person, state, version in standings
        },
    )


def change(event: Any, organisation: str) -> Change:
    """Return what an event, in today's form, changes."""
    if event.topic == "case.detected":
        return Change(organisation, event.person_id, State.DETECTED.value)
    return Change(getattr(event, "to_organisation", None), None, event.to_state)
