"""Where figures are read from: the one place where a connection to read models is opened for a question."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Final

from sqlalchemy import Connection, Engine

from adapters.database import reading
from adapters.log_head import head_of
from adapters.past import Cut, Progress, built
from adapters.poison import cases_parked
from adapters.read_models import served
from domain.as_of import AsOf
from projections.read_model import ReadModel
from workflows.deadlines import Deadlines

_KEPT: Final = 2
"""How many computed pasts are kept: a page and its picture, or two days compared, ask for the same ones."""


@dataclass(frozen=True, slots=True)
class FigureSource:
    """A connection on which read models can be read at one instant, and what must be said of them.

    `as_of` is the past day they stand at, if it is one; `stale` names those that are behind the events, or were
    computed by other rules than this program's; `parked` is how many cases count in them as they were before an event
    that could not be taken.
    """

    connection: Connection
    as_of: AsOf | None = None
    stale: tuple[str, ...] = ()
    parked: int = 0

    def today(self, today: date) -> date:
        """Return the day that it is in the figures."""
        return self.as_of.on if self.as_of else today


@dataclass(slots=True)
class _Past:
    """A past that is computed, or about to be; its connection is for one question at a time.

    One that was `dropped` while somebody waited for it is closed by whoever asked last.
    """

    lock: Lock = field(default_factory=Lock)
    stack: ExitStack = field(default_factory=ExitStack)
    connection: Connection | None = None
    dropped: bool = False

    def close(self) -> None:
        """Let go of what was computed."""
        self.connection = None
        self.stack.close()


class FigureSources:
    """The read models as they stand, and as they stood. Safe to share between threads.

    The last pasts asked for are kept as they were computed, until something is appended to the log.
    """

    def __init__(self, engine: Engine, deadlines: Deadlines) -> None:
        """Start with no past."""
        self._engine = engine
        self._deadlines = deadlines
        self._lock = Lock()
        self._pasts: OrderedDict[tuple[Cut, tuple[str, ...]], _Past] = OrderedDict()

    @contextmanager
    def open(
        self, models: Sequence[ReadModel], as_of: AsOf | None = None, progress: Progress | None = None
    ) -> Iterator[FigureSource]:
        """Open the source of these read models, and of the organisations, for the block.

        For a past day they are computed from the events first, which takes about as long as a rebuild of them.
        Raises UnknownEvent and msgspec.ValidationError for an event that cannot be read then.
        """
        if as_of is None:
            with reading(self._engine) as connection:
                stale = served(connection, self._deadlines, models)
                parked = cases_parked(connection, [model.name for model in models])
                yield FigureSource(connection, stale=stale, parked=parked)
            return
        cut = Cut(head_of(self._engine).position, as_of)
        past = self._past(cut, tuple(sorted(model.name for model in models)))
        with past.lock:
            if past.connection is None:
                past.connection = past.stack.enter_context(
                    built(self._engine, models, self._deadlines, cut, progress)
                )
            try:
                yield FigureSource(past.connection, as_of)
            finally:
                if past.dropped:
                    past.close()

    def close(self) -> None:
        """Let go of the pasts."""
        with self._lock:
            pasts, self._pasts = list(self._pasts.values()), OrderedDict()
        for past in pasts:
            _drop(past)

    def _past(self, cut: Cut, names: tuple[str, ...]) -> _Past:
        """Return the place of a past, the oldest one making room for a new one."""
        with self._lock:
            past = self._pasts.setdefault((cut, names), _Past())
            self._pasts.move_to_end((cut, names))
            dropped = [self._pasts.popitem(last=False)[1] for _ in range(len(self._pasts) - _KEPT)]
        for old in dropped:
            _drop(old)
        return past


def _drop(past: _Past) -> None:
    past.dropped = True
    with past.lock:  # whoever asks it something is answered first
        past.close()
