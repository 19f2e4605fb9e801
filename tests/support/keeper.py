"""Clears up after a test run, however the run ends.

Started by the pytest process that everything else hangs from, with a pipe for standard
input. The pipe closes when that process closes it, fails, or is killed; then the run's
servers are stopped, its databases dropped and its folders removed.

    python -m tests.support.keeper FOLDER
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from tests.support.postgresql import Server, ServerFailed, provide_binaries


def clear(run: Path) -> None:
    """Stop every server in the run's folder, drop what it left on the server it was given, remove its folders."""
    from tests.databases import disk, drop_leftovers

    on_disk = disk(run).resolve()
    for pid_file in (*run.glob("*/data/postmaster.pid"), *on_disk.glob("*/data/postmaster.pid")):
        # Already gone, perhaps killed by its test: nothing is left to stop.
        with suppress(ServerFailed, OSError):
            Server(pid_file.parent.parent, provide_binaries(on_disk)).stop("immediate")
    if given := os.environ.get("TEST_DATABASE_URL"):
        drop_leftovers(given, run)
    for folder in (on_disk, run):
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.stdin.read()
    clear(Path(sys.argv[1]))
