"""The shape of an event: a typed payload in the past tense, inside an envelope that says when, who and why."""

from datetime import date, datetime
from typing import Any, ClassVar

from msgspec import Struct

from domain.case_state import CaseState


class Payload(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What happened. Subclasses are named in the past tense and know their stable topic and schema version.

    `note` is free text, encrypted with the person's own key; `to_state` is the state the case entered by this
    event, decided by the table of its day: replaying assigns it and never asks the rules again.
    A default value is part of the schema, since it is left out of what is stored: changing one takes a new
    schema version.
    """

    topic: ClassVar[str]
    schema_version: ClassVar[int] = 1
    correctable: ClassVar[frozenset[str]] = frozenset()
    """The fields a later correction may change, beside the date it happened on."""

    note: str | None = None
    to_state: str | None = None

    def apply(self, case: CaseState, on: date) -> None:
        """Assign to `case` what this event, of the day `on`, made of it; the default assigns nothing."""


class CaseEvent(Struct, frozen=True, kw_only=True, gc=False):
    """One recorded event of one stream. The `originator_` names are those of the `eventsourcing` library.

    `occurred_on` is the calendar day (Europe/Paris) it happened, `recorded_at` the instant (UTC) it was written
    down. `actor` is an account's code, `acting_as` the capacity it acted in (`supervisor_standing_in` for a
    supervisor on a colleague's case), `organisation` the one the case belonged to. `correlation_id` ties what
    one request wrote together; `causation_id` names what directly caused it.
    """

    originator_id: str
    originator_version: int
    occurred_on: date
    recorded_at: datetime
    actor: str
    acting_as: str
    organisation: str
    correlation_id: str
    causation_id: str | None = None
    data: Any
