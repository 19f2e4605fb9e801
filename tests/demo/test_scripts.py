"""Scripts against the case alone, many seeds: no step is ever refused, and each case ends as it was planned."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache
from random import Random

import pytest

from adapters.demo import cohort, identities
from adapters.demo.accounts import Team
from adapters.demo.journey import Journey, Setting
from adapters.demo.organisations import REGISTER
from adapters.demo.plan import CasePlan
from adapters.demo.script import script
from domain.case import Case
from domain.commands.intake import Detect
from domain.context import Context
from domain.days import day_of
from workflows.deadlines import Deadlines
from workflows.facts import Asking

CODES = tuple(organisation.code for organisation in REGISTER)


def played(plan: CasePlan, seed: int, until: date, expiry_days: int) -> Case:
    """Play a plan's script up to its horizon on the aggregate; a refusal raises."""
    person = identities.person(plan.person, Random(plan.person), until)
    setting = Setting(cache(lambda organisation: Team.of(organisation, 300)), expiry_days)
    case: Case | None = None
    for step in script(Journey(plan, person, setting, Random(f"{seed} {plan.number}"))):
        if step.at.date() > plan.horizon:
            break
        asking = Asking(
            step.by.actor,
            step.by.role,
            step.by.organisation,
            day_of(step.at),
            Deadlines(referral_expiry=expiry_days),
            organisations=CODES,
            counsellors={c.actor for c in Team.of(step.by.organisation or "", 300).counsellors},
        )
        context = Context(asking, step.at, "played")
        if case is None:
            assert isinstance(step.command, Detect)
            case = Case.detect("case", "person", step.command, context, None)
        else:
            case.do(step.command, context)
    assert case is not None
    return case


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("make", "until"), [("national", date(2018, 3, 31)), ("recent", date(2026, 3, 2))])
@pytest.mark.parametrize("expiry_days", [3, 30])
def test_every_case_ends_as_planned(seed: int, make: str, until: date, expiry_days: int) -> None:
    plans = getattr(cohort, make)(400, until, Random(seed)).plans
    for plan in plans:
        case = played(plan, seed, until, expiry_days)
        assert (case.state.state == "closed") == plan.closed
        assert case.state.detected_on == plan.detected_on
        if plan.closed:
            last = plan.reopening.closed_on if plan.reopening else plan.close_on
            assert case.state.episode.closed_on == last
            assert case.state.organisation == plan.last_organisation
            assert case.state.source == plan.source


def test_open_cases_are_in_every_open_state() -> None:
    until = date(2018, 3, 31)
    plans = [plan for plan in cohort.national(3_000, until, Random(1)).plans if not plan.closed]
    states = Counter(played(plan, 1, until, 30).state.state for plan in plans)
    assert set(states) == {
        "detected",
        "consented",
        "bilan_done",
        "plan_built",
        "care_performed",
        "referred_onward",
    }
