"""Run every comparison and print the table. Exits with 1 when a goal is missed."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from adapters.bootstrap import Service
from adapters.logging import configure
from tests.bench import commands, logs, queries, replay
from tests.bench.pairs import Row, compare, machine, markdown
from tests.bench.services import service
from tests.databases import KINDS, Databases, Kind, Run

REPLAYED = 20_000
"""How many cases are replayed; an event's share of the fixed costs is then small."""


@contextmanager
def _opened(databases: Databases, kind: Kind) -> Iterator[Service]:
    with (
        databases.fresh(kind, durable=True) as url,
        tempfile.TemporaryDirectory() as home,
        service(Path(home), url) as opened,
    ):
        yield opened


def command_row(databases: Databases, kind: Kind) -> Row:
    """One command against the library's get-and-save."""
    with _opened(databases, kind) as opened, databases.fresh(kind, durable=True) as other:
        native = commands.native(kind, other.removeprefix("sqlite:///") if kind == "sqlite" else other)
        return compare(
            f"one command, {kind}: throughput",
            commands.ours(opened),
            "the library's get-and-save, native recorder",
            commands.the_librarys(native),
            goal=1.0,
            higher_is_better=True,
            pairs=9,
            unit="command",
        )


def replay_rows(databases: Databases, kind: Kind) -> list[Row]:
    """Rebuilding every read model against the bare loops."""
    with _opened(databases, kind) as opened:
        logs.fill(opened, REPLAYED)
        return [
            compare(
                f"rebuild of every read model, {kind}{how}: time",
                ours,
                reference,
                replay.bare_loop(opened, statement),
                goal=2.0,
                unit="event",
            )
            for how, ours, reference, statement in (
                ("", replay.ours(opened), "a bare loop over the rows as stored", replay.AS_STORED),
                ("", replay.ours(opened), "a bare loop over the columns we need", replay.LEANEST),
                (
                    ", in place",
                    replay.in_place(opened),
                    "a bare loop over the rows as stored",
                    replay.AS_STORED,
                ),
            )
        ]


def query_rows(databases: Databases, kind: Kind) -> list[Row]:
    """The queue and every statistic at a hundred times as many cases."""
    with ExitStack() as stack:
        many, few = (stack.enter_context(_opened(databases, kind)) for _ in range(2))
        logs.fill(many, queries.MANY)
        logs.fill(few, queries.FEW)
        large, small = queries.Client(many), queries.Client(few)
        return [
            compare(
                f"{name}, {kind}: time at {queries.MANY:,} cases",
                large.asking(*asked),
                f"at {queries.FEW:,}",
                small.asking(*asked),
                goal=1.5,
                pairs=7,
                unit="request",
            )
            for name, asked in (queries.QUEUES | queries.STATISTICS).items()
        ]


def main() -> int:
    """Measure, print, and say whether every goal was reached."""
    configure("error", "json")  # a line for every request measured would drown the table
    run = Run.begin()
    rows: list[Row] = []
    try:
        databases = Databases(run.folder)
        for kind in KINDS:
            rows.append(command_row(databases, kind))
            rows += replay_rows(databases, kind)
            rows += query_rows(databases, kind)
    finally:
        run.end()
    sys.stdout.write(f"{datetime.now(UTC):%Y-%m-%d}, {machine()}\n\n{markdown(rows)}\n")
    return 0 if all(row.reached for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
