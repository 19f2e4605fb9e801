"""What `filrouge serve` does beside answering: it rebuilds read models that are not current, in a process of its own.

At the start whatever is not current is brought up to date. Later on only what fell behind is, because a program of
other rules wrote meanwhile: what such a program rebuilt is left to it, or the two would rebuild each other's for ever.
One rebuild at a time is under way on a database, whoever else tries: they find that it is being done. Accesses that were
kept long enough are removed, now and then.
"""

import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

import structlog

from adapters.accesses import purge
from adapters.read_models import ReadModelState, states
from adapters.storage_errors import StorageError

if TYPE_CHECKING:
    from adapters.bootstrap import Service

log = structlog.get_logger(__name__)

_LOOK_EVERY_SECONDS: Final = 30.0
_CLEAR_EVERY_SECONDS: Final = 3600.0
_PATIENCE_SECONDS: Final = 10.0
_PROGRAM: Final = "import os, sys; os.nice(10); from api.cli import main; sys.exit(main(sys.argv[1:]))"  # whoever asks comes first


@contextmanager
def caring(service: "Service") -> Iterator[None]:
    """Keep the read models current for the block; a rebuild under way at its end is stopped, which harms nothing."""
    caretaker = _Caretaker(service)
    caretaker.start()
    try:
        yield
    finally:
        caretaker.stop()


class _Caretaker(Thread):
    def __init__(self, service: "Service") -> None:
        super().__init__(name="caretaker", daemon=True)
        self._service = service
        self._stopped = Event()
        self._under_way: subprocess.Popen[bytes] | None = None
        self._clears_at = 0.0

    def run(self) -> None:
        wanted = set(ReadModelState) - {ReadModelState.CURRENT}
        while not self._stopped.is_set():
            names = self._in_state(wanted)
            if names:
                self._bring_up_to_date(names)
            wanted = {ReadModelState.BEHIND}
            self._clear_accesses()
            self._stopped.wait(_LOOK_EVERY_SECONDS)

    def stop(self) -> None:
        self._stopped.set()
        if self._under_way is not None:
            self._under_way.terminate()
        self.join(_PATIENCE_SECONDS)

    def _clear_accesses(self) -> None:
        """Remove the accesses that were kept long enough, once an hour."""
        service = self._service
        if time.monotonic() < self._clears_at:
            return
        self._clears_at = time.monotonic() + _CLEAR_EVERY_SECONDS
        try:
            removed = purge(
                service.engine, service.clock() - timedelta(days=service.settings.access_log_days)
            )
        except StorageError:  # there is a next time
            return
        if removed:
            log.info("accesses.removed", number=removed)

    def _in_state(self, wanted: Collection[ReadModelState]) -> list[str]:
        try:
            found = states(self._service.engine, self._service.settings.deadlines)
        except StorageError:  # whoever asks something is told; here there is a next time
            return []
        return [name for name, state in found.items() if state in wanted]

    def _bring_up_to_date(self, names: Collection[str]) -> None:
        command = [sys.executable, "-c", _PROGRAM, "rebuild", "--if-needed", *names]
        with subprocess.Popen(  # noqa: S603 - our own words only
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as self._under_way:
            if self._stopped.is_set():  # told to stop in the very moment it began
                self._under_way.terminate()
            status = self._under_way.wait()
        log.info("rebuilt", read_models=list(names), exit_status=status)
