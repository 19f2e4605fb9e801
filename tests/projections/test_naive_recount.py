"""Whatever the period, the filters and the grouping, a tally answers what a count of the rows themselves answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections import detection_sources, durations, outcomes
from projections.figures import Group
from projections.statistics import Cohort, Filters, covered, gather
from tests.projections import naive
from tests.projections.board import Board

many = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def counted(group: Group, column: str) -> dict[str, int]:
    """Return a count of each line that has any."""
    found = {line.code: cast("int", line.values[column]) for line in group.lines}
    return {code: count for code, count in found.items() if count}


@many
@given(rows=naive.DETECTIONS, asked=naive.filters())
def test_detection_sources(board: Board, rows: list[Any], asked: Filters) -> None:
    board.replace(detection_sources.DETECTION_SOURCES, rows)
    with board.reading() as connection:
        found = detection_sources.report(connection, asked)
    assert {group.group: counted(group, "cases") for group in found} == {
        name: dict(naive.counts(facts)) for name, facts in naive.grouped(naive.facts_of(rows), asked).items()
    }
    assert [group.group for group in found] == sorted(group.group for group in found)
    for group in found:
        assert group.totals["total"] == sum(counted(group, "cases").values())


@many
@given(rows=naive.OUTCOMES, asked=naive.filters(naive.NOT_BY_WEEK))
def test_outcomes(board: Board, rows: list[Any], asked: Filters) -> None:
    board.replace(outcomes.OUTCOMES, rows)
    with board.reading() as connection:
        found = outcomes.report(connection, asked)
    assert {group.group: group.totals | counted(group, "cases") for group in found} == {
        name: {"opened": 0, "closed": 0} | naive.counts(facts)
        for name, facts in naive.grouped(naive.facts_of(rows), asked).items()
    }


@many
@given(rows=naive.DURATIONS, asked=naive.filters(naive.NOT_BY_WEEK))
def test_durations(board: Board, rows: list[Any], asked: Filters) -> None:
    board.replace(durations.DURATIONS, rows)
    with board.reading() as connection:
        found = durations.report(connection, asked)
    check_durations(found, naive.grouped(naive.facts_of(rows), asked))


@many
@given(
    rows=naive.DURATIONS, asked=naive.filters(naive.NOT_BY_WEEK), end=naive.DAYS, maturity=st.integers(1, 60)
)
def test_durations_of_a_mature_cohort(
    board: Board, rows: list[Any], asked: Filters, end: date, maturity: int
) -> None:
    board.replace(durations.DURATIONS, rows)
    cohort = Cohort.of(maturity, asked.until, end)
    with board.reading() as connection:
        found = durations.report(connection, replace(asked, cohort=cohort))
        who = covered(connection, [durations.DURATIONS], replace(asked, cohort=cohort), durations.COHORT_KEYS)
    last = min(asked.until or end, end) - timedelta(maturity)
    of_cohort = replace(asked, until=min(last, asked.until or last))
    facts = list(naive.cohort_facts_of(rows))
    check_durations(found, naive.grouped(facts, of_cohort))
    assert who.organisations_with_cases == len({f.organisation for f in naive.within(facts, of_cohort)})


def check_durations(found: Sequence[Group], expected: Mapping[str, Sequence[naive.Fact]]) -> None:
    """Hold a report against what the facts say."""
    assert [group.group for group in found] == list(expected)
    for group in found:
        facts = expected[group.group]
        counts = naive.counts(facts)
        assert group.totals == {what: counts[what] for what in ("closed", "closed_without_consent", "open")}
        for line in group.lines:
            assert line.values == naive.figures(facts, line.code)


@many
@given(rows=naive.DETECTIONS, asked=naive.filters(), keys=st.sampled_from([("reception",), ("p", "med")]))
def test_only_the_keys_asked_for(
    board: Board, rows: list[Any], asked: Filters, keys: tuple[str, ...]
) -> None:
    model = detection_sources.DETECTION_SOURCES
    board.replace(model, rows)
    with board.reading() as connection:
        cells = gather(connection, model, asked, keys)
        who = covered(connection, [model], asked, keys)
    facts = [fact for fact in naive.facts_of(rows) if fact.what.startswith(keys)]
    assert {name: {key: group.count(key) for key in group.bins} for name, group in cells.items()} == {
        name: dict(naive.counts(group)) for name, group in naive.grouped(facts, asked).items()
    }
    assert who.organisations_with_cases == len({f.organisation for f in naive.within(facts, asked)})


@many
@given(rows=naive.DURATIONS, asked=naive.filters(naive.NOT_BY_WEEK))
def test_covered(board: Board, rows: list[Any], asked: Filters) -> None:
    model = durations.DURATIONS
    board.replace(model, rows)
    with board.reading() as connection:
        found = covered(connection, [model], asked, durations.KEYS)
    assert found.organisations_asked == len(naive.organisations(asked))
    facts = naive.within(naive.facts_of(rows), asked)
    assert found.organisations_with_cases == len({fact.organisation for fact in facts})
