"""The log: one JSON object a line on standard error (or lines for a person's eyes), and nothing personal in it.

Our own lines and everybody else's go through the same fences (`adapters.log_privacy`). Other libraries are heard
from warnings up only, whatever the level asked for: their details are often somebody's data. Uvicorn's access log
is off: it writes whole URLs; one line of our own a request says more.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor

from adapters.log_privacy import censor, tell_raised

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["json", "console"]

_OURS: Final = ("workflows", "domain", "projections", "adapters", "api", "filrouge")


def configure(level: Level = "info", log_format: Format = "json", stream: TextIO | None = None) -> None:
    """Send every log line of this process to `stream` (standard error when None); a second call starts afresh."""
    output = sys.stderr if stream is None else stream
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _called_by_its_trade,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        tell_raised,
        censor,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=output.isatty())
    )
    handler = logging.StreamHandler(output)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,  # loggers are made at import, before the settings are read
    )
    _route(handler, level.upper())


@contextmanager
def correlated(correlation_id: str) -> Iterator[None]:
    """Put `correlation_id` on every line written inside the block, by this thread or task."""
    with structlog.contextvars.bound_contextvars(correlation_id=correlation_id):
        yield


def _called_by_its_trade(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Call the HTTP server `server`: the name of its own logger, uvicorn.error, makes a start look like a failure."""
    if line.get("logger") == "uvicorn.error":
        line["logger"] = "server"
    return line


def _route(handler: logging.Handler, level: str) -> None:
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    logging.getLogger("uvicorn").setLevel(max(logging.getLevelName(level), logging.INFO))
    logging.getLogger("uvicorn.access").disabled = True
    logging.captureWarnings(capture=True)
    # When a line cannot be written, Python would print the line's raw arguments to standard error.
    logging.raiseExceptions = False
