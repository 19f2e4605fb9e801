"""Rebuilding read models, against a bare loop that reads the same rows and decodes their payloads."""

from collections.abc import Callable, Iterator

from adapters.bootstrap import Service
from adapters.database import reading
from adapters.rebuild.conduct import rebuild
from adapters.replay import stored_rows
from domain.upcasts import decode
from tests.bench.pairs import Row, Work, compare
from tests.databases import Kind

AS_STORED = "SELECT * FROM events ORDER BY position"
"""Every row as it is, in the order of the log: what anybody reading the log would write."""

PROCESSES = 2
_GOALS = {"sqlite": 1.3, "postgresql": 2.0}


def rows(opened: Service, kind: Kind, pairs: int) -> Iterator[Row]:
    """Compare a rebuild of every read model with the bare loop: by two processes, and by this one alone."""
    for how, jobs, goal in ((f"{PROCESSES} processes", PROCESSES, _GOALS[kind]), ("one process", 0, 2.0)):
        yield compare(
            f"rebuild of every read model, {kind}, {how}: time",
            ours(opened, jobs),
            "a bare loop over the rows as stored, one process",
            bare_loop(opened),
            goal=goal,
            pairs=pairs,
            unit="event",
        )


def ours(opened: Service, jobs: int = PROCESSES) -> Work:
    """Build every read model anew beside the live ones, and put them in their place; 0 jobs: in this process."""

    def ready() -> Callable[[], int]:
        return lambda: rebuild(opened.engine, opened.settings.deadlines, jobs=jobs).events

    return ready


def bare_loop(opened: Service) -> Work:
    """Read the same rows with the driver, decode their payloads with the same decoder, and do nothing with them."""

    def run() -> int:
        read = 0
        with reading(opened.engine) as connection:
            for row in stored_rows(connection, AS_STORED):
                decode(row[3], row[4], row[12])
                read += 1
        return read

    return lambda: run
