"""Where a statistic is read from: the one place where the connection for its figures is opened."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine

from adapters.database import reading
from domain.as_of import AsOf
from projections.read_model import ReadModel


@dataclass(frozen=True, slots=True)
class FigureSource:
    """A connection on which read models can be read at one instant, and what must be said of them.

    `as_of` is the past day they stand at, if it is one; `stale` names those that are behind the events, or were
    computed by other rules than this program's.
    """

    connection: Connection
    as_of: AsOf | None = None
    stale: tuple[str, ...] = ()

    def today(self, today: date) -> date:
        """Return the day that it is in the figures."""
        return self.as_of.on if self.as_of else today


@contextmanager
def figure_source(engine: Engine, models: Sequence[ReadModel]) -> Iterator[FigureSource]:
    """Open the source of these read models, and of the organisations, for the block."""
    del models
    with reading(engine) as connection:
        yield FigureSource(connection)
