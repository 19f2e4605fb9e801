"""Timing two things in turn, and the table that says what came of it."""

import gc
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Work = Callable[[], Callable[[], int]]
"""Makes ready (not timed) and returns the work to time, which returns how many units of it were done."""


@dataclass(frozen=True)
class Row:
    """One figure: the ratio of ours to the reference, against its goal."""

    what: str
    reference: str
    ratio: float
    low: float
    high: float
    pairs: int
    goal: str
    reached: bool
    detail: str

    def cells(self) -> tuple[str, ...]:
        """Return the row as the table prints it."""
        spread = f"{self.ratio:.2f} ({self.low:.2f} to {self.high:.2f})"
        return (self.what, self.reference, spread, self.goal, "yes" if self.reached else "NO", self.detail)


HEADINGS = ("what", "against", "ratio, median (min to max)", "goal", "reached", "orientation")


def _timed(work: Work) -> float:
    ready = work()
    gc.collect()
    started = time.perf_counter()
    units = ready()
    return (time.perf_counter() - started) / units


def compare(
    what: str,
    ours: Work,
    reference: str,
    theirs: Work,
    *,
    goal: float,
    higher_is_better: bool = False,
    pairs: int = 5,
    unit: str,
) -> Row:
    """Time `ours` and `theirs` in turn; the ratio is of times, or of throughputs when higher is better."""
    _timed(ours)
    _timed(theirs)
    times = [(_timed(ours), _timed(theirs)) for _ in range(pairs)]
    ratios = [(b / a) if higher_is_better else (a / b) for a, b in times]
    ratio = statistics.median(ratios)
    mine, other = (statistics.median(side) * 1e6 for side in zip(*times, strict=True))
    return Row(
        what,
        reference,
        ratio,
        min(ratios),
        max(ratios),
        pairs,
        f"≥ {goal}" if higher_is_better else f"≤ {goal}",
        ratio >= goal if higher_is_better else ratio <= goal,
        f"{_readable(mine)} against {_readable(other)} a {unit}",
    )


def _readable(microseconds: float) -> str:
    return f"{microseconds / 1000:.2f} ms" if microseconds >= 1000 else f"{microseconds:.1f} µs"


def machine() -> str:
    """Name the machine's shape: processors, memory, Python, and what it runs on."""
    cpu = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    cores = sum(line.startswith("processor") for line in Path("/proc/cpuinfo").read_text().splitlines())
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1024 // 1024
    return f"{cores} cores ({cpu}), {memory} GiB, Python {platform.python_version()}, {platform.system()}"


def markdown(rows: list[Row]) -> str:
    """Return the table in Markdown, as the README shows it."""
    lines = [f"| {' | '.join(HEADINGS)} |", f"|{'---|' * len(HEADINGS)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row.cells())} |" for row in rows)])
