"""Run every comparison and print the table. Exits with 1 when a goal is missed."""

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import commands
from tests.bench.pairs import Row, compare, machine, markdown
from tests.bench.services import service
from tests.databases import KINDS, Databases, Kind, Run


def command_row(databases: Databases, kind: Kind) -> Row:
    """One command against the library's get-and-save."""
    with (
        databases.fresh(kind, durable=True) as url,
        databases.fresh(kind, durable=True) as other,
        tempfile.TemporaryDirectory() as home,
        service(Path(home), url) as opened,
    ):
        native = commands.native(kind, other.removeprefix("sqlite:///") if kind == "sqlite" else other)
        return compare(
            f"one command, {kind}: throughput",
            commands.ours(opened),
            "the library's get-and-save, native recorder",
            commands.the_librarys(native),
            goal=1.0,
            higher_is_better=True,
            pairs=7,
            unit="command",
        )


def main() -> int:
    """Measure, print, and say whether every goal was reached."""
    run = Run.begin()
    try:
        databases = Databases(run.folder)
        rows = [command_row(databases, kind) for kind in KINDS]
    finally:
        run.end()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine()}\n")
    print(markdown(rows))
    return 0 if all(row.reached for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
