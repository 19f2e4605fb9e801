"""A statistic as it stood on a past day, against the rebuild of the one model it is read from.

The day is the last of the log's, so that the past has every event in it. Both count the events of the whole log.
"""

from collections.abc import Callable, Iterator
from datetime import date

from sqlalchemy import func, select

from adapters.bootstrap import Service
from adapters.database import reading
from adapters.figure_source import FigureSources
from adapters.log_head import head_of
from adapters.past import Cut, built
from adapters.rebuild.conduct import rebuild
from adapters.tables import events
from domain.as_of import AsOf, Basis
from projections.reports import STATISTICS
from projections.statistics import Filters
from tests.bench.pairs import Row, Work, compare
from tests.databases import Kind

STATISTIC = STATISTICS["durations"]
[MODEL] = STATISTIC.models


def rows(opened: Service, kind: Kind, pairs: int) -> Iterator[Row]:
    """Compare the two senses of a past day with the model's rebuild, in memory and in its table."""
    last = _last_day(opened)
    for basis, reference, work in (
        (Basis.HAPPENED, "a rebuild of that one model in memory", in_memory(opened)),
        (Basis.RECORDED, "a rebuild of that one model in memory", in_memory(opened)),
        (Basis.HAPPENED, "a rebuild of that one model, one process", in_its_table(opened)),
    ):
        yield compare(
            f"{STATISTIC.name} as of a past day ({basis.value}), {kind}: time",
            as_of(opened, AsOf(last, basis)),
            reference,
            work,
            goal=1.2,
            pairs=pairs,
            unit="event",
        )


def as_of(opened: Service, day: AsOf) -> Work:
    """Ask for the statistic of a past day that nobody asked for before."""

    def run() -> int:
        sources = FigureSources(opened.engine, opened.settings.deadlines)
        try:
            with sources.open(STATISTIC.models, day) as source:
                if not STATISTIC.read(source.connection, Filters()).groups:
                    raise RuntimeError("the past has no figures")
        finally:
            sources.close()
        return head_of(opened.engine).position

    return lambda: run


def in_memory(opened: Service) -> Work:
    """Build the model from the whole log into a database of its own."""

    def run() -> int:
        head = head_of(opened.engine).position
        with built(opened.engine, [MODEL], opened.settings.deadlines, Cut(head)):
            return head

    return lambda: run


def in_its_table(opened: Service) -> Work:
    """Rebuild the model in this process, as `filrouge rebuild` does."""

    def ready() -> Callable[[], int]:
        return lambda: rebuild(opened.engine, opened.settings.deadlines, [MODEL.name], jobs=0).events

    return ready


def _last_day(opened: Service) -> date:
    with reading(opened.engine) as connection:
        newest = connection.execute(select(func.max(events.c.recorded_at))).scalar_one()
    return date.fromisoformat(newest[:10])
