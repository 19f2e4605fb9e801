"""Random rows, and each statistic computed from them the obvious way, to hold the tallies against."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import strategies as st

from domain.vocabulary import Outcome, Source
from projections.detection_sources import DetectionRow
from projections.durations import DurationRow, Measure
from projections.outcomes import OutcomeRow
from projections.statistics import Filters, GroupBy
from tests.service import WAVES

FIRST: Final = date(2017, 11, 20)
DAYS: Final = st.integers(0, 130).map(lambda number: FIRST + timedelta(number))
"""Days of five months and of two years, so that most periods end within a month."""

ORGANISATIONS: Final = st.sampled_from(sorted(WAVES))

PERIODS: Final = st.tuples(st.one_of(st.none(), DAYS), st.one_of(st.none(), DAYS))


NOT_BY_WEEK: Final = (None, GroupBy.MONTH, GroupBy.ORGANISATION, GroupBy.WAVE)


@st.composite
def filters(draw: st.DrawFn, groupings: Sequence[GroupBy | None] = (None, *GroupBy)) -> Filters:
    """Any combination of filters, codes that nobody registered included."""
    since, until = draw(PERIODS)
    return Filters(
        organisations=tuple(draw(st.sets(st.sampled_from([*sorted(WAVES), "nowhere"]), max_size=2))),
        waves=tuple(draw(st.sets(st.sampled_from(["pilot", "wave_1", "wave_9"]), max_size=2))),
        since=since,
        until=until,
        group_by=draw(st.sampled_from(groupings)),
    )


@st.composite
def _detection(draw: st.DrawFn) -> DetectionRow:
    source = draw(st.sampled_from([source.value for source in Source]))
    return DetectionRow("", draw(ORGANISATIONS), draw(DAYS), source, None, "spontaneous")


@st.composite
def _duration(draw: st.DrawFn) -> DurationRow:
    opened, closed = draw(DAYS), draw(st.one_of(st.none(), DAYS))
    consented = draw(st.one_of(st.none(), DAYS)) if closed else opened
    taken = st.one_of(st.none(), st.integers(0, 200)) if closed and consented else st.none()
    measures = [draw(taken) for _ in Measure]
    return DurationRow("", 1, draw(ORGANISATIONS), opened, consented, closed, None, None, *measures)


@st.composite
def _outcome(draw: st.DrawFn) -> OutcomeRow:
    closed = draw(st.one_of(st.none(), DAYS))
    labels = [draw(st.booleans()) for _ in Outcome]
    return OutcomeRow("", draw(ORGANISATIONS), draw(ORGANISATIONS), draw(DAYS), closed, None, *labels)


def _numbered(rows: list[Any]) -> list[Any]:
    for number, row in enumerate(rows):
        row.case_id = f"case-{number}"
    return rows


DETECTIONS: Final = st.lists(_detection(), max_size=20).map(_numbered)
DURATIONS: Final = st.lists(_duration(), max_size=20).map(_numbered)
OUTCOMES: Final = st.lists(_outcome(), max_size=20).map(_numbered)


class Fact(NamedTuple):
    """Something that counts."""

    organisation: str
    on: date
    what: str
    days: int = 0


def facts_of(rows: Iterable[Any]) -> Iterator[Fact]:
    """Say what each row counts, as the definitions have it."""
    for row in rows:
        if isinstance(row, DetectionRow):
            yield Fact(row.organisation, row.detected_on, row.source)
        elif isinstance(row, OutcomeRow):
            yield Fact(row.opened_in, row.detected_on, "opened")
            if row.closed_on:
                yield Fact(row.organisation, row.closed_on, "closed")
                for outcome in Outcome:
                    if getattr(row, outcome.value):
                        yield Fact(row.organisation, row.closed_on, outcome.value)
        elif row.closed_on is None:
            yield Fact(row.organisation, row.consented_on, "open")
        elif row.consented_on is None:
            yield Fact(row.organisation, row.closed_on, "closed_without_consent")
        else:
            yield Fact(row.organisation, row.closed_on, "closed")
            for measure in Measure:
                if (days := getattr(row, measure.value)) is not None:
                    yield Fact(row.organisation, row.closed_on, measure.value, days)


def cohort_facts_of(rows: Iterable[DurationRow]) -> Iterator[Fact]:
    """Say what each episode counts in the cohort of those who consented."""
    for row in rows:
        if row.consented_on is None:
            continue
        yield Fact(row.organisation, row.consented_on, "closed" if row.closed_on else "open")
        for measure in Measure:
            if (days := getattr(row, measure.value)) is not None:
                yield Fact(row.organisation, row.consented_on, measure.value, days)


def within(facts: Iterable[Fact], asked: Filters) -> list[Fact]:
    """Keep what the filters let through."""
    return [
        fact
        for fact in facts
        if fact.organisation in organisations(asked)
        and (asked.since is None or asked.since <= fact.on)
        and (asked.until is None or fact.on <= asked.until)
    ]


def organisations(asked: Filters) -> set[str]:
    """Return the organisations that the filters let through."""
    return {
        code
        for code, wave in WAVES.items()
        if (not asked.organisations or code in asked.organisations)
        and (not asked.waves or wave in asked.waves)
    }


def grouped(facts: Iterable[Fact], asked: Filters) -> dict[str, list[Fact]]:
    """Put what the filters let through in groups, by name; ungrouped there is always one."""
    groups: dict[str, list[Fact]] = {} if asked.group_by else {"": []}
    for fact in within(facts, asked):
        groups.setdefault(_group(fact, asked.group_by), []).append(fact)
    return dict(sorted(groups.items()))


def _group(fact: Fact, by: GroupBy | None) -> str:
    match by:
        case None:
            return ""
        case GroupBy.WEEK:
            year, week, _ = fact.on.isocalendar()
            return f"{year}-W{week:02d}"
        case GroupBy.MONTH:
            return f"{fact.on.year}-{fact.on.month:02d}"
        case GroupBy.ORGANISATION:
            return fact.organisation
        case GroupBy.WAVE:
            return WAVES[fact.organisation]


def counts(facts: Sequence[Fact]) -> Counter[str]:
    """Count what is there."""
    return Counter(fact.what for fact in facts)


def figures(facts: Sequence[Fact], measure: str) -> Mapping[str, Any]:
    """Return the figures of a measure, by the standard library."""
    taken = [fact.days for fact in facts if fact.what == measure]
    closed = counts(facts)["closed"]
    if not taken:
        none = dict.fromkeys(("mean", "sd", "median", "p10", "p90", "share_within_90"))
        return {"n": 0, "missing": closed, "within_90": 0} | none
    deciles = statistics.quantiles(taken, n=10, method="inclusive") if len(taken) > 1 else taken * 9
    found: dict[str, Any] = {
        "n": len(taken),
        "missing": closed - len(taken),
        "mean": statistics.fmean(taken),
        "median": statistics.median(taken),
        "p10": deciles[0],
        "p90": deciles[8],
        "within_90": sum(days <= 90 for days in taken),
        "share_within_90": 100 * sum(days <= 90 for days in taken) / len(taken),
    }
    deviation = statistics.stdev(taken) if len(taken) > 1 else None
    close = {name: pytest.approx(value, abs=0.005001) for name, value in found.items()}
    return close | {"sd": pytest.approx(deviation, abs=0.005001) if deviation is not None else None}
