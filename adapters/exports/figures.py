"""A statistic computed for an export: as for a past day, from the log and not from the live tables, up to its event.

Small counts are always hidden: a file is for somebody elsewhere.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Engine

from adapters.exports import statistics
from adapters.exports.manifest import Order
from adapters.exports.sheet import Sheet
from adapters.past import Cut, Progress, built
from domain.vocabulary import Wave
from projections.answers import Answer, answer
from projections.organisations import all_organisations
from projections.reports import STATISTICS
from projections.statistics import GroupBy
from workflows.labels import Language


@contextmanager
def computed(engine: Engine, order: Order, progress: Progress) -> Iterator[Sheet]:
    """Compute the statistic of an order, for the block. Raises as `adapters.past.built`."""
    statistic = STATISTICS[order.name or ""]
    wanted = order.wanted
    cut = Cut(order.position, wanted.as_of)
    with built(engine, statistic.models, order.deadlines, cut, progress) as connection:
        names = {row.code: row.name for row in all_organisations(connection)}
        found = answer(connection, statistic, wanted.filters, order.threshold)
        yield sheet_of(found, names, order.language)


def sheet_of(found: Answer, names: Mapping[str, str], language: Language) -> Sheet:
    """Return the figures of an answer, all its groups together last; `names` are those of the organisations."""
    groups = [*found.groups, *([found.overall] if found.overall is not None else [])]
    labels = _labels(found.filters.group_by, names, language)
    return statistics.sheet(found.statistic.shape, groups, labels, language)


def _labels(by: GroupBy | None, names: Mapping[str, str], language: Language) -> Mapping[str, str]:
    """Return the groups that have another name than their code."""
    if by is GroupBy.WAVE:
        return {wave.value: wave.label(language) for wave in Wave}
    return names if by is GroupBy.ORGANISATION else {}
