"""The log of a test, read back line by line."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from adapters.logging import configure

_LOGGERS = ("", "uvicorn", "uvicorn.error", "uvicorn.access", "api", "adapters", "domain")


class Log:
    """What was written while the test ran."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        """Everything written."""
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Everything written, each line an object."""
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The canonical lines, one a request."""
        return [line for line in self.lines if line["event"] == "request"]

    def clear(self) -> None:
        """Forget what was written."""
        self.stream.seek(0)
        self.stream.truncate()


@contextmanager
def logged() -> Iterator[Log]:
    """Write the log, as the server does, where the test can read it; what was configured before is put back."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [(each, each.handlers[:], each.level, each.propagate, each.disabled) for each in loggers]
    raising, structlogs = logging.raiseExceptions, structlog.get_config()
    log = Log()
    configure("debug", "json", log.stream)
    try:
        yield log
    finally:
        for each, handlers, level, propagate, disabled in before:
            each.handlers[:], each.propagate, each.disabled = handlers, propagate, disabled
            each.setLevel(level)
        logging.raiseExceptions = raising
        logging.captureWarnings(capture=False)
        structlog.configure(**structlogs)
