"""Reading stored payloads: today's typed form of whatever version was written.

An upcast turns the fields of one schema version into those of the next. They are never removed: every version
ever written must load for ever (a stored fixture of each proves it).
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from domain.errors import UnknownEvent
from domain.event import Payload
from domain.events import EVENTS

Fields = dict[str, Any]


def _detected_v1(fields: Fields) -> Fields:
    """Version 2 says how the situation came to light; before, it was the detector's question [001: "la plupart du
    temps, elle fait suite à un questionnement"].
    """
    return fields | {"origin": "detector_question"}


def _action_completed_v1(fields: Fields) -> Fields:
    """Version 2 counts CMU-C and ACS as the CSS that replaced them in November 2019 [003, 004]."""
    right = fields.get("right")
    return fields | {"right": "css", "formerly": right} if right in ("cmu_c", "acs") else fields


UPCASTS: Final[dict[tuple[str, int], Callable[[Fields], Fields]]] = {
    ("case.detected", 1): _detected_v1,
    ("case.action_completed", 1): _action_completed_v1,
}
"""By topic and the version upcast from."""

_DECODERS: Final = {topic: msgspec.json.Decoder(event) for topic, event in EVENTS.items()}
_CURRENT: Final = {(topic, event.schema_version): _DECODERS[topic].decode for topic, event in EVENTS.items()}
_ENCODE: Final = msgspec.json.Encoder().encode


def decode(topic: str, schema_version: int, payload: str | bytes) -> Payload:
    """Return the typed payload of a stored event.

    Raises UnknownEvent for a topic or a newer version than this code knows (the reader must stop, not guess),
    and msgspec.ValidationError or msgspec.DecodeError for a payload that is not what its topic says.
    """
    current = _CURRENT.get((topic, schema_version))
    return current(payload) if current is not None else _upcast(topic, schema_version, payload)


def encode(payload: Payload) -> bytes:
    """Return the JSON that is stored, defaults left out."""
    return _ENCODE(payload)


def _upcast(topic: str, schema_version: int, payload: str | bytes) -> Payload:
    event = EVENTS.get(topic)
    if event is None or not 1 <= schema_version <= event.schema_version:
        raise UnknownEvent(topic, schema_version, event.schema_version if event else None)
    fields: Fields = msgspec.json.decode(payload)
    for version in range(schema_version, event.schema_version):
        fields = UPCASTS[topic, version](fields)
    return msgspec.convert(fields, event)
