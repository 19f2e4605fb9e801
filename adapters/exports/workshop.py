"""The workshop: a thread of a server process that starts a worker when there is something to make.

It looks when it is opened (what an earlier process left behind is taken up again), when it is told, and from time to
time: another machine's worker may have vanished. A worker that ends before its export does gives it back at once.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Final, Self
from uuid import uuid4

import structlog
from sqlalchemy import Engine

from adapters.exports import jobs
from adapters.settings import Settings, environment
from adapters.storage_errors import StorageError
from domain.use_cases import Clock

_BUSY_SECONDS: Final = 5.0
"""How long to wait while another process is making an export."""

_IDLE_SECONDS: Final = 600.0
"""How often files that are too old are looked for."""

_STOP_SECONDS: Final = 10.0

log = structlog.get_logger(__name__)


class Workshop:
    """Open it in a `with`, around the time in which exports may be asked for."""

    def __init__(self, settings: Settings, engine: Engine, clock: Clock) -> None:
        self._settings = settings
        self._engine = engine
        self._clock = clock
        self._wake = Event()
        self._closed = Event()
        self._lock = Lock()
        self._worker: subprocess.Popen[bytes] | None = None
        self._thread = Thread(target=self._attend, name="exports", daemon=True)

    def __enter__(self) -> Self:
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the worker, if there is one: the next process takes up what it was making."""
        with self._lock:
            self._closed.set()
            if self._worker is not None:
                self._worker.terminate()
        self._wake.set()
        self._thread.join(_STOP_SECONDS)

    def tell(self) -> None:
        """Say that there is something to make."""
        self._wake.set()

    @property
    def worker(self) -> int | None:
        """The process id of the worker, while there is one."""
        worker = self._worker
        return None if worker is None else worker.pid

    def _attend(self) -> None:
        while not self._closed.is_set():
            self._wake.clear()
            seconds = self._attempt(self._look)
            self._wake.wait(_BUSY_SECONDS if seconds is None else seconds)

    def _look(self) -> float:
        """Have made what there is to make; return how long to wait before looking again, in seconds."""
        if jobs.are_unfinished(self._engine):
            self._have_made()
            if not self._closed.is_set() and jobs.are_unfinished(self._engine):
                return _BUSY_SECONDS
        self._clear()
        return _IDLE_SECONDS

    def _have_made(self) -> None:
        name = uuid4().hex
        with self._lock:
            if self._closed.is_set():
                return
            self._worker = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
                [sys.executable, "-m", "adapters.exports", name],
                env=environment(self._settings, os.environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        status = self._worker.wait()
        self._worker = None
        if status:
            log.warning("export.worker", status=status)
            jobs.release(self._engine, name)

    def _clear(self) -> None:
        before = self._clock() - timedelta(days=self._settings.export_days)
        removed = jobs.clear(self._engine, jobs.folder(self._settings.home), before)
        if removed:
            log.info("export.removed", number=removed)

    def _attempt(self, look: Callable[[], float]) -> float | None:
        try:
            return look()
        except (StorageError, OSError) as error:  # the database is away, say: it is looked at again
            log.warning("export.workshop", error=type(error).__name__)
            return None
