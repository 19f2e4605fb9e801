"""What a screen offers is what the machine accepts: over random legal journeys, for everybody who may be asking."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random

import hypothesis
from hypothesis import strategies as st

from domain.access import Principal
from domain.case import Case
from domain.command import Command
from domain.commands.follow_up import CorrectFact
from domain.errors import Refused
from tests.builders import KEPT, ORGANISATIONS, TYPICAL, asking, context
from tests.journeys import seeds, walk
from tests.payloads import Scene, payload, team
from workflows.facts import Asking
from workflows.machine import fire, offers
from workflows.roles import Role
from workflows.states import State
from workflows.triggers import Trigger

MAY_LACK_A_PAYLOAD = {
    Trigger.START_ACTION,
    Trigger.RECORD_QUOTE,
    Trigger.REQUEST_FUNDING,
    Trigger.REFER_ONWARD,
    Trigger.TRANSFER,
    Trigger.CORRECT_FACT,
    Trigger.MERGE,
}
"""Offered as long as the case alone forbids nothing; there may still be nothing right to say with them."""


@hypothesis.settings(max_examples=50, deadline=None)
@hypothesis.given(seeds(), st.integers(0, 30), st.sampled_from(({}, {"case-2": "gard"}, {"case-2": "isere"})))
def test_what_is_offered_is_accepted_and_what_is_not_is_refused_for_the_same_reason(
    random: Random, moves: int, others: Mapping[str, str]
) -> None:
    """At every step, for the cell, a colleague elsewhere and somebody who only looks."""
    for case in walk(random, moves):
        last = max(event.occurred_on for event in case.history)
        today = date.fromordinal(last.toordinal() + random.choice((0, 1, 40)))
        for by in (*team(case.state.organisation), *team("herault")[:1], Principal("a", Role.ANALYST, None)):
            check(case, by, today, random, others)


def check(case: Case, by: Principal, today: date, random: Random, others: Mapping[str, str]) -> None:
    asks = asking(by, today, others, ORGANISATIONS)
    for offer in offers(case.state, asks):
        if offer.allowed:
            command = payload(offer.trigger, Scene(case, by, today, random, ORGANISATIONS, others, KEPT))
            if command is None:
                assert offer.trigger in MAY_LACK_A_PAYLOAD
            elif isinstance(command, CorrectFact):
                Case.of(case.history).do(command, context(asks))
            else:
                assert isinstance(fire(case.state, command, asks), State), f"{command} on {case.state}"
        else:
            assert fire(case.state, TYPICAL[offer.trigger].command, asks) == offer.reason


@hypothesis.settings(max_examples=50, deadline=None)
@hypothesis.given(seeds(), st.integers(0, 30))
def test_whatever_is_asked_is_answered_and_a_refusal_changes_nothing(random: Random, moves: int) -> None:
    """Any command at any moment by anybody: a state, or a refusal in words; never a crash."""
    for case in walk(random, moves):
        today = max(event.occurred_on for event in case.history)
        for use in TYPICAL.values():
            copy = Case.of(case.history)
            if refusal := refusal_of(copy, use.command, asking(random.choice(team("gard")), today)):
                assert refusal.reason.text("fr")
                assert refusal.reason.text("en")
                assert (copy.history, copy.state, copy.pending) == (case.history, case.state, [])
            else:
                assert copy.version > case.version


def refusal_of(case: Case, command: Command, asks: Asking) -> Refused | None:
    try:
        case.do(command, context(asks))
    except Refused as refused:
        return refused
    return None
