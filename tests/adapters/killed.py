"""A process that rebuilds and is killed at a moment told beforehand."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from typing import Any, Final

from adapters.database import engine
from adapters.rebuild import conduct, session, shadow
from adapters.rebuild.conduct import rebuild
from tests.service import Cells
from workflows.deadlines import Deadlines

AFTER_THE_SWAP: Final = ("old tables to drop",)
MOMENTS: Final = (
    "tables made",
    "first cases written",
    "rows written",
    "tallies written",
    "caught up",
    "tables swapped, not committed",
    *AFTER_THE_SWAP,
)


def at(moment: str, cells: Cells) -> int:
    """Rebuild in a process of its own until that moment; return how it ended."""
    settings = cells.service.settings
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_rebuild, args=(moment, settings.database_url, settings.deadlines))
    process.start()
    process.join()
    code = process.exitcode
    process.close()
    assert code is not None
    return code


def _rebuild(moment: str, url: str, deadlines: Deadlines) -> None:
    def die(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    progress = die if moment == "first cases written" else None
    hooks: dict[str, tuple[Any, str]] = {
        "tables made": (conduct._Rebuild, "_fill"),
        "rows written": (conduct._Rebuild, "_write_tallies"),
        "tallies written": (conduct._Rebuild, "_finish"),
        "caught up": (conduct._Rebuild, "_swap"),
        "tables swapped, not committed": (session, "strike_out"),
        "old tables to drop": (shadow, "clear_away"),
    }
    if moment in hooks:
        _die_in(*hooks[moment], die, after=1 if moment in _LATER else 0)
    rebuild(engine(url), deadlines, progress=progress, jobs=2)


_LATER: Final = ("tables swapped, not committed", "old tables to drop")
"""What is called once at the beginning, too."""


def _die_in(where: Any, name: str, die: Callable[..., None], after: int) -> None:
    usual = getattr(where, name)
    calls: list[int] = []

    def instead(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) > after:
            die()
        return usual(*arguments)

    setattr(where, name, instead)
