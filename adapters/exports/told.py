"""What is told of an event, a case and its parts in an event log for process mining: no more than that needs.

Kept are what happened, on which day, in which order, in which capacity and where, codes of the vocabulary, and
amounts to the nearest 50 euros. Left out are the person and everything of the household, free text, the instants of
recording, days other than those of the events, and the exact amounts. Cases and accounts are pseudonyms. A field that
is not named here stays inside; a test asks that each be named as one or the other.
"""

from datetime import date
from typing import Any, Final

import msgspec
from msgspec import Struct

from domain.event import Payload

Scalar = str | int | bool

TOLD: Final = frozenset(
    {
        "as_not_relevant",
        "basic_cover",
        "care_type",
        "channel",
        "complementary_cover",
        "direction",
        "formerly",
        "funder",
        "instalments",
        "kind",
        "level",
        "origin",
        "partner",
        "partner_kind",
        "party",
        "reached",
        "reason",
        "right",
        "source",
        "to_organisation",
        "to_state",
    }
)
"""The fields whose value is told as it is: a code, a number of payments, a yes or a no."""

AMOUNTS: Final = frozenset({"amount_cents", "granted_cents", "person_share_cents", "total_cents"})
"""The amounts that are told to the nearest 50 euros, as whole euros."""

PARTS: Final = frozenset({"action_id", "actions", "need_id", "need_ids", "needs", "quote_id", "request_id"})
"""The fields that name parts of the case, which are objects of their own."""

WITHHELD: Final = frozenset(
    {
        "administrative_check",
        "agreed_to_contact",
        "basic_share_cents",
        "changes",
        "charges",
        "complementary_share_cents",
        "corrects",
        "counsellor",  # told as an object, under a pseudonym
        "due_on",
        "case_id",  # told by the other case's own events: its number would give the pseudonym away
        "fields",
        "into",
        "note",
        "obstacles",
        "other_rights",
        "person_id",
        "reasons",
        "registered_doctor",
        "resources",
        "share_with",
        "since",
        "until",
        "vitale_card_current",
    }
)
"""The fields that stay inside."""

_STEP_EUROS: Final = 50


class Relation(Struct, frozen=True, array_like=True):
    """An object that something has to do with, and how."""

    key: str
    qualifier: str


class Change(Struct, frozen=True, array_like=True):
    """An attribute of an object took a value on a day, by the event of that version."""

    name: str
    value: Scalar
    on: date
    version: int


class ToldEvent(Struct, array_like=True):
    """One event of a case."""

    version: int
    on: date
    activity: str
    resource: str
    role: str
    organisation: str
    attributes: dict[str, Scalar]
    relations: list[Relation]


class ToldObject(Struct, array_like=True):
    """One object: the case, or a part of it. `key` is empty for the case itself."""

    key: str
    type: str
    changes: list[Change]
    relations: list[Relation]


class ToldCase(Struct, array_like=True):
    """A case as it is told: its events by day, those of one day in the order of the stream."""

    organisation: str
    events: list[ToldEvent]
    objects: list[ToldObject]


def activity_of(payload: Payload | type[Payload]) -> str:
    """Return what happened, as the name of an activity: `consent_recorded`."""
    return payload.topic.removeprefix("case.")


def attributes(payload: Any) -> dict[str, Scalar]:
    """Return what is told of an event or of a part of one; what is left out or empty is not told."""
    found: dict[str, Scalar] = {}
    for name in payload.__struct_fields__:
        value = getattr(payload, name)
        if value is None:
            continue
        if name in TOLD:
            found[name] = value
        elif name in AMOUNTS:
            found[euros(name)] = rounded(value)
    return found


def euros(field: str) -> str:
    """Return the name under which an amount of cents is told."""
    return field.removesuffix("_cents") + "_euros"


def rounded(cents: int) -> int:
    """Return an amount in whole euros, to the nearest 50 (a half goes up)."""
    step = _STEP_EUROS * 100
    return (cents + step // 2) // step * _STEP_EUROS


def types_of(payload: type[Struct]) -> dict[str, str]:
    """Return the attributes that may be told of a struct, each with its type: string, integer or boolean."""
    found: dict[str, str] = {}
    for field in msgspec.structs.fields(payload):
        if field.name in TOLD:
            base = field.type if isinstance(field.type, type) else str
            found[field.name] = {bool: "boolean", int: "integer"}.get(base, "string")
        elif field.name in AMOUNTS:
            found[euros(field.name)] = "integer"
    return found
