"""A request's body: read whole, within its limit, then understood strictly as the command it should be.

The commands are strict (no "12" for 12, no unknown field), which pydantic does only for JSON it reads itself: so the
body is handed over as bytes, and never through Python's own JSON. That only says whether a name is given twice, of
which pydantic would keep the last, or a number is NaN or infinite, which is not JSON (RFC 8259).
"""

import json
from functools import cache
from typing import Annotated, Any, Final, TypeVar

from fastapi import Depends, Request
from pydantic import ValidationError

from api.field_errors import in_body, json_position
from api.problems import Kind, ProblemError
from api.refusals import invalid
from domain.command import Part
from workflows.labels import Language

C = TypeVar("C", bound=Part)

_JSON: Final = "application/json"
_EMPTY: Final = (
    "Le corps de la requête est vide ; un objet JSON est attendu, au moins {}.",
    "The request's body is empty; a JSON object is expected, {} at least.",
)
_TWICE: Final = (
    "Le corps de la requête donne deux fois un même champ ; chacun se donne une fois.",
    "The request's body gives a field twice; each is given once.",
)
_NO_NUMBER: Final = (
    "Le corps de la requête contient NaN ou Infinity, qui ne sont pas du JSON.",
    "The request's body holds NaN or Infinity, which are not JSON.",
)
_CHARSETS: Final = frozenset({"utf-8", "utf8"})


async def _json_bytes(request: Request) -> bytes:
    """Return the body. Raises ProblemError when it is announced as anything but plain JSON, or too long."""
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    encoded = request.headers.get("content-encoding", "identity").strip().lower()
    if media_type.strip().lower() != _JSON or not _is_utf8(parameters) or encoded != "identity":
        raise ProblemError(Kind.UNSUPPORTED_MEDIA_TYPE, headers={"Accept-Post": _JSON})
    return await request.body()


JsonBody = Annotated[bytes, Depends(_json_bytes)]


def understood(kind: type[C], body: bytes, language: Language) -> C:
    """Return the command, or what else is asked for, that the body is. Raises ProblemError: MALFORMED_JSON, or INVALID naming every field."""
    try:
        command = kind.model_validate_json(body)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
    else:
        _refuse_what_was_overlooked(body)
        return command
    if not body.strip():
        raise ProblemError(Kind.MALFORMED_JSON, _EMPTY, members={"line": 1, "column": 0})
    position = json_position(errors)
    if position is not None:
        raise _malformed(*position)
    raise invalid(in_body(errors, payload_schema(kind), language))


@cache
def payload_schema(kind: type[Part]) -> dict[str, Any]:
    """Return the JSON schema of what a body should be."""
    return kind.model_json_schema()


def _refuse_what_was_overlooked(body: bytes) -> None:
    """Raise ProblemError for a name that is given twice in an object, and for a number that JSON does not have."""

    def once(pairs: list[tuple[str, Any]]) -> None:
        if len({name for name, _ in pairs}) < len(pairs):
            raise ProblemError(Kind.MALFORMED_JSON, _TWICE)

    def no_number(_: str) -> None:
        raise ProblemError(Kind.MALFORMED_JSON, _NO_NUMBER)

    json.loads(body, object_pairs_hook=once, parse_constant=no_number, parse_int=len, parse_float=len)


def _malformed(line: int, column: int) -> ProblemError:
    french, english = Kind.MALFORMED_JSON.detail
    return ProblemError(
        Kind.MALFORMED_JSON,
        (
            f"{french[:-1]} (ligne {line}, colonne {column}).",
            f"{english[:-1]} (line {line}, column {column}).",
        ),
        members={"line": line, "column": column},
    )


def _is_utf8(parameters: str) -> bool:
    """Tell whether a media type's parameters leave the text in UTF-8, as all JSON is (RFC 8259)."""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in _CHARSETS:
            return False
    return True
