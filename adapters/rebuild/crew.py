"""The workers of a rebuild: processes that take the next task as soon as they are done with one.

Each holds one end of a pipe. A worker whose other end is gone (the rebuild was killed) stops at its next word; a
worker that is gone itself is noticed by its pipe, and ends the rebuild. They are niced, since whoever gives commands
on the same machine comes first.
"""

import contextlib
import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final, Protocol, cast

from sqlalchemy import Engine, make_url

from adapters.rebuild.piecework import Job, Piecework, Result, Task
from adapters.rebuild.workbench import workbench
from domain.errors import FilRougeError

_NICE: Final = 10
_GRACE_SECONDS: Final = 1.0
_AHEAD: Final = 2
"""How many tasks a worker is given before it says that it is done: it never waits for the next."""

Advance = Callable[[int], None]
"""Told how many more events are read."""


class WorkerLost(FilRougeError):
    """A worker ended before its work: killed, or out of memory."""

    def __str__(self) -> str:
        """Say so."""
        return "a worker of the rebuild was stopped: nothing was changed, start it again"


class Crew(Protocol):
    """Whoever does the tasks of a rebuild: so many at once."""

    jobs: int

    def begin(self, job: Job) -> None:
        """Say what is rebuilt."""

    def run(self, tasks: Sequence[Task], advance: Advance) -> None:
        """Do tasks, in any order, until all are done."""

    def begin_with(self, tasks: Sequence[Task]) -> None:
        """Begin tasks that `run` will wait for, of whose progress nothing is told."""

    def results(self) -> list[Result]:
        """Return what came of them; then there is no more to do."""


class Here:
    """This process: a small log is not worth another."""

    jobs = 1

    def __init__(self) -> None:
        """Nothing is opened before there is a job."""
        self._engine: Engine | None = None
        self._work: Piecework | None = None

    def begin(self, job: Job) -> None:
        """Say what is rebuilt."""
        self._engine = workbench(job.url)
        self._work = Piecework(job, self._engine, nullcontext())

    def run(self, tasks: Sequence[Task], advance: Advance) -> None:
        """Do tasks one after the other."""
        if self._work is None:
            raise AssertionError("work begins with a job")
        for task in tasks:
            for events in self._work.do(task):
                advance(events)

    def begin_with(self, tasks: Sequence[Task]) -> None:
        """Do tasks at once: there is nobody else."""
        self.run(tasks, _tell_nobody)

    def results(self) -> list[Result]:
        """Return what came of them."""
        return [] if self._work is None else [self._work.result()]

    def close(self) -> None:
        """Give the connections back."""
        if self._engine is not None:
            self._engine.dispose()


@contextmanager
def here() -> Iterator[Crew]:
    """A crew of this process alone."""
    crew = Here()
    try:
        yield crew
    finally:
        crew.close()


@contextmanager
def workers(number: int, url: str) -> Iterator[Crew]:
    """A crew of `number` processes for the database at `url`, killed at the latest when the block ends.

    Opened before anything else they are there at once, as copies of this process; else they start from scratch,
    half a second later.
    """
    crew = _Workers(number, fork=_may_fork(url))
    try:
        yield crew
    finally:
        crew.close()


def _may_fork(url: str) -> bool:
    """A copy of this process has whatever another thread was in the middle of, and SQLite's locks on an open file."""
    if threading.active_count() > 1:
        return False
    if make_url(url).get_backend_name() != "sqlite":
        return True
    handles = Path("/proc/self/fd")
    path = str(make_url(url).database)
    return handles.exists() and not any(_target(handle).startswith(path) for handle in handles.iterdir())


def _target(handle: Path) -> str:
    try:
        return str(handle.readlink())
    except OSError:  # closed meanwhile: that of the listing itself, for one
        return ""


class _Workers:
    def __init__(self, number: int, *, fork: bool) -> None:
        # The type checker knows no name for "either of the two".
        context: Any = multiprocessing.get_context("fork" if fork else "forkserver")
        self._turn = context.Lock()  # forgotten, it is gone before a slow worker has taken hold of it
        self.jobs = number
        self._pipes: list[Connection] = []
        self._owed: dict[Connection, int] = {}
        self._processes: list[BaseProcess] = []
        for _ in range(number):
            ours, theirs = context.Pipe()
            self._pipes.append(ours)
            # A copy of this process has our ends of the pipes too, and would never see them closed.
            copied = list(self._pipes) if fork else []
            process = context.Process(target=_work, args=(theirs, self._turn, copied), daemon=True)
            process.start()
            theirs.close()
            self._processes.append(process)

    def begin(self, job: Job) -> None:
        for pipe in self._pipes:
            _send(pipe, job)

    def run(self, tasks: Sequence[Task], advance: Advance) -> None:
        waiting = deque(tasks)
        for _ in range(_AHEAD):
            for pipe in self._pipes:
                self._give(pipe, waiting)
        while any(self._owed.values()):
            for ready in wait([pipe for pipe, owed in self._owed.items() if owed]):
                pipe = cast("Connection", ready)
                told = _received(pipe)
                if isinstance(told, int):
                    advance(told)
                else:
                    self._owed[pipe] -= 1
                    self._give(pipe, waiting)

    def begin_with(self, tasks: Sequence[Task]) -> None:
        waiting = deque(tasks)
        while waiting:
            for pipe in self._pipes:
                self._give(pipe, waiting)

    def _give(self, pipe: Connection, waiting: deque[Task]) -> None:
        if waiting:
            _send(pipe, waiting.popleft())
            self._owed[pipe] = self._owed.get(pipe, 0) + 1

    def results(self) -> list[Result]:
        for pipe in self._pipes:
            _send(pipe, _GIVE_RESULT)
        return [_received(pipe) for pipe in self._pipes]

    def close(self) -> None:
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(
                _GRACE_SECONDS
            )  # it ends by itself at its next word; in a long statement, it is made to
            if process.is_alive():
                process.kill()
                process.join()
            process.close()


def _tell_nobody(_: int) -> None:
    pass


_GIVE_RESULT: Final = "result"
_DONE: Final = "done"


def _send(pipe: Connection, what: Any) -> None:
    try:
        pipe.send(what)
    except OSError:
        raise WorkerLost from None


def _received(pipe: Connection) -> Any:
    try:
        told = pipe.recv()
    except (EOFError, OSError):
        raise WorkerLost from None
    if isinstance(told, BaseException):
        raise told
    return told


def _work(pipe: Connection, turn: Any, copied: Sequence[Connection]) -> None:
    """Live as a worker: first a job, then tasks, until the pipe is closed."""
    for other in copied:
        other.close()
    os.nice(_NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that waits for us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.freeze()
    gc.disable()  # a replay makes millions of values and no cycle: looking for some would take a third of its time
    with contextlib.suppress(EOFError, OSError):
        job: Job = pipe.recv()
        engine = workbench(job.url)
        try:
            _do(Piecework(job, engine, turn), pipe)
        except (EOFError, OSError):
            raise
        except BaseException as error:  # noqa: BLE001 - told to the one who waits
            pipe.send(error)
        finally:
            engine.dispose()


def _do(work: Piecework, pipe: Connection) -> None:
    while True:
        task = pipe.recv()
        if task == _GIVE_RESULT:
            pipe.send(work.result())
            continue
        for events in work.do(task):
            pipe.send(events)
        pipe.send(_DONE)
