"""The most memory that each process of a family has held, told by the kernel."""

import time
from collections import defaultdict
from pathlib import Path
from subprocess import Popen
from typing import Any

_EVERY_SECONDS = 0.05


def peaks(process: Popen[Any]) -> dict[int, int]:
    """Wait for a process, and return the peak of resident memory of it and of each of its descendants, in bytes.

    The kernel keeps each process's peak (VmHWM) while it lives; it is read many times a second, so that what a
    process takes in its very last moments alone could be missed.
    """
    found: dict[int, int] = {}
    while process.poll() is None:
        for pid in _family(process.pid):
            if (peak := _peak(pid)) is not None:
                found[pid] = max(peak, found.get(pid, 0))
        time.sleep(_EVERY_SECONDS)
    return found


def _family(root: int) -> list[int]:
    children = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        children[int(after_name[1])].append(int(stat.parent.name))
    family = [root]
    for pid in family:
        family += children[pid]
    return family


def _peak(pid: int) -> int | None:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return None  # it ended, and nobody asked for its result yet
