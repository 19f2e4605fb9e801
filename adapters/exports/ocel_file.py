"""OCEL 2.0 in JSON: events, objects, and how they have to do with each other.

The events are written first and the objects after, each from a walk of its own over what was spooled, so that neither
is ever held whole. Values are written as texts: the published schema takes no other, and the declared types say what
they are. The format has no room to say where a file comes from: the manifest beside it does.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from adapters.exports import objects
from adapters.exports.event_log import EventLog
from adapters.exports.sheet import Provenance
from adapters.exports.told import Relation, Scalar, ToldCase, ToldEvent, ToldObject, activity_of, types_of
from adapters.exports.xes_file import instant
from domain.events import CASE_EVENTS

OBJECT_TYPES: Final[Mapping[str, Mapping[str, str]]] = {
    objects.CASE: {"source": "string", "origin": "string", "partner_kind": "string", "state": "string"},
    objects.NEED: {"care_type": "string", "status": "string"},
    objects.ACTION: {"level": "string", "kind": "string", "partner": "string", "status": "string"},
    objects.QUOTE: {"total_euros": "integer", "person_share_euros": "integer", "instalments": "integer"},
    objects.REQUEST: {
        "funder": "string",
        "amount_euros": "integer",
        "granted_euros": "integer",
        "status": "string",
    },
    objects.REFERRAL: {"partner": "string", "answer": "string"},
    objects.COUNSELLOR: {},
    objects.ORGANISATION: {},
}
"""The types of objects, and the attributes that each may have."""

_OF_EVERY_EVENT: Final = {"resource": "string", "role": "string"}

_encode: Final = msgspec.json.Encoder().encode


def write(path: Path, log: EventLog, provenance: Provenance) -> int:
    """Write the log to a new file; return how many events it has."""
    del provenance
    with path.open("xb") as file:
        file.write(b'{"eventTypes":')
        file.write(_encode([_type(activity_of(e), _OF_EVERY_EVENT | types_of(e)) for e in CASE_EVENTS]))
        file.write(b',"objectTypes":')
        file.write(_encode([_type(name, attributes) for name, attributes in OBJECT_TYPES.items()]))
        file.write(b',"events":')
        number = _array(file, _events(log))
        file.write(b',"objects":')
        _array(file, _objects(log))
        file.write(b"}\n")
    return number


def _array(file: BinaryIO, items: Iterable[Any]) -> int:
    number = 0
    for item in items:
        file.write(b",\n" if number else b"[\n")
        file.write(_encode(item))
        number += 1
    file.write(b"\n]" if number else b"[]")
    return number


def _events(log: EventLog) -> Iterator[dict[str, Any]]:
    for pseudonym, told in log.cases():
        yield from (_event(pseudonym, event) for event in told.events)


def _event(pseudonym: str, event: ToldEvent) -> dict[str, Any]:
    attributes = {"resource": event.resource, "role": event.role, **event.attributes}
    return {
        "id": f"{pseudonym}/{event.version}",
        "type": event.activity,
        "time": instant(event.on, event.version),
        "attributes": [{"name": name, "value": _text(value)} for name, value in attributes.items()],
        "relationships": _relationships(pseudonym, event.relations),
    }


def _objects(log: EventLog) -> Iterator[dict[str, Any]]:
    for key, of in log.shared_objects():
        yield {"id": key, "type": of, "attributes": [], "relationships": []}
    for pseudonym, told in log.cases():
        yield from _parts(pseudonym, told)


def _parts(pseudonym: str, told: ToldCase) -> Iterator[dict[str, Any]]:
    for part in told.objects:
        yield {
            "id": _id(pseudonym, part.key),
            "type": part.type,
            "attributes": _changes(part),
            "relationships": _relationships(pseudonym, part.relations),
        }


def _changes(part: ToldObject) -> list[dict[str, str]]:
    return [
        {"name": change.name, "time": instant(change.on, change.version), "value": _text(change.value)}
        for change in part.changes
    ]


def _relationships(pseudonym: str, relations: Iterable[Relation]) -> list[dict[str, str]]:
    """Return each relation once: a supervisor's transfer to the very organisation may name it twice."""
    told = dict.fromkeys((_id(pseudonym, relation.key), relation.qualifier) for relation in relations)
    return [{"objectId": of, "qualifier": qualifier} for of, qualifier in told]


def _id(pseudonym: str, key: str) -> str:
    """Return the id of an object; those that many cases share have their kind in theirs."""
    if key == objects.THE_CASE:
        return pseudonym
    return key if ":" in key else f"{pseudonym}/{key}"


def _type(name: str, attributes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": name,
        "attributes": [{"name": attribute, "type": of} for attribute, of in attributes.items()],
    }


def _text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
