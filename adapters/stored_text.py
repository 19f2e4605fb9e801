"""Texts that both databases give back exactly as they were put in; the others are refused before anything is written.

PostgreSQL keeps no NUL character, and neither it nor UTF-8 knows half of a
surrogate pair. SQLite would take the first and choke later on the second. The
rule looks inside JSON too, where both hide in escapes: whoever reads the event
would get a text that no column of a read model can hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from adapters.storage_errors import TextRefused

_NUL: Final = "a NUL character (U+0000) cannot be stored"
_HALF: Final = "half of a surrogate pair is not a character"
_NOT_UTF8: Final = "not UTF-8"

# A backslash and what it escapes, so that an escaped backslash followed by "u0000" is not taken for a NUL.
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)


def refuse_unstorable(columns: Mapping[str, str | None]) -> None:
    """Raise `TextRefused` for the first column whose text cannot be stored."""
    for column, text in columns.items():
        if text is None:
            continue
        if "\x00" in text:
            raise TextRefused(column, _NUL)
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise TextRefused(column, _HALF) from None


def json_text(column: str, state: bytes) -> str:
    """Return an event's serialised state as the text to store.

    Raises `TextRefused` when it is not UTF-8, or holds a NUL or half a
    surrogate pair, written out or as a JSON escape.
    """
    try:
        text = state.decode("utf-8")
    except UnicodeDecodeError:
        raise TextRefused(column, _NOT_UTF8) from None
    if "\x00" in text:
        raise TextRefused(column, _NUL)
    if "\\u" in text:
        _refuse_escapes(column, text)
    return text


def _refuse_escapes(column: str, text: str) -> None:
    awaited = -1  # where the second half of a pair must begin
    for escape in _ESCAPE.finditer(text):
        code = int(escape[1], 16) if escape[1] else -1
        if code == 0:
            raise TextRefused(column, _NUL)
        if 0xDC00 <= code <= 0xDFFF:
            if awaited != escape.start():
                raise TextRefused(column, _HALF)
            awaited = -1
        elif awaited >= 0:
            raise TextRefused(column, _HALF)
        elif 0xD800 <= code <= 0xDBFF:
            awaited = escape.end()
    if awaited >= 0:
        raise TextRefused(column, _HALF)
