"""Whatever happened, in whatever order of days, the backlog and the funnel are what a count of the moves answers.

The journeys are drawn, by no rule: states and transfers in any order, on any day after the detection. Nothing here
knows a stay or an account: where a case stands is asked of its moves, one by one.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.as_of import happened_by
from domain.event import Payload
from domain.events.follow_up import CaseTransferred, PartnerDeclined
from domain.fold import fold_facts
from projections import backlog, funnel
from projections.detection_sources import DETECTION_SOURCES
from projections.statistics import Filters, GroupBy
from projections.stays import STAYS
from tests.builders import detection
from tests.projections import naive
from tests.projections.board import DEADLINES, Board
from tests.projections.naive import Fact
from tests.service import WAVES
from workflows.states import OPEN, PATH, State

Moved = tuple[str, date]
"""To a state, or to an organisation."""


class Journey(NamedTuple):
    """One case: who received it, when, and where it moved then, in the order in which it was recorded."""

    organisation: str
    detected_on: date
    moves: tuple[Moved, ...]

    @property
    def facts(self) -> list[tuple[Payload, date]]:
        """What the fold takes."""
        facts: list[tuple[Payload, date]] = [(detection(), self.detected_on)]
        for to, on in self.moves:
            moved = CaseTransferred(to_organisation=to) if to in WAVES else PartnerDeclined(to_state=to)
            facts.append((moved, on))
        return facts

    def stands(self, on: date) -> tuple[str, str] | None:
        """Say with whom and in which state the case was on a day: the last of each by then."""
        if on < self.detected_on:
            return None
        by_then = [to for to, moved_on in self.moves if moved_on <= on]
        organisations = [self.organisation, *(to for to in by_then if to in WAVES)]
        states = ["detected", *(to for to in by_then if to not in WAVES)]
        return organisations[-1], states[-1]

    def counted(self) -> Iterator[Fact]:
        """Say what moved, for moves that are in the order of their days."""
        organisation, state, since, been = self.organisation, "detected", self.detected_on, {"detected"}
        yield Fact(organisation, since, "opened")
        yield Fact(organisation, since, "cases:detected")
        for to, on in self.moves:
            if to in WAVES:
                if state != "closed":
                    yield Fact(organisation, on, "handed_on")
                    yield Fact(to, on, "taken_over")
                organisation = to
                continue
            yield Fact(organisation, on, f"{state}>{to}", (on - since).days)
            yield Fact(organisation, on, f"{'again' if to in been else 'cases'}:{to}")
            if to == "closed":
                yield Fact(organisation, on, "closed")
            if state == "closed":
                yield Fact(organisation, on, "reopened")
            state, since = to, on
            been.add(to)


@st.composite
def journey(draw: st.DrawFn) -> Journey:
    """Move a case about: never to where it is, and back to a state of the path from the two others."""
    organisation, detected_on = draw(naive.ORGANISATIONS), draw(naive.DAYS)
    owner, state = organisation, "detected"
    moves: list[Moved] = []
    for _ in range(draw(st.integers(0, 6))):
        path = [one.value for one in PATH]
        states = path if state == "referred_onward" else [one.value for one in State]
        states = path if state == "closed" else states
        transfers = sorted(WAVES) if draw(st.integers(0, 3)) == 0 else []
        to = draw(st.sampled_from([one for one in transfers or states if one not in (owner, state)]))
        owner, state = (to, state) if transfers else (owner, to)
        moves.append((to, detected_on + timedelta(draw(st.integers(0, 40)))))
    return Journey(organisation, detected_on, tuple(moves))


JOURNEYS = st.lists(journey(), max_size=8)

many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def in_order(journeys: Sequence[Journey]) -> list[Journey]:
    """Give the moves of each case its days in their order."""
    ordered = []
    for one in journeys:
        days = sorted(on for _, on in one.moves)
        moves = tuple((to, on) for (to, _), on in zip(one.moves, days, strict=True))
        ordered.append(one._replace(moves=moves))
    return ordered


def tell(board: Board, journeys: Sequence[Journey]) -> None:
    """Fill the two read models."""
    cases = [
        fold_facts(f"case-{number}", one.organisation, "dora", one.facts)
        for number, one in enumerate(journeys)
    ]
    for model in (STAYS, DETECTION_SOURCES):
        board.replace(model, [row for case in cases for row in model.rows(case, DEADLINES)])


def standing(journeys: Sequence[Journey], asked: Filters, on: date) -> dict[str, Counter[str]]:
    """Count where the cases stand on a day, by the group of who follows them; by time, all together."""
    found: dict[str, Counter[str]] = {}
    for one in journeys:
        if (place := one.stands(on)) and place[0] in naive.organisations(asked):
            group = {GroupBy.ORGANISATION: place[0], GroupBy.WAVE: WAVES[place[0]]}.get(_by(asked), "")
            found.setdefault(group, Counter())[place[1]] += 1
    return found


def _by(asked: Filters) -> GroupBy:
    return asked.group_by or GroupBy.MONTH


def by_time(journeys: Sequence[Journey], asked: Filters) -> dict[str, date]:
    """Return the weeks or months in which anything was recorded anywhere, each with the last of its days."""
    recorded = [one.detected_on for one in journeys]
    for one in journeys:
        recorded += [on for to, on in one.moves if to not in WAVES][-1:]
        recorded += [on for to, on in one.moves if to in WAVES][-1:]
    if not recorded:
        return {}
    last = min(asked.until or max(recorded), max(recorded))
    found: dict[str, date] = {}
    day = max(asked.since or min(recorded), min(recorded))
    while day <= last:
        year, week, _ = day.isocalendar()
        name = f"{year}-W{week:02d}" if asked.group_by is GroupBy.WEEK else f"{day.year}-{day.month:02d}"
        found[name] = day
        day += timedelta(1)
    return found


def is_backwards(asked: Filters) -> bool:
    """Tell whether the period ends before it begins: that is refused before any statistic is asked."""
    return bool(asked.since and asked.until and asked.since > asked.until)


@many
@given(journeys=JOURNEYS, asked=naive.filters())
def test_what_stands_is_what_stood_on_the_last_day(
    board: Board, journeys: list[Journey], asked: Filters
) -> None:
    """And open before, plus what came in, less what went out, is what is open at the end."""
    assume(not is_backwards(asked))
    tell(board, journeys)
    with board.reading() as connection:
        found = backlog.report(connection, asked)
        there = {group.group: group for group in funnel.report(connection, asked)}
    names = [group.group for group in found]
    open_before = {
        name: sum(states[state] for state in OPEN)
        for name, states in (
            standing(journeys, asked, asked.since - timedelta(1)) if asked.since else {}
        ).items()
    }
    if asked.group_by in (GroupBy.WEEK, GroupBy.MONTH):
        ends = by_time(journeys, asked)
        quiet = list(ends)[: len(ends) - len(names)]
        assert [*quiet, *names] == list(ends)
        assert not any(standing(journeys, asked, ends[name]) for name in quiet)
    else:
        ends = dict.fromkeys(names, asked.until or date.max)
        assert standing(journeys, asked, asked.until or date.max).keys() <= set(names)
    for group in found:
        name = group.group if asked.group_by in (GroupBy.ORGANISATION, GroupBy.WAVE) else ""
        stood = standing(journeys, asked, ends[group.group]).get(name, Counter())
        assert {line.code: line.values["cases"] for line in group.lines} == {s.value: stood[s] for s in OPEN}
        assert {line.code: line.values["there"] for line in there[group.group].lines} == {
            s.value: stood[s] for s in State
        }
        opened, reopened, taken_over, closed, handed_on, open_ = (
            int(value or 0) for value in group.totals.values()
        )
        assert open_ == sum(stood[state] for state in OPEN)
        assert open_before.get(name, 0) + opened + reopened + taken_over - closed - handed_on == open_
        open_before[name] = open_


@many
@given(journeys=JOURNEYS.map(in_order), asked=naive.filters())
def test_what_moved_is_what_was_recorded(board: Board, journeys: list[Journey], asked: Filters) -> None:
    assume(not is_backwards(asked))
    tell(board, journeys)
    with board.reading() as connection:
        moved = {group.group: group for group in backlog.report(connection, asked)}
        flows = {group.group: group for group in funnel.report(connection, asked)}
    facts = naive.grouped([fact for one in journeys for fact in one.counted()], asked)
    assert moved.keys() >= facts.keys()
    for name, group in moved.items():
        counted = naive.counts(facts.get(name, []))
        kinds = ("opened", "reopened", "taken_over", "closed", "handed_on")
        assert {kind: group.totals[kind] for kind in kinds} == {kind: counted[kind] for kind in kinds}
    if asked.group_by is GroupBy.WEEK:
        return  # how long a state takes is not kept by week
    for name, group in flows.items():
        of_group = facts.get(name, [])
        assert group.totals["detected"] == naive.counts(of_group)["opened"]
        for line in group.lines:
            found = expected(of_group, line.code)
            assert {code: line.values[code] for code in found} == found


def expected(facts: Sequence[Fact], state: str) -> dict[str, Any]:
    """Return what the funnel says of a state."""
    counted = naive.counts(facts)
    left = {to.value: counted[f"{state}>{to.value}"] for to in State}
    days = [fact.days for fact in facts if fact.what.startswith(f"{state}>")]
    found: dict[str, Any] = {
        "cases": counted[f"cases:{state}"],
        "again": counted[f"again:{state}"],
        "left": sum(left.values()),
        "n": len(days),
        "missing": 0,
        **{f"to_{to}": number for to, number in left.items()},
    }
    if days:
        found["mean"] = pytest.approx(statistics.fmean(days), abs=0.005001)
        found["median"] = statistics.median(days)
        found["p90"] = pytest.approx(_ninth_decile(days), abs=0.005001)
    return found


def _ninth_decile(days: Sequence[int]) -> float:
    return statistics.quantiles(days, n=10, method="inclusive")[8] if len(days) > 1 else days[0]


@given(one=journey(), after=st.integers(-2, 45))
def test_where_a_case_stood_is_what_its_fold_as_of_that_day_says(one: Journey, after: int) -> None:
    """So the backlog of a day and the cases looked at as they were on it are the same."""
    on = one.detected_on + timedelta(after)
    folded = happened_by(on, "case-1", one.organisation, "dora", one.facts)
    assert one.stands(on) == (folded and (folded[0].organisation, folded[0].state))
