"""A rebuild at national scale: 10 million events of 1.1 million cases, against a million events.

    python -m tests.bench.large                              SQLite
    python -m tests.bench.large --on postgresql              or both: --on sqlite postgresql
    python -m tests.bench.large --events 1000000 --pairs 1   a tenth, to try it out

Both logs are filled in bulk (some minutes) and their chains are walked. Each rebuild runs in processes of its own,
whose memory is watched.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from adapters.bootstrap import Service
from adapters.verify import verify
from tests.bench import bulk, logs
from tests.bench.journeys import EVENTS_A_CASE
from tests.bench.memory import peaks
from tests.bench.pairs import Row, heading, judged, line, machine, told
from tests.databases import KINDS, Databases, Kind, Run

EVENTS = 10_000_000
TIMES = 10
"""How many times longer the large log is."""

DAYS = 3285
"""Nine years of detections, and one for the last cases to end."""

MEMORY_GOAL = 1.5 * 1024**3
LINEAR_GOAL = 1.1 * TIMES

_BYTES_AN_EVENT = 2_500
"""On disk: the event, its indexes, the read models twice while they are rebuilt, and the databases' own logs."""


def rows(databases: Databases, kind: Kind, events: int, pairs: int) -> Iterator[Row]:
    """Compare the times of both rebuilds, and the memory of the larger with what it may take."""
    with logs.opened(databases, kind) as large_one, logs.opened(databases, kind) as small_one:
        held, lasted = {}, {}
        for opened, wanted in ((large_one, events), (small_one, events // TIMES)):
            held[opened.engine.url.render_as_string(hide_password=False)] = _fill(opened, wanted)
        large, small = held
        times, most = [], 0
        for pair in range(1, pairs + 1):
            for url in (small, large):
                told(f"{kind}: rebuild of {held[url]:,} events, {pair} of {pairs}")
                lasted[url], memory = _rebuild(url)
                if url == large:
                    most = max(most, *memory.values())
                told(f"{lasted[url]:.1f} s; MiB: {', '.join(f'{m / 1024**2:.0f}' for m in memory.values())}")
            times.append((lasted[large], lasted[small]))
        ratios = [a / b for a, b in times]
        rate = " and ".join(f"{held[url] / lasted[url]:,.0f}" for url in (large, small))
        yield judged(
            f"rebuild of {held[large]:,} events, {kind}: time",
            f"of {held[small]:,}",
            ratios,
            LINEAR_GOAL,
            f"{lasted[large]:.1f} s against {lasted[small]:.1f} s, {rate} events a second",
        )
        yield judged(
            f"rebuild of {held[large]:,} events, {kind}: most memory of any process",
            "1.5 GiB",
            [most / MEMORY_GOAL],
            1.0,
            f"{most / 1024**2:,.0f} MiB",
        )


def _fill(opened: Service, wanted: int) -> int:
    """Fill a log, walk it, and return how many events it holds."""
    opened.engine.dispose()  # it is written from outside
    url = opened.engine.url.render_as_string(hide_password=False)
    started = time.monotonic()
    due = started

    def progress(done: int, total: int) -> None:
        nonlocal due
        if time.monotonic() >= due:
            due = time.monotonic() + 10
            told(
                f"filling: {done:,} of {total:,} events, {done / (time.monotonic() - started):,.0f} a second"
            )

    days = max(1, DAYS * wanted // EVENTS) if wanted < EVENTS else DAYS
    written = bulk.append(url, bulk.Extent(round(wanted / EVENTS_A_CASE), days), progress)
    told(f"{written:,} events in {time.monotonic() - started:.0f} s; walking the chain")
    report = verify(opened.engine)
    if not report.intact:
        raise RuntimeError(f"the log does not hold: {report.finding}")
    told(f"the chain holds: {report.head}")
    return report.checked


def _rebuild(url: str) -> tuple[float, dict[int, int]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.rebuilder", url, "once"], stdout=subprocess.PIPE, text=True
    ) as process:
        memory = peaks(process)
        said = process.stdout.read() if process.stdout is not None else ""
    if process.returncode:
        raise RuntimeError("the rebuild failed")
    return float(said.split()[1]), memory


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and say whether every goal was reached."""
    parser = argparse.ArgumentParser(prog="tests.bench.large", description="A rebuild at national scale.")
    parser.add_argument("--on", nargs="+", choices=KINDS, default=["sqlite"], help="which databases")
    parser.add_argument("--events", type=int, default=EVENTS, help="of the large log")
    parser.add_argument("--pairs", type=int, default=5, help="how often both are rebuilt")
    asked = parser.parse_args(arguments)
    wanted, free = asked.events * _BYTES_AN_EVENT, shutil.disk_usage(tempfile.gettempdir()).free
    if free < wanted:
        parser.error(
            f"{wanted / 1e9:.0f} GB are needed in {tempfile.gettempdir()}, {free / 1e9:.0f} are free"
        )
    run = Run.begin()
    reached = True
    sys.stdout.write(f"{datetime.now(UTC):%Y-%m-%d}, {machine()}\n\n{heading()}\n")
    try:
        databases = Databases(run.folder)
        for kind in asked.on:
            for row in rows(databases, kind, asked.events, asked.pairs):
                sys.stdout.write(f"{line(row)}\n")
                sys.stdout.flush()
                reached &= row.reached
    finally:
        run.end()
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
