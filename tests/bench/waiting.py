"""How long a command takes while every read model is being rebuilt, against how long without.

Commands come at a steady pace, many times that of a national log (10 million events in ten years are one every ten
seconds of working hours), and each is timed from the moment it was due: one that waits makes the next ones late, and
their users wait too. Rebuilds follow one another in a process of their own, with as many workers as there are cores.
"""

import math
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

from adapters.bootstrap import Service
from domain.commands.follow_up import LogContact
from domain.ports import Request
from domain.vocabulary import Channel
from tests.bench.pairs import Row, judged, readable, told
from tests.bench.services import COUNSELLOR, accepted_case
from tests.databases import Kind

COMMANDS = 400
PACE_SECONDS = 0.02
_CASES = 40


def rows(opened: Service, kind: Kind, pairs: int) -> Iterator[Row]:
    """Compare a command's 95th percentile during rebuilds with that without."""
    what = f"a command during a rebuild, {kind}: 95th percentile"
    _percentile(opened)
    times = []
    for pair in range(pairs):
        told(f"{what}: pair {pair + 1} of {pairs}")
        calm = _percentile(opened)
        with _rebuilding(opened):
            busy = _percentile(opened)
        times.append((busy, calm))
    busy, calm = (statistics.median(side) for side in zip(*times, strict=True))
    detail = f"{readable(busy)} against {readable(calm)}, {1 / PACE_SECONDS:g} commands a second"
    yield judged(what, "without a rebuild", [a / b for a, b in times], 3.0, detail)


def _percentile(opened: Service) -> float:
    """Give commands at a steady pace, and return the 95th percentile of their times in seconds."""
    cases = [accepted_case(opened)[0] for _ in range(_CASES)]  # new ones: a case does not grow for ever
    times = []
    started = time.perf_counter()
    for number, case_id in zip(range(COMMANDS), cycle(cases), strict=False):
        due = started + number * PACE_SECONDS
        time.sleep(max(0.0, due - time.perf_counter()))
        command = LogContact(channel=Channel.PHONE, reached=True)
        opened.use_cases.act(case_id, command, COUNSELLOR, None, Request("bench"))
        times.append(time.perf_counter() - due)
    times.sort()
    return times[math.ceil(len(times) * 0.95) - 1]


@contextmanager
def _rebuilding(opened: Service) -> Iterator[None]:
    """Let rebuilds follow one another for the block; it begins when the first one has."""
    database_url = opened.engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.rebuilder", database_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            if process.stdout is None or process.stdin is None or process.stdout.readline() != "begun\n":
                raise RuntimeError("no rebuild began")
            yield
            if process.poll() is not None:
                raise RuntimeError("the rebuilds ended before the commands")
            process.stdin.close()
            if process.wait(timeout=600):
                raise RuntimeError("a rebuild failed")
        finally:
            process.kill()
