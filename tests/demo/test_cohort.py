"""The plan of a cohort: exact by construction, for the published size and for others, before anything is played."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.demo import cohort
from adapters.demo.calendar import is_working
from adapters.demo.organisations import AVERAGED, PUBLISHED
from adapters.demo.plan import CasePlan
from adapters.demo.quotas import largest_remainder
from adapters.demo.targets import Targets
from domain.vocabulary import PUBLISHED_SHARES, Outcome

UNTIL = date(2018, 3, 31)


def planned(cases: int, seed: int = 1) -> tuple[CasePlan, ...]:
    """Return the plans of a national cohort."""
    return cohort.national(cases, UNTIL, Random(seed)).plans


@pytest.fixture(scope="module")
def plans() -> tuple[CasePlan, ...]:
    """The published table, as planned; the published cases are three of the 35,433."""
    return planned(35_433)


def test_the_published_figures_are_those_of_the_document() -> None:
    targets = Targets.of(35_433)
    labels = targets.labels
    assert (labels.rights_opened, labels.oriented, labels.financial_support) == (12_701, 6_030, 4_480)
    assert labels.partner_cooperation == 1_392
    shares = [labels.rights_css, labels.rights_complementary, labels.rights_file_updated]
    assert [round(100 * share / 12_701) for share in shares] == [58, 42, 24]
    assert sum(shares) == round(1.24 * 12_701)
    assert round(100 * labels.care_performed / targets.closed, 1) == 48.5


def test_outcomes_are_planned_to_the_last_case(plans: tuple[CasePlan, ...]) -> None:
    planned_ = Counter(outcome for plan in plans if plan.closed for outcome in plan.outcomes)
    ours = {Outcome.CARE_PERFORMED: 1, Outcome.FINANCIAL_SUPPORT: 1, Outcome.ORIENTED: 1}
    rights = (Outcome.RIGHTS_OPENED, Outcome.RIGHTS_CSS, Outcome.RIGHTS_COMPLEMENTARY)
    of_the_published_cases = Counter(ours | dict.fromkeys(rights, 1))
    labels = Targets.of(35_433).labels
    assert planned_ + of_the_published_cases == Counter(
        {outcome: getattr(labels, outcome.value) for outcome in Outcome}
    )


def test_sources_and_sizes_are_exact(plans: tuple[CasePlan, ...]) -> None:
    assert len(plans) == 35_433 - 3
    assert sum(plan.closed for plan in plans) == 26_575 - 2
    sources = Counter(plan.source for plan in plans)
    expected = largest_remainder(PUBLISHED_SHARES, 35_433)
    assert {source: expected[source] - sources[source] for source in expected} == {
        source: source in ("reception", "health_professional", "partner") for source in expected
    }


def test_the_average_over_44_organisations_is_90_days(plans: tuple[CasePlan, ...]) -> None:
    days = [90, 214]  # the published cases A and B
    for plan in plans:
        if plan.consent_on is None or plan.last_organisation not in AVERAGED:
            continue
        if plan.closed or plan.reopening is not None:
            days.append(plan.days)
        if plan.reopening is not None and plan.reopening.closed_on is not None:
            days.append((plan.reopening.closed_on - plan.reopening.on).days)
    assert sum(days) == 90 * len(days)


def test_three_cases_in_four_have_a_financial_reason(plans: tuple[CasePlan, ...]) -> None:
    assert sum(plan.financial_reason for plan in plans) + 3 == round(35_433 * 0.75)


def test_each_of_the_71_organisations_has_cases_from_its_first_day_on(plans: tuple[CasePlan, ...]) -> None:
    first: dict[str, date] = {}
    for plan in plans:
        first.setdefault(plan.organisation, plan.detected_on)
    assert set(first) == {organisation.code for organisation in PUBLISHED}
    for organisation in PUBLISHED:
        assert 0 <= (first[organisation.code] - organisation.deployed_on).days <= 2


def test_intake_grows_with_the_waves(plans: tuple[CasePlan, ...]) -> None:
    years = Counter(plan.detected_on.year for plan in plans)
    assert years[2014] < years[2015] < years[2016] < years[2017]
    quarter = sum(plan.detected_on >= date(2018, 1, 1) for plan in plans)
    assert quarter * 4 > years[2017]


@pytest.mark.parametrize("cases", [3, 4, 10, 37, 250, 1_000])
@pytest.mark.parametrize("make", [cohort.national, cohort.recent])
def test_days_are_in_order_whatever_the_size(make: object, cases: int) -> None:
    for seed in range(3):
        plans = make(cases, UNTIL, Random(seed)).plans  # type: ignore[operator]
        assert len(plans) == cases - 3
        for plan in plans:
            days = [plan.detected_on, plan.recorded_on]
            days += [plan.consent_on] if plan.consent_on else []
            days += [plan.close_on]
            days += [plan.reopening.on] if plan.reopening else []
            days += [plan.reopening.closed_on] if plan.reopening and plan.reopening.closed_on else []
            days += [plan.erased_on] if plan.erased_on else []
            assert days == sorted(days)
            assert all(is_working(day) for day in days)
            assert plan.recorded_on <= plan.horizon <= UNTIL
            assert not plan.closed or days[-1] <= plan.horizon


@settings(max_examples=40, deadline=None)
@given(st.integers(40, 2_000), st.integers(0, 2**31))
def test_counts_are_exact_whatever_the_size_and_the_seed(cases: int, seed: int) -> None:
    targets = Targets.of(cases)
    plans = planned(cases, seed)
    closed = [plan for plan in plans if plan.closed]
    assert len(closed) == targets.closed - 2
    counted = Counter(outcome for plan in closed for outcome in plan.outcomes)
    assert counted[Outcome.CARE_PERFORMED] == targets.labels.care_performed - 1
    assert counted[Outcome.RIGHTS_OPENED] == targets.labels.rights_opened - 1
    assert counted[Outcome.ORIENTED] == targets.labels.oriented - 1
