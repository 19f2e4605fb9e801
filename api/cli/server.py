"""Running uvicorn: in this process, or in several that share the port; stopped gracefully by a signal."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from adapters import logging
from adapters.bootstrap import Service
from adapters.settings import Settings
from adapters.settings_words import variable
from api.cli.failure import Failed
from api.cli.protocol import Protocol
from api.cli.words import say

if TYPE_CHECKING:
    from fastapi import FastAPI

_STOPPED_BY: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PATIENCE_SECONDS: Final = 30
"""How long requests under way may take to end after a signal to stop."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Let a signal end the block at any line, so that what was opened is closed and what was lent is taken back."""

    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        sys.exit(128 + number)

    before = {number: signal.signal(number, stop) for number in _STOPPED_BY}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def configure_logging(chosen: Settings) -> None:
    """Send the log to standard error, as the settings say."""
    logging.configure(chosen.log_level, chosen.log_format)


def run(
    service: Service,
    taken: socket.socket,
    workers: int,
    announced: AbstractContextManager[None],
    *,
    demonstration: bool,
) -> None:
    """Serve until a signal says to stop, within `announced`: entering it tells that requests are welcome.

    From then on a signal stops gracefully. `demonstration` lets whoever opens the pages sign in as any account of the
    demonstration. Raises Failed when it could not start.
    """
    if workers == 1:
        from api.app import create_app

        _run_here(create_app(service, demonstration=demonstration), taken, announced)
    else:
        factory = "create_demonstration" if demonstration else "create"
        _run_workers(f"api.cli.worker:{factory}", service.settings, taken, workers, announced)


def _run_here(app: "FastAPI", taken: socket.socket, announced: AbstractContextManager[None]) -> None:
    server = uvicorn.Server(_config(app))
    for number in _STOPPED_BY:
        signal.signal(number, server.handle_exit)
    with announced:
        _until_told(server, taken)


def _until_told(server: uvicorn.Server, taken: socket.socket) -> None:
    try:
        server.run(sockets=[taken])
    except SystemExit:  # uvicorn's way to say that the application did not start; the log says why
        raise Failed(say("serve.not_started")) from None


def _run_workers(
    factory: str,
    chosen: Settings,
    taken: socket.socket,
    workers: int,
    announced: AbstractContextManager[None],
) -> None:
    # A worker is a new process that reads the settings again: what the options said goes along.
    for name in ("host", "port", "log_format"):
        os.environ[variable(name)] = str(getattr(chosen, name))
    supervisor = Multiprocess(_config(factory, workers), sockets=[taken])
    with announced:
        supervisor.run()
    if any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes):
        raise Failed(say("serve.not_started"))


def _config(app: "FastAPI | str", workers: int = 1) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=workers,
        http=Protocol,
        log_config=None,
        access_log=False,  # one line of our own a request says more, and no URL
        server_header=False,
        timeout_graceful_shutdown=_PATIENCE_SECONDS,
    )
