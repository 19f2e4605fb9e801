"""Any body that a command accepts, drawn from the schema that the API gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, TypeVar

from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from api.bodies import payload_schema

M = TypeVar("M", bound=BaseModel)
Schema = Mapping[str, Any]

_LETTERS: Final = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp", "Cf"))
_KNOWN: Final[Mapping[str, st.SearchStrategy[str]]] = {
    "nir": st.sampled_from(["251103012611138", "2 51 10 30 126 111 38"]),
    "phone": st.sampled_from(["0612345678", "+33 (0)6 12.34"]),
    "email": st.sampled_from(["x@y.fr", "prénom.nom@cpam.fr"]),
    "counsellor": st.from_regex(r"[a-z][a-z0-9]{1,5}\.[a-z]{1,5}", fullmatch=True),
}


def bodies(kind: type[M]) -> st.SearchStrategy[M]:
    """Return commands built from any body that is accepted."""
    schema = payload_schema(kind)
    return _any(schema, schema).map(lambda body: _accepted(kind, body)).filter(lambda m: m is not None)  # type: ignore[return-value]


def _accepted(kind: type[M], body: object) -> M | None:
    try:
        return kind.model_validate_json(json.dumps(body))
    except ValidationError:
        return None


def _any(root: Schema, node: Schema, name: str = "") -> st.SearchStrategy[Any]:
    if "$ref" in node:
        return _any(root, root["$defs"][node["$ref"].rpartition("/")[2]], name)
    if "anyOf" in node:
        return st.one_of([_any(root, option, name) for option in node["anyOf"]])
    if "enum" in node:
        return st.sampled_from(node["enum"])
    match node["type"]:
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(node.get("minimum", node.get("exclusiveMinimum", -1) + 1), node["maximum"])
        case "array":
            most = min(node.get("maxItems", 4), 4)
            return st.lists(_any(root, node["items"], name), min_size=node.get("minItems", 0), max_size=most)
        case "object":
            needed = node.get("required", [])
            parts = {key: _any(root, part, key) for key, part in node["properties"].items()}
            return st.fixed_dictionaries(
                {key: part for key, part in parts.items() if key in needed},
                optional={key: part for key, part in parts.items() if key not in needed},
            )
        case _:
            return _text(node, name)


def _text(node: Schema, name: str) -> st.SearchStrategy[str]:
    if name in _KNOWN:
        return _KNOWN[name]
    if node.get("format") == "date":
        return st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(date.isoformat)
    if "pattern" in node:
        return st.from_regex(node["pattern"].removesuffix("$"), fullmatch=True)
    lines = st.sampled_from([" ", "\n", "\t"]) if node["maxLength"] >= 500 else st.just(" ")
    return st.lists(_LETTERS | lines, min_size=1, max_size=30).map("".join)
