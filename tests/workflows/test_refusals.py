"""Every guard refuses in words and lets its neighbour pass; and none is left out, on any trigger."""

from __future__ import annotations

from typing import Final

import pytest

from domain.access import Principal
from tests.builders import (
    ANNA,
    DENIS,
    DETECTED_ON,
    DORA,
    MARIE,
    PAUL,
    SOFIA,
    TYPICAL,
    Use,
    asking,
    day,
)
from tests.dsl import given
from tests.workflows.questions import ERASED, NOBODY, Ask, Rule
from tests.workflows.rules import AFTER_ERASURE, RULES
from workflows.closing import CLOSING_REASONS, ClosingReason
from workflows.machine import fire, offers
from workflows.reasons import CODES
from workflows.roles import Role
from workflows.states import State
from workflows.table import TABLE, Transition
from workflows.triggers import Trigger

EXISTING: Final = [use for trigger, use in TYPICAL.items() if trigger is not Trigger.DETECT]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_rule_refuses_and_says_why(rule: Rule) -> None:
    """The reason, with the values of its words; nothing happened."""
    ask = rule.refused
    story = given(*ask.given).when(ask.command, by=ask.by, on=ask.on, others=ask.others, kept=ask.kept)
    story.refused(rule.code, **rule.values)
    assert story.refusal is not None
    assert story.refusal.trigger is ask.command.trigger


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_rule_refuses_no_more_than_it_says(rule: Rule) -> None:
    """The nearest thing that is right is accepted."""
    ask = rule.but
    assert given(*ask.given).when(ask.command, by=ask.by, on=ask.on, others=ask.others, kept=ask.kept).new


# ---------------------------------------------------------------- when it happened, for every trigger


@pytest.mark.parametrize("use", TYPICAL.values(), ids=lambda use: use.command.trigger.value)
def test_nothing_happens_in_the_future(use: Use) -> None:
    """Tomorrow is refused, today is not."""
    tomorrow = use.command.model_copy(update={"occurred_on": day(41)})
    given(*use.given).when(tomorrow, by=use.by, on=day(40)).refused("in_future", latest=day(40))
    if use.command.trigger is not Trigger.DETECT:
        today = use.command.model_copy(update={"occurred_on": day(40)})
        (*_, event) = given(*use.given).when(today, by=use.by, on=day(40)).new
        assert event.occurred_on == day(40)


@pytest.mark.parametrize("use", EXISTING, ids=lambda use: use.command.trigger.value)
def test_nothing_happens_before_the_detection(use: Use) -> None:
    """The day before is refused, the day itself is not."""
    before = use.command.model_copy(update={"occurred_on": day(-1)})
    story = given(*use.given).when(before, by=use.by)
    story.refused("before_detection", earliest=DETECTED_ON)
    if use.command.trigger is not Trigger.RESUME:
        that_day = use.command.model_copy(update={"occurred_on": DETECTED_ON})
        (*_, event) = given(*use.given).when(that_day, by=use.by).new
        assert event.occurred_on == DETECTED_ON


# ---------------------------------------------------------------- who asks, for every trigger

STAND_IN: Final = [use for use in EXISTING if Role.COUNSELLOR in use.command.trigger.roles]
DECISIONS: Final = {
    Trigger.ASSIGN,
    Trigger.REASSIGN,
    Trigger.REOPEN,
    Trigger.MERGE,
    Trigger.ARCHIVE,
    Trigger.RESTORE,
    Trigger.ERASE_PERSONAL_DATA,
}
"""Everything else is the counsellor's own work."""
WITHOUT_COUNSELLOR: Final = {
    Trigger.ACCEPT,
    Trigger.REJECT,
    Trigger.ASSIGN,
    Trigger.LOG_CONTACT,
    Trigger.RECORD_PARTNER_ACCEPTANCE,
    Trigger.RECORD_PARTNER_COMPLETION,
    Trigger.RECORD_PARTNER_REFUSAL,
    Trigger.RECORD_NO_ANSWER,
    Trigger.CLOSE,
    Trigger.REOPEN,
    Trigger.TRANSFER,
    Trigger.CORRECT_FACT,
    Trigger.MERGE,
    Trigger.RECTIFY_IDENTITY,
    Trigger.ARCHIVE,
    Trigger.RESTORE,
    Trigger.ERASE_PERSONAL_DATA,
}
"""What may be done while nobody follows the case."""


def test_the_counsellors_work_and_what_is_decided_above_them() -> None:
    """One list of triggers that a counsellor never fires."""
    assert {use.command.trigger for use in EXISTING} - {use.command.trigger for use in STAND_IN} == DECISIONS


@pytest.mark.parametrize("use", STAND_IN, ids=lambda use: use.command.trigger.value)
def test_only_the_cases_counsellor_acts_or_a_supervisor_standing_in(use: Use) -> None:
    """A colleague is refused; a supervisor is accepted, and recorded as what they are."""
    followed = given(*use.given).state.counsellor is not None
    if followed:
        given(*use.given).when(use.command, by=PAUL).refused("other_counsellor")
    for by, capacity in (
        (MARIE, "counsellor"),
        (SOFIA, "supervisor_standing_in" if followed else "supervisor"),
    ):
        events = given(*use.given).when(use.command, by=by).new
        assert {(event.actor, event.acting_as) for event in events} == {(by.actor, capacity)}


def test_a_supervisors_own_decisions_are_no_standing_in() -> None:
    """Reassigning, reopening: theirs by right."""
    for trigger in (Trigger.ASSIGN, Trigger.REASSIGN, Trigger.REOPEN):
        use = TYPICAL[trigger]
        assert given(*use.given).when(use.command, by=SOFIA).new[0].acting_as == "supervisor"


@pytest.mark.parametrize("use", EXISTING, ids=lambda use: use.command.trigger.value)
def test_another_organisation_is_refused(use: Use) -> None:
    """Whatever the role; of those who are of none, only who protects the data may."""
    role = use.by.role
    given(*use.given).when(use.command, by=Principal("ines", role, "isere")).refused("other_organisation")
    national = given(*use.given).when(use.command, by=Principal(use.by.actor, role, None))
    if role is Role.DATA_PROTECTION_OFFICER:
        assert national.new
    else:
        national.refused("other_organisation")


@pytest.mark.parametrize("use", EXISTING, ids=lambda use: use.command.trigger.value)
def test_what_is_done_while_nobody_follows_the_case(use: Use) -> None:
    """A transferred case waits for its counsellor."""
    story = given(*use.given, NOBODY).when(use.command, by=use.by)
    if use.command.trigger in WITHOUT_COUNSELLOR:
        assert story.new
    else:
        story.refused("no_counsellor")


@pytest.mark.parametrize("use", EXISTING, ids=lambda use: use.command.trigger.value)
def test_what_is_done_once_the_person_is_erased(use: Use) -> None:
    """Nothing that would need them."""
    story = given(*use.given, ERASED).when(use.command, by=use.by)
    if use.command.trigger in AFTER_ERASURE:
        assert story.new
    else:
        story.refused("already_erased" if use.command.trigger is Trigger.ERASE_PERSONAL_DATA else "erased")


ROLES: Final = {
    Trigger.DETECT: {Role.DETECTOR, Role.COUNSELLOR, Role.SUPERVISOR},
    Trigger.ASSIGN: {Role.SUPERVISOR},
    Trigger.REASSIGN: {Role.SUPERVISOR},
    Trigger.REOPEN: {Role.SUPERVISOR},
    Trigger.MERGE: {Role.SUPERVISOR},
    Trigger.RECTIFY_IDENTITY: {Role.COUNSELLOR, Role.SUPERVISOR, Role.DATA_PROTECTION_OFFICER},
    Trigger.ARCHIVE: {Role.DATA_PROTECTION_OFFICER},
    Trigger.RESTORE: {Role.DATA_PROTECTION_OFFICER},
    Trigger.ERASE_PERSONAL_DATA: {Role.DATA_PROTECTION_OFFICER},
}
"""Everything else is for counsellors and supervisors."""


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("use", TYPICAL.values(), ids=lambda use: use.command.trigger.value)
def test_each_role_may_do_what_is_its_own(use: Use, role: Role) -> None:
    """Every role with every trigger."""
    by = Principal("marie", role, "gard")
    story = given(*use.given).when(use.command, by=by)
    if role in ROLES.get(use.command.trigger, {Role.COUNSELLOR, Role.SUPERVISOR}):
        assert story.new
    else:
        story.refused("role_may_not")


# ---------------------------------------------------------------- closing reasons by state

CLOSING: Final = """
                       detected consented bilan plan performed referred
care_performed         .        .         .     .    x         .
care_partly_performed  .        .         .     x    x         .
rights_opened_only     .        .         .     x    .         .
consent_refused        .        .         .     .    .         .
consent_withdrawn      .        .         .     .    .         .
unreachable            x        x         x     x    .         .
disengaged             x        x         x     x    .         .
moved                  x        x         x     x    x         x
deceased               x        x         x     x    x         x
social_service         .        .         .     .    .         .
partner                .        .         .     .    .         .
not_relevant           .        .         .     .    .         .
duplicate              x        x         x     .    .         .
no_solution            .        .         x     x    .         .
"""
"""Refusing or withdrawing consent, rejecting a referral and a partner's completion close by triggers of their own."""


def test_the_closing_reasons_are_those_of_the_grid() -> None:
    """Every reason in every state."""
    rows = {name: cells for name, *cells in (line.split() for line in CLOSING.strip().splitlines()[1:])}
    assert rows.keys() == {reason.value for reason in ClosingReason}
    expected = {
        state: {reason for reason in ClosingReason if rows[reason.value][column] == "x"}
        for column, state in enumerate(s for s in State if s is not State.CLOSED)
    }
    assert expected == CLOSING_REASONS


# ---------------------------------------------------------------- nothing is left out


def test_every_guard_on_every_trigger_is_refused_by_a_test() -> None:
    """A guard taken off a trigger, or a new one without its rule here, shows."""
    of_everybody = {"is_of_the_organisation", "is_not_erased", "follows_the_case", "has_counsellor"}
    dated = {"happened_in_time", "is_not_in_the_future"}
    in_the_table = {
        (row.trigger, check.__name__)
        for row in TABLE
        for check in (*row.guards, *row.checks)
        if check.__name__ not in of_everybody | dated
    }
    assert {refused_by(rule.refused) for rule in RULES} >= in_the_table


def refused_by(ask: Ask) -> tuple[Trigger, str]:
    """Return the guard that says no, by name."""
    asks = asking(ask.by, ask.on, ask.others, kept=ask.kept)
    case = given(*ask.given).state if ask.given else None
    rows = [row for row in TABLE if row.trigger is ask.command.trigger and _applies(row, ask)]
    for row in rows[:1]:
        for guard in row.guards:
            if case is not None and guard(case, asks):
                return row.trigger, guard.__name__
        for check in row.checks:
            if check(case, ask.command, asks):  # type: ignore[arg-type]  # detecting has no case
                return row.trigger, check.__name__
    return ask.command.trigger, "nobody"


def _applies(row: Transition, ask: Ask) -> bool:
    if not ask.given:
        return row.source is None
    case = given(*ask.given).state
    return row.source == case.state and (row.when is None or row.when(case, ask.command))


def test_every_reason_is_given_by_a_test() -> None:
    """No refusal is worded for nothing."""
    proved = {rule.code for rule in RULES} | {"wrong_state", "before_detection"}
    assert proved == CODES


def test_what_is_refused_says_what_is_allowed() -> None:
    """A refusal carries what the same person may do now, as offered."""
    story = given(*TYPICAL[Trigger.RECORD_CONSENT].given).when(
        TYPICAL[Trigger.COMPLETE_BILAN].command, by=MARIE
    )
    assert story.refusal is not None
    offered = [offer.trigger for offer in offers(story.state, asking(MARIE)) if offer.allowed]
    assert story.refusal.allowed == offered
    assert Trigger.RECORD_CONSENT in offered
    assert str(story.refusal).startswith("complete_bilan: This action is not possible")


def test_a_refused_referral_offers_nothing() -> None:
    """There is no case to act on."""
    use = TYPICAL[Trigger.DETECT]
    for by in (ANNA, DENIS):
        story = given().when(use.command, by=by).refused("role_may_not")
        assert story.refusal is not None
        assert story.refusal.allowed == ()
    assert fire(None, use.command, asking(DORA)) is State.DETECTED
