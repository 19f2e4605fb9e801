"""Whatever the period, the filters and the grouping, a tally answers what a count of the rows themselves answers."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from msgspec.structs import asdict

from projections import detection_sources, durations, outcomes
from projections.read_model import ReadModel
from projections.registry import READ_MODELS
from projections.statistics import Filters, covered
from tests.projections import naive
from tests.projections.board import Board

many = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@many
@given(rows=naive.DETECTIONS, asked=naive.filters())
def test_detection_sources(board: Board, rows: list[Any], asked: Filters) -> None:
    board.replace(detection_sources.DETECTION_SOURCES, rows)
    with board.reading() as connection:
        found = detection_sources.report(connection, asked)
    assert {group.group: {c: f.cases for c, f in group.sources.items() if f.cases} for group in found} == {
        name: dict(naive.counts(facts)) for name, facts in naive.grouped(naive.facts_of(rows), asked).items()
    }
    assert [group.group for group in found] == sorted(group.group for group in found)
    for group in found:
        assert group.total == sum(figures.cases for figures in group.sources.values())


@many
@given(rows=naive.OUTCOMES, asked=naive.filters())
def test_outcomes(board: Board, rows: list[Any], asked: Filters) -> None:
    board.replace(outcomes.OUTCOMES, rows)
    with board.reading() as connection:
        found = outcomes.report(connection, asked)
    assert {
        group.group: {"opened": group.opened, "closed": group.closed}
        | {code: figures.cases for code, figures in group.outcomes.items() if figures.cases}
        for group in found
    } == {
        name: {"opened": 0, "closed": 0} | naive.counts(facts)
        for name, facts in naive.grouped(naive.facts_of(rows), asked).items()
    }


@many
@given(rows=naive.DURATIONS, asked=naive.filters())
def test_durations(board: Board, rows: list[Any], asked: Filters) -> None:
    board.replace(durations.DURATIONS, rows)
    with board.reading() as connection:
        found = durations.report(connection, asked)
    expected = naive.grouped(naive.facts_of(rows), asked)
    assert [group.group for group in found] == list(expected)
    for group in found:
        facts = expected[group.group]
        counted = naive.counts(facts)
        assert (group.closed, group.open) == (counted["closed"], counted["open"])
        assert group.closed_without_consent == counted["closed_without_consent"]
        for measure, figures in group.measures.items():
            assert asdict(figures) == naive.figures(facts, measure)


@many
@given(rows=naive.DURATIONS, asked=naive.filters())
def test_covered(board: Board, rows: list[Any], asked: Filters) -> None:
    model = durations.DURATIONS
    board.replace(model, rows)
    with board.reading() as connection:
        found = covered(connection, model, asked)
    assert found.organisations_asked == len(naive.organisations(asked))
    facts = naive.within(naive.facts_of(rows), asked)
    assert found.organisations_with_cases == len({fact.organisation for fact in facts})


def test_every_read_model_with_a_tally_is_recounted() -> None:
    counted: list[ReadModel] = [model for model in READ_MODELS.values() if model.tally is not None]
    assert {model.name for model in counted} == {"detection_sources", "durations", "outcomes"}
