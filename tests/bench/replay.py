"""Rebuilding every read model, against a bare loop that reads the same rows and decodes their payloads."""

from collections.abc import Callable

from adapters import read_models
from adapters.bootstrap import Service
from adapters.database import reading, writing
from adapters.replay import ORGANISATIONS, stored_rows
from domain.upcasts import decode
from projections.registry import READ_MODELS
from tests.bench.pairs import Work

AS_STORED = "SELECT * FROM events ORDER BY position"
"""Every row as it is, in the order of the log: what anybody reading the log would write."""

LEANEST = (
    "SELECT case_id, version, topic, schema_version, occurred_on, actor, organisation, payload "
    f"FROM events WHERE case_id < '{ORGANISATIONS}' ORDER BY case_id, version"
)
"""Only the columns that the fold looks at, in the order it takes them: the least a loop over rows can read."""


def ours(opened: Service) -> Work:
    """Replay into new tables, as after a new version: fold every case, write every row, tally and index."""

    def ready() -> Callable[[], int]:
        with writing(opened.engine) as connection:
            for model in READ_MODELS.values():
                for table in model.tables:
                    table.drop(connection, checkfirst=True)
        return lambda: read_models.rebuild(opened.engine, opened.settings.deadlines)

    return ready


def in_place(opened: Service) -> Work:
    """Replay over the tables as they are, readers going on undisturbed."""

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
