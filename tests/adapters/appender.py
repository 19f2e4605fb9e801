"""A process that appends events until it is told to stop, or killed: `python -m tests.adapters.appender URL CASE BATCH`.

It says "ready", waits for a line on its standard input, and appends until that
input is closed. After each commit, and never before, it says the positions
that it was given. It exits with 3 when the database was lost.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from threading import Event, Thread

from adapters.database import DatabaseUnavailable
from tests.adapters.makers import event, store

ROOT = Path(__file__).parents[2]
DATABASE_LOST = 3


class Appender:
    """Such a process, seen from the test."""

    def __init__(self, process: Popen[str]) -> None:
        self._process = process
        self.acknowledged: list[int] = []

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def go(self) -> None:
        """Let it append, once it is ready."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def listen(self, commits: int) -> None:
        """Wait until so many more commits were acknowledged."""
        assert self._process.stdout is not None
        for _ in range(commits):
            self._note(self._process.stdout.readline())

    def stop(self) -> int:
        """Let it finish its last commit, and return its exit code; all that it said is in `acknowledged`."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self._end()

    def kill(self) -> None:
        """Kill it outright, wherever it is; what it had said is in `acknowledged`."""
        self._process.kill()
        self._end()

    def _end(self) -> int:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._note(line)
        return self._process.wait()

    def _note(self, line: str) -> None:
        if line.endswith("\n"):  # a line cut short was not said
            self.acknowledged.extend(map(int, line.split()))


@contextmanager
def appender(database_url: str, case_id: str, batch: int) -> Iterator[Appender]:
    """Start one, and see to its end."""
    command = [sys.executable, "-m", "tests.adapters.appender", database_url, case_id, str(batch)]
    with Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True) as process:
        try:
            yield Appender(process)
        finally:
            process.kill()


def main(database_url: str, case_id: str, batch: str) -> None:
    """Append to one case, going on from its last version."""
    stopped = Event()

    def wait_for_the_end() -> None:
        sys.stdin.read()
        stopped.set()

    with store(database_url) as recorder:
        version = len(recorder.select_events(case_id))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        Thread(target=wait_for_the_end, daemon=True).start()
        while not stopped.is_set():
            positions = recorder.insert_events([event(case_id, version + 1 + i) for i in range(int(batch))])
            version += len(positions)
            sys.stdout.write(" ".join(map(str, positions)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except DatabaseUnavailable:
        sys.exit(DATABASE_LOST)
