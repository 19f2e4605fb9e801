"""What is wrong with each value, in words: pydantic's errors, never its messages, which may repeat what was sent.

A refusal says where (a JSON pointer, or a parameter's name), a stable code, a sentence, and what is accepted. Where it
is read from the schema, so a pointer only ever names fields that exist: an unknown field is refused at the object that
holds it, and named only by the known one it was probably meant to be.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import ErrorDetails

from domain.text import refuse, said_of
from workflows.labels import Language, in_language

Where = Literal["body", "query", "path", "header"]
Schema = Mapping[str, Any]
Texts = tuple[str, str]


class FieldError(BaseModel):
    """One value that is not accepted."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    where: Where = Field(serialization_alias="in", description="Which part of the request holds it.")
    pointer: str | None = Field(
        default=None, description="In a body: where, as a JSON pointer (RFC 6901) in a URI fragment."
    )
    parameter: str | None = Field(default=None, description="Elsewhere: the name of the parameter or header.")
    code: str = Field(description="What is wrong, as a stable code.")
    detail: str = Field(description="What is wrong, in words.")
    accepted: list[str] | None = Field(default=None, description="What is accepted, when it can be listed.")


_WORDS: Final[Mapping[str, Texts]] = {
    "required": ("Ce champ est obligatoire.", "This field is required."),
    "repeated": ("Ce paramètre ne se donne qu'une fois.", "This parameter is given once only."),
    "period_backwards": (
        "La période commence après sa fin.",
        "The period begins after its end.",
    ),
    "none_mature": (
        "Aucun consentement de la période n'est aussi ancien.",
        "Nobody who consented in the period has had that long.",
    ),
    "day_to_come": ("Cette date est à venir.", "This day is to come."),
    "same_past": (
        "C'est deux fois la même date, comptée de la même façon.",
        "This is twice the same day, counted alike.",
    ),
    "not_for_this": ("Cela n'est pas offert ici.", "This is not offered here."),
    "format_not_installed": (
        "Ce format n'est pas installé sur ce serveur.",
        "This format is not installed on this server.",
    ),
    "without_as_of": ("Ce paramètre ne va qu'avec as_of.", "This parameter goes with as_of only."),
    "unknown_field": ("Champ inconnu.", "Unknown field."),
    "unknown_value": ("Cette valeur n'est pas dans la liste.", "This value is not in the list."),
    "whole_number_expected": (
        "Un nombre entier est attendu, sans guillemets ni décimales.",
        "A whole number is expected, without quotes or decimals.",
    ),
    "boolean_expected": ("true ou false est attendu.", "true or false is expected."),
    "text_expected": ("Un texte est attendu.", "A text is expected."),
    "list_expected": ("Une liste est attendue.", "A list is expected."),
    "object_expected": ("Un objet JSON est attendu.", "A JSON object is expected."),
    "too_small": ("Ce nombre est trop petit.", "This number is too small."),
    "too_large": ("Ce nombre est trop grand.", "This number is too large."),
    "text_too_short": ("Ce texte est trop court.", "This text is too short."),
    "text_too_long": ("Ce texte est trop long.", "This text is too long."),
    "list_too_short": ("Cette liste a trop peu d'éléments.", "This list has too few items."),
    "list_too_long": ("Cette liste a trop d'éléments.", "This list has too many items."),
    "format": ("Cette valeur n'a pas la forme attendue.", "This value does not have the expected form."),
    "cursor": (
        "Cette valeur ne vient pas de cette liste : prenez-la dans l'en-tête Link de la page précédente.",
        "This value is not of this list: take it from the header Link of the page before.",
    ),
    "not_accepted": ("Cette valeur n'est pas admise.", "This value is not accepted."),
}

_CODES: Final[Mapping[str, str]] = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "enum": "unknown_value",
    "literal_error": "unknown_value",
    "int_type": "whole_number_expected",
    "int_parsing": "whole_number_expected",
    "int_from_float": "whole_number_expected",
    "int_parsing_size": "too_large",
    "finite_number": "not_accepted",
    "bool_type": "boolean_expected",
    "bool_parsing": "boolean_expected",
    "string_type": "text_expected",
    "string_unicode": "text_not_unicode",
    "list_type": "list_expected",
    "dict_type": "object_expected",
    "model_type": "object_expected",
    "model_attributes_type": "object_expected",
    "greater_than": "too_small",
    "greater_than_equal": "too_small",
    "less_than": "too_large",
    "less_than_equal": "too_large",
    "string_too_short": "text_too_short",
    "string_too_long": "text_too_long",
    "too_short": "list_too_short",
    "too_long": "list_too_long",
    "string_pattern_mismatch": "format",
}
"""Pydantic's codes in ours; those of `domain.text` are ours already, and carry their French words."""

_POSITION: Final = re.compile(r"line (\d+) column (\d+)")
_ESCAPES: Final = str.maketrans({"~": "~0", "/": "~1"})


def in_body(errors: Iterable[ErrorDetails], schema: Schema, language: Language) -> list[FieldError]:
    """Put the errors of a body into words; `schema` is that of what it should have been."""
    told = []
    for error in errors:
        node, path = _locate(schema, schema, error["loc"])
        pointer = "#" + "".join(f"/{str(step).translate(_ESCAPES)}" for step in path)
        code, detail = _in_words(error, language)
        if code in node.get("properties", {}):  # a rule between fields, named after the one to change
            pointer += f"/{code}"
        if code == "unknown_field":
            detail += _probably(str(error["loc"][-1]), node, language)
        told.append(
            FieldError(
                where="body", pointer=pointer, code=code, detail=detail, accepted=_accepted(node, error)
            )
        )
    return told


def in_parameter(
    where: Where, name: str, code: str, language: Language, accepted: Sequence[str] | None = None
) -> FieldError:
    """Say that a parameter is not accepted, for one of this module's codes."""
    detail = in_language(_WORDS[code], language)
    return FieldError(
        where=where,
        parameter=name,
        code=code,
        detail=detail,
        accepted=None if accepted is None else list(accepted),
    )


def at_pointer(
    pointer: str, code: str, language: Language, accepted: Sequence[str] | None = None
) -> FieldError:
    """Say that a value of a body is not accepted, for one of this module's codes."""
    detail = in_language(_WORDS[code], language)
    listed = None if accepted is None else list(accepted)
    return FieldError(where="body", pointer=pointer, code=code, detail=detail, accepted=listed)


def in_parameters(
    errors: Iterable[ErrorDetails], known: Mapping[str, Schema], language: Language
) -> list[FieldError]:
    """Put the errors of query, path and header parameters into words; `known` has each parameter's schema."""
    told = []
    for error in errors:
        where, *rest = error["loc"]
        name = str(rest[0]) if rest else ""
        code, detail = _in_words(error, language)
        if code == "unknown_field" or name not in known:
            detail += _closest(name, known, language)
            told.append(_parameter(where, None, code, detail, sorted(known)))
        else:
            node, _ = _locate(known[name], known[name], tuple(rest[1:]))
            told.append(_parameter(where, name, code, detail, _accepted(node, error)))
    return told


def json_position(errors: Sequence[ErrorDetails]) -> tuple[int, int] | None:
    """Return the line and column at which a body stops being JSON; None when it is JSON."""
    if not errors or errors[0]["type"] != "json_invalid":
        return None
    found = _POSITION.search(errors[0]["msg"])
    return (int(found[1]), int(found[2])) if found else (1, 1)


def _parameter(
    where: object, name: str | None, code: str, detail: str, accepted: list[str] | None
) -> FieldError:
    part: Where = where if where in ("path", "header") else "query"
    return FieldError(where=part, parameter=name, code=code, detail=detail, accepted=accepted)


def _in_words(error: ErrorDetails, language: Language) -> tuple[str, str]:
    """Return our code for the error, and its words."""
    kind = error["type"]
    context = error.get("ctx") or {}
    if "fr" in context:  # a refusal of ours, which says what it has to
        return kind, str(context["fr"]) if language == "fr" else error["msg"]
    if kind == "string_unicode":
        refusal = refuse("text_not_unicode")
        return refusal.type, said_of(refusal, language)
    code = _CODES.get(kind, "not_accepted")
    return code, in_language(_WORDS[code], language)


def _locate(root: Schema, start: Schema, loc: Sequence[int | str]) -> tuple[Schema, list[int | str]]:
    """Follow an error's location down the schema as far as it knows the way."""
    node, path = _resolved(root, start), []
    for step in loc:
        below = node.get("items") if isinstance(step, int) else node.get("properties", {}).get(step)
        if not isinstance(below, Mapping):
            break
        path.append(step)
        node = _resolved(root, below)
    return node, path


def _resolved(root: Schema, node: Schema) -> Schema:
    """Follow references; of alternatives take the one that is not null."""
    while True:
        if "$ref" in node:
            node = root["$defs"][node["$ref"].rpartition("/")[2]]
        elif "anyOf" in node:
            node = next(option for option in node["anyOf"] if option.get("type") != "null")
        else:
            return node


def _accepted(node: Schema, error: ErrorDetails) -> list[str] | None:
    """Say what the schema accepts here, when that can be listed or is short."""
    if error["type"] in ("extra_forbidden", "missing"):
        return (
            sorted(node["properties"])
            if error["type"] == "extra_forbidden" and "properties" in node
            else None
        )
    if node.get("type") == "array" and error["type"] not in ("list_type", "too_short", "too_long"):
        return None
    if "enum" in node:
        return [str(code) for code in node["enum"]]
    if "const" in node:
        return [str(node["const"])]
    match node.get("type"), node.get("format"):
        case "integer", _:
            return [f"{node.get('minimum', node.get('exclusiveMinimum', -1) + 1)}…{node.get('maximum', '')}"]
        case "boolean", _:
            return ["true", "false"]
        case "string", "date":
            return ["YYYY-MM-DD"]
        case "string", _ if error["type"] == "string_pattern_mismatch":
            return [node["pattern"]]
        case "array", _:
            return [f"{node.get('minItems', 0)}…{node.get('maxItems', '')}"]
        case _:
            return None


def _probably(name: str, node: Schema, language: Language) -> str:
    return _closest(name, node.get("properties", {}), language)


def _closest(name: str, known: Iterable[str], language: Language) -> str:
    """Guess which known name was meant; what was written is not repeated, it may be anything."""
    close = get_close_matches(name[:100], list(known), n=1, cutoff=0.7)
    if not close:
        return ""
    return f" Peut-être « {close[0]} » ?" if language == "fr" else f" Perhaps `{close[0]}`?"
