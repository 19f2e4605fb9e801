"""What XES and OCEL 2.0 ask of a file, written from the published rules.

The XES schema is IEEE's (Std 1849-2016) and may not be copied here, so its grammar is written anew in RELAX NG, with
what the standard asks in words and no schema can say beside it. The OCEL 2.0 schema (arXiv:2403.01975, section 8.2) is
written anew likewise, stricter than the published one: nothing is allowed that it does not name, and the types that
are declared must hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import jsonschema
from lxml import etree

_ELEMENTARY: Final = "".join(
    f"""
    <element name="{name}">
      <attribute name="key"><data type="Name"/></attribute>
      <attribute name="value"><data type="{type_}"/></attribute>
      <ref name="attributes"/>
    </element>"""
    for name, type_ in (
        ("string", "string"),
        ("date", "dateTime"),
        ("int", "long"),
        ("float", "double"),
        ("boolean", "boolean"),
        ("id", "string"),
    )
)
_GRAMMAR: Final = f"""
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start><element name="log">
    <attribute name="xes.version"><data type="decimal"/></attribute>
    <optional><attribute name="xes.features"><data type="token"/></attribute></optional>
    <zeroOrMore><element name="extension">
      <attribute name="name"><data type="NCName"/></attribute>
      <attribute name="prefix"><data type="NCName"/></attribute>
      <attribute name="uri"><data type="anyURI"/></attribute>
    </element></zeroOrMore>
    <zeroOrMore><element name="global">
      <attribute name="scope"><choice><value>trace</value><value>event</value></choice></attribute>
      <ref name="attributes"/>
    </element></zeroOrMore>
    <zeroOrMore><element name="classifier">
      <attribute name="name"><data type="NCName"/></attribute>
      <attribute name="scope"><choice><value>trace</value><value>event</value></choice></attribute>
      <attribute name="keys"><data type="token"/></attribute>
    </element></zeroOrMore>
    <ref name="attributes"/>
    <zeroOrMore><element name="trace">
      <ref name="attributes"/>
      <zeroOrMore><ref name="event"/></zeroOrMore>
    </element></zeroOrMore>
    <zeroOrMore><ref name="event"/></zeroOrMore>
  </element></start>
  <define name="event"><element name="event"><ref name="attributes"/></element></define>
  <define name="attributes"><zeroOrMore><choice>{_ELEMENTARY}</choice></zeroOrMore></define>
</grammar>
"""
XES_GRAMMAR: Final = etree.RelaxNG(etree.fromstring(_GRAMMAR))

_STANDARD: Final = {
    "concept:name": "string",
    "concept:instance": "string",
    "lifecycle:model": "string",
    "lifecycle:transition": "string",
    "org:resource": "string",
    "org:role": "string",
    "org:group": "string",
    "time:timestamp": "date",
}
"""The attributes that the standard's own extensions define, and their types."""


def wrong_in_xes(content: bytes) -> list[str]:
    """Return what is not as XES asks."""
    log = etree.fromstring(content)
    wrong = [] if XES_GRAMMAR.validate(log) else [str(error) for error in XES_GRAMMAR.error_log]
    prefixes = {extension.get("prefix") for extension in log.findall("extension")}
    wanted = {
        scope: {one.get("key") for one in log.iterfind(f"global[@scope='{scope}']/*")}
        for scope in ("trace", "event")
    }
    wrong += [
        f"the classifier {classifier.get('name')} uses what is not declared as global"
        for classifier in log.findall("classifier")
        if not set((classifier.get("keys") or "").split()) <= wanted[classifier.get("scope") or "event"]
    ]
    for component in (log, *log.iter("trace", "event", "global")):
        own = [one for one in component if one.get("key") is not None]
        keys = [str(one.get("key")) for one in own]
        wrong += [
            f"{key} stands twice in a {component.tag}" for key in {k for k in keys if keys.count(k) > 1}
        ]
        for key in wanted.get(str(component.tag), set()) - set(keys):
            wrong.append(f"a {component.tag} lacks {key}, which is declared as global")
        for one in own:
            key = str(one.get("key"))
            prefix, colon, _ = key.partition(":")
            if colon and (prefix not in prefixes or _STANDARD.get(key) != one.tag):
                wrong.append(f"{key} is of no declared extension, or not the {one.tag} it should be")
            if one.tag == "date" and not str(one.get("value")).endswith("Z"):
                wrong.append(f"{key} is not in UTC")
    return wrong


def _list_of(*required: str, **properties: Any) -> dict[str, Any]:
    fields = {name: {"type": "string"} for name in required} | properties
    item = {
        "type": "object",
        "properties": fields,
        "required": sorted(fields),
        "additionalProperties": False,
    }
    return {"type": "array", "items": item}


_TIME: Final = {"type": "string", "format": "date-time", "pattern": "Z$"}
_KINDS: Final = {"enum": ["string", "time", "integer", "float", "boolean"]}
_TYPES: Final = _list_of("name", attributes=_list_of("name", type=_KINDS))
_RELATIONS: Final = _list_of("objectId", "qualifier")
OCEL_SCHEMA: Final = {
    "type": "object",
    "properties": {
        "eventTypes": _TYPES,
        "objectTypes": _TYPES,
        "events": _list_of(
            "id", "type", time=_TIME, attributes=_list_of("name", "value"), relationships=_RELATIONS
        ),
        "objects": _list_of(
            "id", "type", attributes=_list_of("name", "value", time=_TIME), relationships=_RELATIONS
        ),
    },
    "required": ["eventTypes", "objectTypes", "events", "objects"],
    "additionalProperties": False,
}

_VALUE: Final = {
    "integer": re.compile(r"-?[0-9]+"),
    "boolean": re.compile(r"true|false"),
    "string": re.compile(r"[^\n]+"),
}


def wrong_in_ocel(document: Any) -> list[str]:
    """Return what is not as OCEL 2.0 asks."""
    check = jsonschema.Draft7Validator(OCEL_SCHEMA, format_checker=jsonschema.FormatChecker())
    wrong = [error.message for error in check.iter_errors(document)]
    return wrong or [*_undeclared(document, "event"), *_undeclared(document, "object"), *_relations(document)]


def _undeclared(document: Any, kind: str) -> Iterator[str]:
    types = {
        one["name"]: {attribute["name"]: attribute["type"] for attribute in one["attributes"]}
        for one in document[f"{kind}Types"]
    }
    if len(types) != len(document[f"{kind}Types"]):
        yield f"a type of {kind} is declared twice"
    for one in document[f"{kind}s"]:
        if one["type"] not in types:
            yield f"the {kind} {one['id']} is of an undeclared type"
            continue
        declared = types[one["type"]]
        for attribute in one["attributes"]:
            of = declared.get(attribute["name"])
            if of is None or not _VALUE[of].fullmatch(attribute["value"]):
                yield f"{attribute} of a {one['type']} is not as declared: {of}"


def _relations(document: Any) -> Iterator[str]:
    ids = [one["id"] for one in (*document["events"], *document["objects"])]
    if len(set(ids)) != len(ids):
        yield "two events or objects have the same id"
    objects = {one["id"] for one in document["objects"]}
    for one in (*document["events"], *document["objects"]):
        relations = [(relation["objectId"], relation["qualifier"]) for relation in one["relationships"]]
        if len(set(relations)) != len(relations):
            yield f"{one['id']} has the same relation twice"
        for related, _ in relations:
            if related not in objects:
                yield f"{one['id']} has to do with {related}, which there is not"
    for event in document["events"]:
        if not event["relationships"]:
            yield f"the event {event['id']} has to do with nothing"
