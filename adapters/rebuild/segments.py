"""The log cut into segments of cases, about as many events in each: what the workers share out among themselves."""

from itertools import pairwise
from typing import Final

from sqlalchemy import Connection

from adapters.connections import driver_cursor, positional
from adapters.rebuild.piecework import Segment
from adapters.replay import ORGANISATIONS

_FEWEST_EVENTS: Final = 5_000
_EACH: Final = 6
"""Segments for each worker: a few, so that all end together."""


def segments(connection: Connection, head: int, jobs: int) -> list[Segment]:
    """Return segments that together hold every case, cut at the cases of events evenly spread over the log.

    They are in the order of the ids, in which SQLite's tables are filled best.
    """
    number = max(min(jobs * _EACH, head // _FEWEST_EVENTS), 1)
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
