"""What the API's description says of each route beside its types: its problems, its examples, its headers."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from api.problems import MEDIA_TYPE, RETRY_AFTER_SECONDS, Kind

SCHEMAS: Final = "#/components/schemas/"
STORED: Final = "$stored"
"""Stands for a stored example until the document is made: FastAPI would drop every null of it."""

Responses = dict[int | str, dict[str, Any]]

EVERYWHERE: Final = (
    Kind.AUTHENTICATION_REQUIRED,
    Kind.TOKEN_REFUSED,
    Kind.FORBIDDEN,
    Kind.METHOD_NOT_ALLOWED,
    Kind.TOO_LARGE,
    Kind.TOO_MANY_ATTEMPTS,
    Kind.UNEXPECTED,
    Kind.BUSY,
    Kind.NOT_RECORDED,
    Kind.UNAVAILABLE,
    Kind.SCHEMA_MISMATCH,
    Kind.NOT_CURRENT,
    Kind.PROVIDER_UNAVAILABLE,
)
"""What any route under /api/v1 may answer."""

_HEADERS: Final[Mapping[int, Mapping[str, str]]] = {
    401: {"WWW-Authenticate": "How to say who is asking."},
    405: {"Allow": "The methods of this address."},
    412: {"ETag": "The version the case is at."},
    429: {"Retry-After": "When to try again, in seconds."},
    503: {"Retry-After": "When to try again, in seconds."},
}

ETAG: Final = {"ETag": {"description": "The case's version, for If-Match.", "schema": {"type": "string"}}}
LINK: Final = {
    "Link": {"description": 'The next page, as rel="next"; absent on the last.', "schema": {"type": "string"}}
}
LOCATION: Final = {
    "Location": {"description": "Where its progress can be followed.", "schema": {"type": "string"}}
}
REPLAYED: Final = {
    "Idempotent-Replayed": {
        "description": "true when this is the first answer to this Idempotency-Key, given again.",
        "schema": {"type": "string", "enum": ["true"]},
    }
}

IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Makes repeating the request harmless: the first answer is given again. A UUID is best.",
    "schema": {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9._:~+/=-]{0,127}$"},
}
IF_MATCH: Final = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The case's ETag as it was read.",
    "schema": {"type": "string", "pattern": r'^"[1-9][0-9]{0,8}"$'},
}

ACCEPT_LANGUAGE: Final = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "The language of the texts: `fr`, the default, or `en`. What is neither counts for nothing.",
    "schema": {"type": "string"},
    "example": "en",
}
REQUEST_ID: Final = {
    "name": "X-Request-Id",
    "in": "header",
    "required": False,
    "description": "Ties this request to others, in the log and in the events it causes. Only a form that a program "
    "draws is taken over: a UUID, 32 hexadecimal digits, a ULID or a W3C traceparent. Anything else, which might be "
    "somebody's, is replaced by a fresh one.",
    "schema": {"type": "string"},
    "example": "6f0c8f1e-3c0a-4c7e-9a55-0a4c4a3f0b11",
}
ON_EVERY_REQUEST: Final = (ACCEPT_LANGUAGE, REQUEST_ID)

ON_EVERY_ANSWER: Final[Mapping[str, Any]] = {
    "X-Request-Id": {
        "description": "The id that was taken over, or the fresh one.",
        "schema": {"type": "string"},
    },
    "Content-Language": {
        "description": "The language of the texts.",
        "schema": {"type": "string", "enum": ["fr", "en"]},
    },
}


def responses(
    *kinds: Kind, status: int = 200, example: str | None = None, headers: Mapping[str, Any] | None = None
) -> Responses:
    """Describe what a route answers: its success (with the stored `example`, with `headers`) and its problems."""
    success: dict[str, Any] = {}
    if example is not None:
        success["content"] = {"application/json": {"examples": {example: {"value": {STORED: example}}}}}
    if headers:
        success["headers"] = dict(headers)
    return {status: success} | problems(*EVERYWHERE, *kinds)


def problems(*kinds: Kind) -> Responses:
    """Describe problems, by status."""
    by_status: dict[int, list[Kind]] = {}
    for kind in kinds:
        by_status.setdefault(kind.status, []).append(kind)
    return {status: _problem(status, some) for status, some in sorted(by_status.items())}


def body(schema: Mapping[str, Any], **examples: str) -> dict[str, Any]:
    """Describe a JSON body, with stored examples by name; `actions/accept` is the part `accept` of `actions`."""
    shown = {name: {"value": {STORED: example}} for name, example in examples.items()}
    content = {"application/json": {"schema": dict(schema), "examples": shown}}
    return {"required": True, "content": content}


@cache
def stored(name: str) -> Any:
    """Return an example. Each was answered, or accepted, by the API itself: a test plays them all again."""
    file, _, part = name.partition("/")
    text = files("api").joinpath("examples", f"{file}.json").read_text(encoding="utf-8")
    return json.loads(text)[part] if part else json.loads(text)


def _problem(status: int, kinds: list[Kind]) -> dict[str, Any]:
    shown = {kind.code: {"value": {STORED: f"problems/{kind.code}"}} for kind in kinds}
    described: dict[str, Any] = {
        "description": " / ".join(kind.title[1] for kind in kinds),
        "content": {MEDIA_TYPE: {"schema": {"$ref": f"{SCHEMAS}ProblemView"}, "examples": shown}},
    }
    if headers := _HEADERS.get(status):
        described["headers"] = {
            name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()
        }
    return described


if set(RETRY_AFTER_SECONDS) != {kind for kind in Kind if kind.status == 503}:
    raise AssertionError("every 503 says when to try again")
