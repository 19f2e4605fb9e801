"""Rebuild every read model of a database, in a process of its own.

python -m tests.bench.rebuilder URL          again and again, until standard input is closed
python -m tests.bench.rebuilder URL once     once, and print how many events and in how many seconds

So that whoever measures neither shares its interpreter nor its memory with what is measured.
"""

import select
import sys
import time

from adapters.database import engine
from adapters.logging import configure
from adapters.rebuild.conduct import rebuild
from tests.bench.replay import PROCESSES
from workflows.deadlines import Deadlines


class _Beginning:
    """Says, once, that a rebuild is under way."""

    def __init__(self) -> None:
        self._said = False

    def __call__(self, _done: int, _total: int) -> None:
        if not self._said:
            self._said = True
            sys.stdout.write("begun\n")
            sys.stdout.flush()


def main(database_url: str, how_often: str = "") -> None:
    """Rebuild once, or again and again."""
    configure("error", "json")
    opened = engine(database_url)
    try:
        if how_often == "once":
            started = time.perf_counter()
            events = rebuild(opened, Deadlines(), jobs=PROCESSES).events
            sys.stdout.write(f"{events} {time.perf_counter() - started:.3f}\n")
            return
        beginning = _Beginning()
        while not select.select([sys.stdin], [], [], 0)[0]:
            rebuild(opened, Deadlines(), progress=beginning, jobs=PROCESSES)
    finally:
        opened.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
