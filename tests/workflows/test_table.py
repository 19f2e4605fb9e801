"""The transition table as a whole, against a copy written by hand: what may be done where, and where it leads."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import pytest

from domain.command import Command
from domain.commands import care, follow_up, intake
from domain.event import Payload
from domain.events.care import CarePerformed
from domain.events.follow_up import CaseSuspended, CaseTransferred
from domain.vocabulary import AbandonReason, DropReason, Partner
from tests.builders import (
    ACCEPTED,
    IN_STATE,
    ON_THE_PATH,
    PLAN_BUILT,
    TWO_NEEDS,
    TYPICAL,
    Events,
    asking,
    closed,
    day,
    referred,
)
from tests.dsl import given
from workflows.closing import ClosingReason
from workflows.machine import fire, offers
from workflows.reasons import because
from workflows.states import OPEN, PATH, State
from workflows.table import TABLE
from workflows.triggers import Trigger

GRID: Final = """
trigger                     no case   detected  consented bilan     plan      performed referred  closed
detect                      D         .         .         .         .         .         .         .
accept                      .         D         .         .         .         .         .         .
reject                      .         X         .         .         .         .         .         .
assign                      .         D         C         B         P         S         R         .
reassign                    .         D         C         B         P         S         R         .
log_contact                 .         D         C         B         P         S         R         .
record_consent              .         C         .         .         .         .         .         .
amend_consent               .         .         C         B         P         S         .         .
refuse_consent              .         X         .         .         .         .         .         .
withdraw_consent            .         .         X         X         X         X         X         .
complete_bilan              .         .         B         .         .         .         .         .
amend_bilan                 .         .         .         B         P         S         .         .
add_need                    .         .         C         B         P         P         .         .
drop_need                   .         .         C         B         PS        .         .         .
build_plan                  .         .         .         P         .         .         .         .
revise_plan                 .         .         .         .         P         .         .         .
start_action                .         .         .         .         P         S         .         .
complete_action             .         .         .         .         P         S         .         .
abandon_action              .         .         .         .         P         S         .         .
record_quote                .         .         .         .         P         .         .         .
request_funding             .         .         .         .         P         .         .         .
decide_funding              .         .         .         .         P         .         .         .
agree_instalments           .         .         .         .         P         .         .         .
record_care_performed       .         .         .         .         PS        .         .         .
suspend                     .         D         C         B         P         S         R         .
resume                      .         D         C         B         P         S         R         .
refer_onward                .         R         R         R         R         R         .         .
record_partner_acceptance   .         .         .         .         .         .         R         .
record_partner_completion   .         .         .         .         .         .         X         .
record_partner_refusal      .         .         .         .         .         .         DCBPS     .
record_no_answer            .         .         .         .         .         .         DCBPS     .
close                       .         X         X         X         X         X         X         .
reopen                      .         .         .         .         .         .         .         DCBPSR
transfer                    .         D         C         B         P         S         R         .
correct_fact                .         D         C         B         P         S         R         X
merge                       .         X         X         X         X         X         X         X
rectify_identity            .         D         C         B         P         S         R         X
archive                     .         .         .         .         .         .         .         X
restore                     .         .         .         .         .         .         .         X
erase_personal_data         .         .         .         .         .         .         R         X
"""
"""Letters are the states it may lead to; a dot is a refusal. An open need settles the difference between P and S;
a case referred onward or closed goes back to the state it left."""

LETTERS: Final = dict(zip("DCBPSRX", State, strict=True))
SOURCES: Final = (None, *State)
EXPECTED: Final = {
    (Trigger[name.upper()], source): {LETTERS[letter] for letter in cell if letter != "."}
    for name, *cells in (line.split() for line in GRID.strip().splitlines()[1:])
    for source, cell in zip(SOURCES, cells, strict=True)
}
ALLOWED: Final = [(*where, to) for where, states in EXPECTED.items() for to in sorted(states)]
REFUSED: Final = [where for where, states in EXPECTED.items() if not states]


def test_the_table_is_the_grid() -> None:
    """Every row, no other."""
    declared = defaultdict(set)
    for row in TABLE:
        declared[row.trigger, row.source].add(row.destination)
    assert declared == {where: states for where, states in EXPECTED.items() if states}
    assert {trigger for trigger, _ in EXPECTED} == set(Trigger)


def test_a_trigger_has_the_same_rules_from_every_state() -> None:
    """A guard forgotten for one state would be a way round it. One row differs, and says how."""
    rules = defaultdict(set)
    for row in TABLE:
        names = frozenset(rule.__name__ for rule in (*row.guards, *row.checks))
        rules[row.trigger].add(names)
    before_consent, after = sorted(
        rules.pop(Trigger.REFER_ONWARD), key=lambda names: "has_counsellor" in names
    )
    assert before_consent ^ after == {"relevance_is_undecided", "has_counsellor"}
    assert {trigger: len(sets) for trigger, sets in rules.items()} == dict.fromkeys(rules, 1)


@pytest.mark.parametrize(("trigger", "source", "destination"), ALLOWED)
def test_what_is_allowed_leads_where_the_grid_says(
    trigger: Trigger, source: State | None, destination: State
) -> None:
    """Each cell with letters, carried out on a case in that state."""
    use = TYPICAL[trigger]
    story = given(*_before(trigger, source, destination))
    if source is not None:
        assert story.state.state == source
    assert story.when(_command(trigger, source), by=use.by).state.state == destination


@pytest.mark.parametrize(("trigger", "source"), REFUSED)
def test_what_is_not_allowed_is_refused_because_of_the_state(trigger: Trigger, source: State | None) -> None:
    """Each dot, and the words name the state; what is offered says the same."""
    use = TYPICAL[trigger]
    if source is None:
        assert fire(None, use.command, asking(use.by)) == because("wrong_state", state="–")
        return
    story = given(*IN_STATE[source])
    if trigger is not Trigger.DETECT:
        offered = {offer.trigger: offer for offer in offers(story.state, asking(use.by))}
        assert not offered[trigger].allowed
        assert offered[trigger].reason == because("wrong_state", state=source)
    story.when(use.command, by=use.by).refused("wrong_state", state=source)


def test_detecting_is_offered_on_no_case() -> None:
    """It begins one; every other trigger is offered, allowed or not, in the table's order."""
    story = given(*PLAN_BUILT)
    assert [offer.trigger for offer in offers(story.state, asking(TYPICAL[Trigger.ACCEPT].by))] == [
        trigger for trigger in Trigger if trigger is not Trigger.DETECT
    ]


@pytest.mark.parametrize("left", PATH)
@pytest.mark.parametrize("answer", [Trigger.RECORD_PARTNER_REFUSAL, Trigger.RECORD_NO_ANSWER])
def test_a_referral_without_effect_returns_to_the_state_it_left(left: State, answer: Trigger) -> None:
    """Each of the five, by both answers, however the case had been closed and reopened in between."""
    there = referred(*ON_THE_PATH[left])
    given(*there).when(TYPICAL[answer].command).then_state(state=left, left=[])
    again = given(*closed(*there)).when(TYPICAL[Trigger.REOPEN].command, by=TYPICAL[Trigger.REOPEN].by)
    again.then_state(state="referred_onward")
    again.when(TYPICAL[answer].command, on=day(80)).then_state(state=left, left=[])


@pytest.mark.parametrize("left", [state for state in OPEN if state is not State.DETECTED])
def test_a_case_whose_consent_was_withdrawn_is_reopened_at_the_beginning(left: State) -> None:
    """The person must be asked again; and what was left is forgotten."""
    story = given(*IN_STATE[left]).when(intake.WithdrawConsent())
    story.when(TYPICAL[Trigger.REOPEN].command, by=TYPICAL[Trigger.REOPEN].by)
    story.then_state(state="detected", left=[], consented_on=None, share_with=[])


# ---------------------------------------------------------------- a case and a command for each cell


def _before(trigger: Trigger, source: State | None, destination: State) -> Events:
    """Return what brings a case to `source` with all that `trigger` needs to lead to `destination`."""
    if source is None:
        return ()
    here = IN_STATE[source]
    match trigger:
        case Trigger.ASSIGN:
            return (*here, CaseTransferred(to_organisation="gard"))  # nobody follows it any more
        case Trigger.RESUME:
            return (*_followed(source), CaseSuspended(until=day(60), reason="hospitalised"))
        case Trigger.DROP_NEED | Trigger.RECORD_CARE_PERFORMED if source is State.PLAN_BUILT:
            others: tuple[Payload, ...] = (CarePerformed(need_id="n2"),) if destination is not source else ()
            return (*TWO_NEEDS, *others)
        case Trigger.REQUEST_FUNDING | Trigger.DECIDE_FUNDING | Trigger.AGREE_INSTALMENTS:
            return TYPICAL[trigger].given
        case Trigger.RECORD_PARTNER_REFUSAL | Trigger.RECORD_NO_ANSWER:
            return referred(*ON_THE_PATH[destination])
        case Trigger.REOPEN:
            return closed(*IN_STATE[destination])
        case Trigger.ACCEPT | Trigger.REJECT | Trigger.REFER_ONWARD:
            return here
        case _:
            return _followed(source)


def _followed(source: State) -> Events:
    return ACCEPTED if source is State.DETECTED else IN_STATE[source]


def _command(trigger: Trigger, source: State | None) -> Command:
    match trigger, source:
        case Trigger.REFER_ONWARD, State.DETECTED:
            return follow_up.ReferOnward(partner=Partner.CCAS, as_not_relevant=True)
        case Trigger.CLOSE, _:
            return follow_up.Close(
                reason=ClosingReason.DECEASED, remaining_actions=AbandonReason.NO_LONGER_NEEDED
            )
        case Trigger.DROP_NEED, State.PLAN_BUILT:
            return care.DropNeed(need_id="n1", reason=DropReason.DECLINED)
        case _:
            return TYPICAL[trigger].command


def test_every_state_is_on_the_grid() -> None:
    """What the cases above stand for."""
    assert (*PATH, State.REFERRED_ONWARD) == OPEN
    assert {given(*events).state.state for events in IN_STATE.values()} == set(State)
