"""Rebuilding every read model, against a bare loop that reads the same rows and decodes their payloads."""

from collections.abc import Callable

from adapters import read_models
from adapters.bootstrap import Service
from adapters.database import reading
from adapters.replay import ORGANISATIONS, stored_rows
from domain.upcasts import decode
from tests.bench.pairs import Work

_ROWS = (
    "SELECT case_id, version, topic, schema_version, occurred_on, actor, organisation, payload "
    f"FROM events WHERE case_id < '{ORGANISATIONS}' ORDER BY case_id, version"
)
"""What the fold needs of every event, in the order of the cases, and not a column more."""


def ours(opened: Service) -> Work:
    """Throw all read models away and replay: fold every case, write every row, tally and index."""

    def ready() -> Callable[[], int]:
        return lambda: read_models.rebuild(opened.engine, opened.settings.deadlines)

    return ready


def bare_loop(opened: Service) -> Work:
    """Read the same rows with the driver, decode their payloads with the same decoder, and do nothing with them."""

    def run() -> int:
        read = 0
        with reading(opened.engine) as connection:
            for row in stored_rows(connection, _ROWS):
                decode(row[2], row[3], row[7])
                read += 1
        return read

    return lambda: run
