"""Pages that stay whole while the list changes: a cursor is the last row seen, and Link leads on (RFC 8288)."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Annotated, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request
from pydantic import Field

from api.field_errors import in_parameter
from api.pages.paths import DONE
from api.problems import ProblemError
from api.refusals import invalid
from workflows.labels import Language

Keyset = tuple[date, str]
"""The day and the id that a list is ordered by."""

Limit = Annotated[int, Field(ge=1, le=200, description="How many at most, 1 to 200.")]
Cursor = Annotated[
    str | None,
    Field(max_length=200, description="Where the page before ended; take it from its header Link."),
]

UNREADABLE: Final = (binascii.Error, UnicodeDecodeError, ValueError)


def read_cursor(cursor: str | None, language: Language, order: str = "") -> Keyset | None:
    """Return where a page starts. Raises ProblemError for a cursor that is not ours, or of a list in another order."""
    if cursor is None:
        return None
    with suppress(*UNREADABLE):
        place, _, made_in = read_place(cursor).partition("/")
        day, _, case_id = place.partition(" ")
        if made_in == order:
            return date.fromisoformat(day), str(UUID(case_id))
    raise unreadable_cursor(language)


def unreadable_cursor(language: Language) -> ProblemError:
    """Return the problem of a cursor that is not ours."""
    return invalid([in_parameter("query", "after", "cursor", language)])


def read_place(cursor: str) -> str:
    """Return what a cursor says. Raises one of UNREADABLE."""
    padded = cursor + "=" * (-len(cursor) % 4)
    return urlsafe_b64decode(padded.encode("ascii")).decode("ascii")


def cursor_at(place: str) -> str:
    """Return the cursor that says where a page ended."""
    return urlsafe_b64encode(place.encode()).rstrip(b"=").decode()


def cursor_of(keyset: Keyset, order: str = "") -> str:
    """Return the cursor of a row, of a list that may be had in several orders: in which."""
    day, case_id = keyset
    return cursor_at(f"{day.isoformat()} {case_id}" + (f"/{order}" if order else ""))


def href_of_next(request: Request, last: Keyset | None, order: str = "") -> str | None:
    """Return the address of the page after the row `last`; none when that row is the last of all."""
    return href_after(request, None if last is None else cursor_of(last, order))


def href_after(request: Request, cursor: str | None) -> str | None:
    """Return the address of the page after a cursor. What was just recorded is told on the first page alone."""
    if cursor is None:
        return None
    left = ("after", DONE)
    asked: Sequence[tuple[str, str]] = [
        (n, v) for n, v in request.query_params.multi_items() if n not in left
    ]
    return f"{request.url.path}?{urlencode([*asked, ('after', cursor)])}"


def link_to_next(request: Request, last: Keyset | None, order: str = "") -> dict[str, str]:
    """Return the header that leads to the page after the row `last`; none when that row is the last of all."""
    return link_after(request, None if last is None else cursor_of(last, order))


def link_after(request: Request, cursor: str | None) -> dict[str, str]:
    """Return the header that leads to the page after a cursor; none without one."""
    href = href_after(request, cursor)
    return {} if href is None else {"Link": f'<{href}>; rel="next"'}
