"""When the next step is due: the last day on which it is still in time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import pytest

from domain.events.care import ActionAbandoned, CarePerformed, PlanBuilt, PlannedAction
from domain.events.follow_up import (
    CaseClosed,
    CaseReopened,
    CaseResumed,
    CaseSuspended,
    ContactLogged,
    PartnerAccepted,
    ReferredOnward,
)
from domain.events.intake import BilanCompleted, ConsentRecorded, ConsentWithdrawn, ReferralAccepted
from tests.builders import (
    ACCEPTED,
    BILAN_DONE,
    CARE_PERFORMED,
    CLOSED,
    CONSENTED,
    DETECTED,
    DETECTED_ON,
    IN_STATE,
    PLAN_BUILT,
    Happened,
    closed,
    day,
    referred,
)
from tests.dsl import given, on
from workflows.deadlines import Deadlines, NextStep, next_due
from workflows.states import OPEN, State

Step = NextStep


def contact(*, reached: bool, party: str = "person") -> ContactLogged:
    return ContactLogged(channel="phone", direction="outbound", reached=reached, party=party)


def plan(*due: date) -> PlanBuilt:
    actions = [
        PlannedAction(f"a{n}", "rights", "request_css", due_on, ["n1"]) for n, due_on in enumerate(due, 1)
    ]
    return PlanBuilt(actions=actions, to_state="plan_built")


BILAN: Final = BilanCompleted(basic_cover="current", complementary_cover="none", to_state="bilan_done")
REOPENED: Final = CaseReopened(reason="person_returned", to_state="detected")
PLANNED: Final[tuple[Happened, ...]] = (*BILAN_DONE, on(day(5), plan(day(20), day(50))))
"""A plan of day 5, with actions due on days 20 and 50."""

DUE: Final[list[tuple[tuple[Happened, ...], int, NextStep]]] = [
    # detected: seven days to decide, and to try a first contact
    (DETECTED, 7, Step.DECIDE_RELEVANCE),
    ((*DETECTED, on(day(3), contact(reached=False))), 7, Step.DECIDE_RELEVANCE),
    ((*DETECTED, on(day(6), ReferralAccepted(counsellor="marie"))), 7, Step.FIRST_CONTACT),
    ((*ACCEPTED, on(day(4), contact(reached=True, party="professional"))), 7, Step.FIRST_CONTACT),
    ((*ACCEPTED, on(day(4), contact(reached=False))), 11, Step.RECORD_CONSENT),
    # an earlier episode's attempts are not this one's first contact
    (
        (
            *CONSENTED,
            on(day(1), contact(reached=True)),
            on(day(2), ConsentWithdrawn(to_state="closed")),
            on(day(90), REOPENED),
        ),
        97,
        Step.FIRST_CONTACT,
    ),
    # consented and reviewed: fourteen days each
    ((*ACCEPTED, on(day(3), ConsentRecorded(to_state="consented"))), 17, Step.COMPLETE_BILAN),
    ((*CONSENTED, on(day(9), BILAN)), 23, Step.BUILD_PLAN),
    # planned: the earliest open action, or thirty days after the person was last reached
    (PLANNED, 20, Step.DO_ACTION),
    ((*PLANNED, ActionAbandoned(action_id="a1", reason="refused")), 35, Step.CALL_PERSON),
    (
        (*PLANNED, ActionAbandoned(action_id="a1", reason="refused"), on(day(20), contact(reached=True))),
        50,
        Step.DO_ACTION,
    ),
    (
        (*PLANNED, ActionAbandoned(action_id="a1", reason="refused"), on(day(19), contact(reached=True))),
        49,
        Step.CALL_PERSON,
    ),
    (
        (*PLANNED, ActionAbandoned(action_id="a1", reason="refused"), on(day(19), contact(reached=False))),
        35,
        Step.CALL_PERSON,
    ),
    ((*BILAN_DONE, on(day(5), plan())), 35, Step.CALL_PERSON),
    # an earlier episode's contact does not make a reopened case overdue at once
    (
        (
            *PLANNED,
            ActionAbandoned(action_id="a1", reason="refused"),
            ActionAbandoned(action_id="a2", reason="refused"),
            on(day(6), contact(reached=True)),
            on(day(40), CaseClosed(reason="disengaged", to_state="closed")),
            on(day(200), CaseReopened(reason="person_returned", to_state="plan_built")),
        ),
        230,
        Step.CALL_PERSON,
    ),
    # contacts entered late do not move the last one back
    (
        (*BILAN_DONE, plan(), on(day(9), contact(reached=True)), on(day(2), contact(reached=True))),
        39,
        Step.CALL_PERSON,
    ),
    # performed: fourteen days to close
    ((*PLAN_BUILT, on(day(30), CarePerformed(need_id="n1", to_state="care_performed"))), 44, Step.CLOSE),
    # referred onward: a reminder after ten days, the end after thirty
    (
        (*CONSENTED, on(day(5), ReferredOnward(partner="ccas", to_state="referred_onward"))),
        15,
        Step.REMIND_PARTNER,
    ),
    ((*referred(*CONSENTED), on(day(10), contact(reached=True, party="partner"))), 30, Step.AWAIT_PARTNER),
    ((*referred(*CONSENTED), on(day(10), contact(reached=True))), 10, Step.REMIND_PARTNER),
    ((*referred(*CONSENTED), on(day(3), PartnerAccepted())), 33, Step.FOLLOW_PARTNER),
]


@pytest.mark.parametrize(("happened", "number", "step"), DUE)
def test_the_next_step_is_due_on_the_last_day_in_time(
    happened: tuple[Happened, ...], number: int, step: NextStep
) -> None:
    """Days are counted from the day after: seven days from a Monday end on a Monday."""
    assert next_due(given(*happened).state, Deadlines()) == (day(number), step)


def test_every_step_is_reached() -> None:
    """No step is worded for nothing."""
    assert {step for *_, step in DUE} | {Step.RESUME} == set(NextStep)


@pytest.mark.parametrize("state", OPEN)
def test_a_suspended_case_is_due_at_the_suspensions_end(state: State) -> None:
    """Whatever else would be due, and whatever state it goes to meanwhile; no longer once resumed."""
    resting = (*IN_STATE[state], CaseSuspended(until=day(3), reason="hospitalised"))
    assert next_due(given(*resting).state, Deadlines()) == (day(3), Step.RESUME)
    assert next_due(given(*resting, CaseResumed()).state, Deadlines()) == next_due(
        given(*IN_STATE[state]).state, Deadlines()
    )


def test_nothing_is_due_of_a_closed_case() -> None:
    """Not even the end of a suspension, and not after it is reopened either."""
    resting = (*PLAN_BUILT, CaseSuspended(until=day(3), reason="hospitalised"))
    assert next_due(given(*CLOSED).state, Deadlines()) is None
    assert next_due(given(*closed(*resting)).state, Deadlines()) is None
    again = CaseReopened(reason="person_returned", to_state="plan_built")
    due = next_due(given(*closed(*resting), on(day(100), again)).state, Deadlines())
    assert due is not None
    assert due[1] is not Step.RESUME


def test_the_delays_are_settings() -> None:
    """Each state has its own."""
    short = Deadlines(
        detected=1,
        consented=2,
        bilan_done=3,
        plan_built=4,
        care_performed=5,
        partner_reminder=6,
        referral_expiry=7,
    )
    days = [
        (due[0] - DETECTED_ON) // timedelta(days=1)
        for events in (DETECTED, CONSENTED, BILAN_DONE, PLAN_BUILT, CARE_PERFORMED, referred(*CONSENTED))
        if (due := next_due(given(*events).state, short))
    ]
    assert days == [1, 2, 3, 4, 5, 6]
    accepted = given(*referred(*CONSENTED), PartnerAccepted()).state
    assert next_due(accepted, short) == (day(7), Step.FOLLOW_PARTNER)


def test_days_are_calendar_days_across_a_change_of_clocks() -> None:
    """Paris lost an hour on 29 March 2026, and no day."""
    state = given(*ACCEPTED, on(date(2026, 3, 27), ConsentRecorded(to_state="consented"))).state
    assert next_due(state, Deadlines()) == (date(2026, 4, 10), Step.COMPLETE_BILAN)


def test_a_closing_ends_what_was_due() -> None:
    """And reopening counts from the day it was reopened."""
    story = given(*CONSENTED, on(day(5), CaseClosed(reason="moved", to_state="closed")))
    assert next_due(story.state, Deadlines()) is None
    reopened = CaseReopened(reason="person_returned", to_state="consented")
    story = given(
        *CONSENTED, on(day(5), CaseClosed(reason="moved", to_state="closed")), on(day(50), reopened)
    )
    assert next_due(story.state, Deadlines()) == (day(64), Step.COMPLETE_BILAN)
