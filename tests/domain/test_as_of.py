"""What a case was on a past day, by what had happened."""

from __future__ import annotations

from datetime import UTC, date, datetime
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.as_of import happened_by
from domain.case_state import CaseState
from domain.days import day_of, end_of
from domain.events.care import CarePerformed
from domain.events.follow_up import CaseClosed, ContactLogged, FactCorrected
from domain.events.funding import FundingDecided, FundingRequested
from domain.fold import Fact, corrected, fold_facts
from tests.builders import (
    BILAN_DONE,
    CONSENTED,
    DETECTED_ON,
    PLAN_BUILT,
    QUOTED,
    Happened,
    day,
    history,
)
from tests.dsl import on
from tests.journeys import seeds, walk

CALL = ContactLogged(channel="phone", direction="outbound", reached=True)
CARE = CarePerformed(need_id="n1", to_state="care_performed")
CLOSED = CaseClosed(reason="care_performed", to_state="closed")


def facts_of(*happened: Happened) -> list[Fact]:
    return [(event.data, event.occurred_on) for event in history(happened)]


def by(last: date, *happened: Happened) -> CaseState | None:
    found = happened_by(last, "case-1", "gard", "dora", facts_of(*happened))
    return None if found is None else found[0]


def kept(last: date, *happened: Happened) -> list[int]:
    found = happened_by(last, "case-1", "gard", "dora", facts_of(*happened))
    return [] if found is None else found[1]


def test_nothing_happened_later_is_known() -> None:
    then = by(day(9), *PLAN_BUILT, on(day(10), CARE), on(day(12), CLOSED))
    assert then is not None
    assert (then.state, then.version, then.open_needs()) == ("plan_built", len(PLAN_BUILT), ["n1"])


def test_the_day_itself_counts() -> None:
    then = by(day(10), *PLAN_BUILT, on(day(10), CARE), on(day(12), CLOSED))
    assert then is not None
    assert then.state == "care_performed"


def test_what_was_entered_late_counts_at_its_own_day() -> None:
    """The call of day 3 was entered after the care of day 10: by day 5 it had happened."""
    happened: tuple[Happened, ...] = (*PLAN_BUILT, on(day(10), CARE), on(day(3), CALL))
    then = by(day(5), *happened)
    assert then is not None
    assert then.state == "plan_built"
    assert then.last_reached_on == day(3)
    assert kept(day(5), *happened) == [*range(len(PLAN_BUILT)), len(PLAN_BUILT) + 1]


def test_before_its_detection_there_is_no_case() -> None:
    assert by(day(-1), *CONSENTED) is None


def test_a_day_put_right_counts_as_it_should_have() -> None:
    """The care was entered for day 10, and corrected, on day 30, to day 4."""
    right = FactCorrected(corrects=len(PLAN_BUILT) + 1, changes={"occurred_on": day(4).isoformat()})
    then = by(day(5), *PLAN_BUILT, on(day(10), CARE), on(day(30), right))
    assert then is not None
    assert then.state == "care_performed"
    assert then.needs["n1"].performed_on == day(4)


def test_a_detection_put_right_begins_the_case_on_the_right_day() -> None:
    earlier = FactCorrected(corrects=1, changes={"occurred_on": day(-5).isoformat()})
    happened: tuple[Happened, ...] = (*BILAN_DONE, on(day(20), earlier))
    then = by(day(-3), *happened)
    assert then is not None
    assert (then.state, then.detected_on) == ("detected", day(-5))
    assert by(day(-6), *happened) is None


def test_what_leans_on_something_later_had_no_effect_yet() -> None:
    """A grant entered with a day before its request's, and a later call that stands."""
    happened: tuple[Happened, ...] = (
        *QUOTED,
        on(day(20), FundingRequested(request_id="r1", quote_id="q1", funder="fass", amount_cents=90_000)),
        on(day(8), FundingDecided(request_id="r1", granted_cents=90_000)),
        on(day(9), CALL),
    )
    then = by(day(10), *happened)
    assert then is not None
    assert then.requests == {}
    assert then.last_reached_on == day(9)
    assert kept(day(10), *happened) == [*range(len(QUOTED)), len(QUOTED) + 2]


def test_by_the_last_day_it_is_the_case_as_it_stands() -> None:
    happened = facts_of(*PLAN_BUILT, on(day(10), CARE), on(day(3), CALL), on(day(12), CLOSED))
    found = happened_by(day(400), "case-1", "gard", "dora", happened)
    assert found is not None
    assert found[0] == fold_facts("case-1", "gard", "dora", happened)


def test_a_day_ends_at_midnight_in_paris() -> None:
    assert end_of(date(2026, 1, 31)) == datetime(2026, 1, 31, 23, tzinfo=UTC)
    assert end_of(date(2026, 7, 31)) == datetime(2026, 7, 31, 22, tzinfo=UTC)
    assert day_of(datetime(2026, 7, 31, 22, tzinfo=UTC)) == date(2026, 8, 1)
    assert day_of(end_of(DETECTED_ON)) == day(1)


@settings(deadline=None)
@given(seeds(), st.integers(2, 40))
def test_of_any_journey_each_past_day_shows_what_happened_by_then_and_nothing_else(
    random: Random, steps: int
) -> None:
    *_, case = walk(random, steps)
    facts = [(event.data, event.occurred_on) for event in case.collect_events()]
    read = corrected(facts)
    days = sorted({occurred_on for _, occurred_on in read})
    for last in days:
        found = happened_by(last, "case-1", "gard", "dora", facts)
        if read[0][1] > last:
            assert found is None
            continue
        assert found is not None
        then, which = found
        assert all(read[index][1] <= last for index in which)
        told = [read[index] for index in which if type(read[index][0]) is not FactCorrected]
        again = fold_facts("case-1", "gard", "dora", told)
        again.version = then.version  # a correction counts as an event, and assigns nothing itself
        assert then == again
    latest = happened_by(days[-1], "case-1", "gard", "dora", facts)
    assert latest is not None
    assert latest[0] == fold_facts("case-1", "gard", "dora", facts)
