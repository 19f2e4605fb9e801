"""Run the comparisons and print the table, each row as soon as it is measured. Exits with 1 when a goal is missed.

python -m tests.bench                                        everything, on both databases
python -m tests.bench rebuild past --on sqlite               some rows
python -m tests.bench peers --cases 2000 --pairs 1           a small log: does it run?
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from functools import cached_property

from adapters.bootstrap import Service
from adapters.logging import configure
from tests.bench import commands, hidden, logs, pages, past, queries, replay, waiting
from tests.bench.pairs import Row, compare, heading, line, machine
from tests.databases import KINDS, Databases, Kind, Run

CASES = 110_000
"""Of a log of a million events."""


class Measuring:
    """What the rows of one database are measured on; a long log is filled when the first row asks for it."""

    def __init__(self, databases: Databases, kind: Kind, cases: int, pairs: int, stack: ExitStack) -> None:
        self.kind = kind
        self.pairs = pairs
        self.cases = cases
        self._databases = databases
        self._stack = stack

    def commands(self) -> Iterator[Row]:
        """One command against the library's get-and-save."""
        with logs.opened(self._databases, self.kind) as opened, self._fresh() as other:
            native = commands.native(self.kind, other.removeprefix("sqlite:///"))
            yield compare(
                f"one command, {self.kind}: throughput",
                commands.ours(opened),
                "the library's get-and-save, native recorder",
                commands.the_librarys(native),
                goal=1.0,
                higher_is_better=True,
                pairs=max(self.pairs, 9) if self.pairs > 1 else 1,
                unit="command",
            )

    def rebuild(self) -> Iterator[Row]:
        """A rebuild of every read model against the bare loop."""
        yield from replay.rows(self._long, self.kind, self.pairs)

    def past(self) -> Iterator[Row]:
        """A statistic of a past day against a rebuild of its one model."""
        yield from past.rows(self._long, self.kind, self.pairs)

    def peers(self) -> Iterator[Row]:
        """A rebuild of every read model against others' of one."""
        from tests.bench import others  # Protean is only there in the benchmark's own environment

        yield from others.rows(self._long, self._databases, self.kind, self.pairs)

    def waiting(self) -> Iterator[Row]:
        """A command during a rebuild against one without."""
        yield from waiting.rows(self._long, self.kind, self.pairs)

    def queries(self) -> Iterator[Row]:
        """The queue, every statistic and the pages at a hundred times as many cases."""
        many_cases = min(queries.MANY, self.cases)
        few_cases = min(queries.FEW, self.cases // 100)
        with (
            logs.filled(self._databases, self.kind, many_cases) as many,
            logs.filled(self._databases, self.kind, few_cases) as few,
        ):
            large, small = queries.Client(many), queries.Client(few)
            for name, asked in (queries.QUEUES | queries.STATISTICS).items():
                yield compare(
                    f"{name}, {self.kind}: time at {many_cases:,} cases",
                    large.asking(*asked),
                    f"at {few_cases:,}",
                    small.asking(*asked),
                    goal=1.5,
                    pairs=max(self.pairs, 7) if self.pairs > 1 else 1,
                    unit="request",
                )

            yield from pages.rows(
                many, few, self.kind, max(self.pairs, 7) if self.pairs > 1 else 1, (many_cases, few_cases)
            )

    def hidden(self) -> Iterator[Row]:
        """A case of another organisation against none, which must take the same."""
        with logs.filled(self._databases, self.kind, min(hidden.CASES, self.cases)) as made:
            yield from hidden.rows(made, self.kind, self.pairs)

    @cached_property
    def _long(self) -> Service:
        return self._stack.enter_context(logs.filled(self._databases, self.kind, self.cases))

    def _fresh(self) -> AbstractContextManager[str]:
        return self._databases.fresh(self.kind, durable=True)


ROWS: dict[str, Callable[[Measuring], Iterator[Row]]] = {
    "commands": Measuring.commands,
    "rebuild": Measuring.rebuild,
    "past": Measuring.past,
    "peers": Measuring.peers,
    "waiting": Measuring.waiting,
    "queries": Measuring.queries,
    "hidden": Measuring.hidden,
}
"""In the order in which they are measured: those that add to the log come after those that measure on it."""


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and say whether every goal was reached."""
    asked = _asked(arguments)
    configure("error", "json")  # a line for every request measured would drown the table
    run = Run.begin()
    reached = True
    sys.stdout.write(f"{datetime.now(UTC):%Y-%m-%d}, {machine()}\n\n{heading()}\n")
    try:
        databases = Databases(run.folder)
        for kind in asked.on:
            with ExitStack() as stack:
                measuring = Measuring(databases, kind, asked.cases, asked.pairs, stack)
                for name, rows in ROWS.items():
                    for row in rows(measuring) if not asked.rows or name in asked.rows else ():
                        sys.stdout.write(f"{line(row)}\n")
                        sys.stdout.flush()
                        reached &= row.reached
    finally:
        run.end()
    return 0 if reached else 1


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.bench", description="Measure what was promised.")
    parser.add_argument("rows", nargs="*", metavar="ROWS", help=f"some of: {', '.join(ROWS)}")
    parser.add_argument("--on", nargs="+", choices=KINDS, default=list(KINDS), help="which databases")
    parser.add_argument("--cases", type=int, default=CASES, help="of the log that is rebuilt")
    parser.add_argument("--pairs", type=int, default=5, help="how often each comparison is made")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.rows) - ROWS.keys():
        parser.error(f"no such rows: {', '.join(sorted(unknown))}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
