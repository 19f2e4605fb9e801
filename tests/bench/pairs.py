"""Timing two things in turn, and the table that says what came of it."""

import gc
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
        return (self.what, self.reference, spread, self.goal, _reached(self), self.detail)


def _reached(row: Row) -> str:
    if row.goal == "–":
        return "–"
    return "yes" if row.reached else "NO"


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
    goal: float | None,
    higher_is_better: bool = False,
    pairs: int = 5,
    unit: str,
) -> Row:
    """Time `ours` and `theirs` in turn; the ratio is of times, or of throughputs when higher is better."""
    told(f"{what}: warming up")
    _timed(ours)
    _timed(theirs)
    times = []
    for number in range(1, pairs + 1):
        told(f"{what}: pair {number} of {pairs}")
        times.append((_timed(ours), _timed(theirs)))
    ratios = [(b / a) if higher_is_better else (a / b) for a, b in times]
    mine, other = (statistics.median(side) for side in zip(*times, strict=True))
    detail = f"{readable(mine)} against {readable(other)} {'an' if unit[0] in 'aeiou' else 'a'} {unit}"
    return judged(what, reference, ratios, goal, detail, higher_is_better=higher_is_better)


def judged(
    what: str,
    reference: str,
    ratios: Sequence[float],
    goal: float | None,
    detail: str,
    *,
    higher_is_better: bool = False,
) -> Row:
    """Return the row of ratios measured in pairs; without a goal it is for orientation, and always reached."""
    ratio = statistics.median(ratios)
    sign = "≥" if higher_is_better else "≤"
    return Row(
        what,
        reference,
        ratio,
        min(ratios),
        max(ratios),
        len(ratios),
        "–" if goal is None else f"{sign} {goal:g}",
        goal is None or (ratio >= goal if higher_is_better else ratio <= goal),
        detail,
    )


def alike(row: Row, low: float, high: float) -> Row:
    """Return a row whose goal is that the two are told apart by nothing: a ratio neither below nor above."""
    return replace(row, goal=f"{low:g} to {high:g}", reached=low <= row.ratio <= high)


def told(what: str) -> None:
    """Say on standard error what is being measured: the table alone goes to standard output."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {what}\n")
    sys.stderr.flush()


def readable(seconds: float) -> str:
    """Return a time as one reads it."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.2f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.1f} µs"


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


def heading() -> str:
    """Return the head of the table in Markdown, as the README shows it."""
    return f"| {' | '.join(HEADINGS)} |\n|{'---|' * len(HEADINGS)}"


def line(row: Row) -> str:
    """Return one line of the table."""
    return f"| {' | '.join(row.cells())} |"
