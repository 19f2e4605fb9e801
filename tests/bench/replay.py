"""Rebuilding every read model, against a bare loop that reads the same rows and decodes their payloads."""

from collections.abc import Callable

from adapters import read_models
from adapters.bootstrap import Service
from adapters.database import reading
from adapters.replay import ORGANISATIONS, stored_rows
from domain.upcasts import decode
from tests.bench.pairs import Work

AS_STORED = "SELECT * FROM events ORDER BY position"
"""Every row as it is, in the order of the log: what anybody reading the log would write."""

LEANEST = (
    "SELECT case_id, version, topic, schema_version, occurred_on, actor, organisation, payload "
    f"FROM events WHERE case_id < '{ORGANISATIONS}' ORDER BY case_id, version"
)
"""Only the columns that the fold looks at, in the order it takes them: the least a loop over rows can read."""


def ours(opened: Service) -> Work:
    """Throw all read models away and replay: fold every case, write every row, tally and index."""

    def ready() -> Callable[[], int]:
        return lambda: read_models.rebuild(opened.engine, opened.settings.deadlines)

    return ready


def bare_loop(opened: Service, statement: str) -> Work:
    """Read the same rows with the driver, decode their payloads with the same decoder, and do nothing with them."""
    topic, schema_version, payload = (3, 4, 12) if statement == AS_STORED else (2, 3, 7)

    def run() -> int:
        read = 0
        with reading(opened.engine) as connection:
            for row in stored_rows(connection, statement):
                decode(row[topic], row[schema_version], row[payload])
                read += 1
        return read

    return lambda: run
