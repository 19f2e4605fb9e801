"""Pasts are kept for who asks again, dropped for others, and never in anybody's way."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from adapters.figure_source import FigureSources
from domain.as_of import AsOf, Basis
from projections.registry import READ_MODELS
from projections.reports import STATISTICS
from projections.statistics import Filters
from tests.adapters.playing import with_number
from tests.builders import TODAY, day, referral
from tests.service import Cells

SOURCES = STATISTICS["detection-sources"]


@pytest.fixture
def sources(cells: Cells) -> Iterator[FigureSources]:
    with closing(FigureSources(cells.service.engine, cells.service.settings.deadlines)) as made:
        yield made


def received(sources: FigureSources, as_of: AsOf | None) -> int:
    with sources.open(SOURCES.models, as_of) as source:
        [group] = SOURCES.read(source.connection, Filters()).groups
    return int(group.totals["total"] or 0)


def connection_of(sources: FigureSources, as_of: AsOf) -> int:
    with sources.open(SOURCES.models, as_of) as source:
        return id(source.connection)


def test_a_past_is_computed_once_until_something_is_appended(cells: Cells, sources: FigureSources) -> None:
    cells.refer(referral())
    past = AsOf(TODAY)
    first = connection_of(sources, past)
    assert connection_of(sources, past) == first
    assert received(sources, past) == 1
    cells.clock.set_day(day(90))
    cells.refer(referral(occurred_on=day(3), person=with_number(1)))
    assert received(sources, past) == 2
    assert received(sources, AsOf(TODAY, Basis.RECORDED)) == 1


def test_many_ask_for_more_pasts_than_are_kept_at_once(cells: Cells, sources: FigureSources) -> None:
    for number in range(6):
        cells.clock.set_day(day(number))
        cells.refer(referral(occurred_on=day(number), person=with_number(number)))
    pasts = [AsOf(day(number), basis) for number in range(6) for basis in Basis] * 3
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda past: received(sources, past), pasts))
    assert found == [(past.on - day(0)).days + 1 for past in pasts]


def test_the_present_is_not_a_past(cells: Cells, sources: FigureSources) -> None:
    cells.refer(referral())
    with sources.open(list(READ_MODELS.values())) as source:
        assert source.as_of is None
        assert source.today(TODAY) == TODAY
    with sources.open(SOURCES.models, AsOf(day(1))) as source:
        assert source.today(TODAY) == day(1)
