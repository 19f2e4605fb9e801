"""What a log line may say: nothing that is anybody's.

Three fences, since each has gaps: a key that is known to be personal loses its value; a text that looks like a
social-security number, a phone number, an email address or a token loses that part; an object that is not plain
data is named, not shown. A raised error is told by its type and by where it was raised; its message only when it
is one that never repeats what was given.
"""

import math
import re
import sqlite3
import sys
import traceback
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Final
from uuid import UUID

import psycopg
import sqlalchemy as sa
from structlog.typing import EventDict

from adapters.storage_errors import StorageError
from domain.errors import FilRougeError
from domain.person import Identity

HIDDEN: Final = "[hidden]"

_STRUCTLOGS_OWN: Final = frozenset({"_record", "_from_structlog"})  # removed before the line is written
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LENGTH: Final = 300  # characters shown of a text
_READ: Final = 4000  # characters searched; a longer text is not shown at all, for a cut could hide what it is
_ITEMS: Final = 50  # of a list or a mapping
_DEPTH: Final = 4  # of lists and mappings in one another
_FRAMES: Final = 12  # innermost calls of a raised error
_CAUSES: Final = 5

# fmt: off
_PERSONAL_KEYS: Final = frozenset(Identity.model_fields) | {
    "first_name", "last_name", "full_name", "identity", "pseudonym", "nir_pseudonym",
    "body", "form", "headers", "input", "params", "parameters", "payload", "query", "text", "url",
    "token", "token_hash", "session_hash", "form_token", "master_key",
}
_PERSONAL_PARTS: Final = frozenset({  # of a key's words: `client_address` and `new_phone` too
    "address", "birth", "email", "nir", "note", "notes", "phone",
    "authorization", "bearer", "cookie", "password", "plaintext", "secret",
})
# fmt: on
_PERSONAL_TEXTS: Final = re.compile(
    r"(?<!\w)[1-478](?:[ .\u00a0]?\d\d){2}[ .\u00a0]?(?:\d\d|2[ABab])(?:[ .\u00a0]?\d{3}){2}(?:[ .\u00a0]?\d\d)?(?!\w)"  # NIR
    r"|(?<!\w)(?:\+33|0033|0)[ .\u00a0-]?(?:\(0\)[ .\u00a0-]?)?[1-9](?:[ .\u00a0-]?\d\d){4}(?!\w)"  # phone
    r"|[\w.+%-]{1,64}@[\w-]+(?:\.[\w-]+)+"  # email
    r"|(?<!\w)f[orsv]_[0-9a-f]{12}_[\w-]+"  # a token, a session, a browser or a sign-in of ours
    r"|(?i:bearer|basic) +[\w.~+/=-]{12,}"  # anybody's
    r"|://[^\s/@]+@"  # a password in an address
)


def censor(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Return the line with only what it may say, in plain data; a processor for structlog."""
    return {
        _text(key): value if key in _STRUCTLOGS_OWN else _entry(key, value, 0) for key, value in event.items()
    }


def tell_raised(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Replace `exc_info` and `stack_info` by `raised`: types, telling messages and places, and no value."""
    event.pop("stack_info", None)
    error = _raised(event.pop("exc_info", None))
    if error is not None:
        event["raised"] = describe(error)
    return event


def describe(error: BaseException) -> dict[str, object]:
    """Say what was raised and where, from the outermost error to its first cause."""
    told: dict[str, object] = {"type": _type(error), "where": _places(error.__traceback__)}
    if message := _message(error):
        told["message"] = message
    cause = error.__cause__ or error.__context__
    causes: list[str] = []
    while cause is not None and len(causes) < _CAUSES:
        causes.append(f"{_type(cause)}: {_message(cause)}" if _message(cause) else _type(cause))
        cause = cause.__cause__ or cause.__context__
    if causes:
        told["causes"] = causes
    return told


def _raised(exc_info: object) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple) and len(exc_info) == 3:
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    return sys.exc_info()[1] if exc_info else None


def _type(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _message(error: BaseException) -> str | None:
    """Return the message of the errors that say nothing of what was given: our own, the system's, the database's."""
    if isinstance(error, sa.exc.DBAPIError) and error.orig is not None:
        return _message(error.orig)
    if isinstance(error, sqlite3.Error | psycopg.OperationalError | psycopg.IntegrityError):
        return _text(str(error).partition("\n")[0])  # PostgreSQL's second line shows the values
    if isinstance(error, FilRougeError | StorageError | OSError):
        return _text(str(error))
    return None


def _places(start: TracebackType | None) -> list[str]:
    frames = [
        f"{'/'.join(Path(frame.f_code.co_filename).parts[-2:])}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(start)
    ]
    return frames[-_FRAMES:]


def _entry(key: object, value: object, depth: int) -> object:
    return HIDDEN if value is not None and _personal(key) else _plain(value, depth)


def _personal(key: object) -> bool:
    name = str(key).lower().replace("-", "_")
    return name in _PERSONAL_KEYS or not _PERSONAL_PARTS.isdisjoint(name.split("_"))


def _plain(value: object, depth: int) -> object:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str | UUID | Path):
        return _text(str(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, BaseException):
        return f"{_type(value)}: {_message(value)}" if _message(value) else _type(value)
    if depth < _DEPTH:
        if isinstance(value, Mapping):
            return {
                _text(str(key)): _entry(key, item, depth + 1) for key, item in list(value.items())[:_ITEMS]
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [_plain(item, depth + 1) for item in list(value)[:_ITEMS]]
    return f"<{type(value).__name__}>"


def _text(text: str) -> str:
    if len(text) > _READ:
        return f"<{len(text)} characters>"
    shown = _PERSONAL_TEXTS.sub(HIDDEN, text)
    # A value must not begin a line of its own, nor tell the reader's terminal what to do.
    shown = _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", shown)
    return shown if len(text) <= _LENGTH else f"{shown[:_LENGTH]}… ({len(text)} characters)"
