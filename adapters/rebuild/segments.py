"""The log cut into segments of cases, about as many events in each: what the workers share out among themselves."""

from itertools import pairwise
from typing import Final

from sqlalchemy import Connection

from adapters.connections import driver_cursor, positional
from adapters.rebuild.piecework import Segment
from adapters.replay import ORGANISATIONS

_EVENTS_EACH: Final = 5_000
_MOST: Final = 400


def segments(connection: Connection, head: int) -> list[Segment]:
    """Return segments that together hold every case, cut at the cases of events evenly spread over the log."""
    number = min(max(head // _EVENTS_EACH, 1), _MOST)
    places = [head * k // number for k in range(1, number)]
    bounds = [None, *_cases_at(connection, places), None]
    return [Segment(after, upto) for after, upto in pairwise(bounds)]


def _cases_at(connection: Connection, places: list[int]) -> list[str]:
    if not places:
        return []
    marks = ", ".join("?" * len(places))
    statement = (
        f"SELECT DISTINCT case_id FROM events WHERE position IN ({marks}) "  # noqa: S608 - our own words only
        f"AND case_id < '{ORGANISATIONS}' ORDER BY case_id"
    )
    with driver_cursor(connection) as cursor:
        cursor.execute(positional(statement, connection.engine), places)
        return [case_id for (case_id,) in cursor.fetchall()]
