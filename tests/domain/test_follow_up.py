"""Contacts, suspension, partners, the closing and what comes after, a trigger at a time."""

from __future__ import annotations

import pytest

from domain.access import Principal
from domain.case import Case
from domain.case_state import Contact, Entry, Episode, Handover, Referral
from domain.commands.follow_up import (
    Close,
    LogContact,
    RecordNoAnswer,
    RecordPartnerAcceptance,
    RecordPartnerCompletion,
    RecordPartnerRefusal,
    ReferOnward,
    Reopen,
    Resume,
    Suspend,
    Transfer,
)
from domain.commands.intake import Accept, Assign, RecordConsent
from domain.commands.privacy import ErasePersonalData
from domain.events.care import (
    ActionAbandoned,
    ActionCompleted,
    ActionStarted,
    NeedAdded,
    PlannedAction,
    PlanRevised,
)
from domain.events.follow_up import (
    CaseClosed,
    CaseReopened,
    CaseResumed,
    CaseSuspended,
    CaseTransferred,
    ContactLogged,
    PartnerAccepted,
    PartnerCompleted,
    PartnerDeclined,
    ReferralExpired,
    ReferredOnward,
)
from domain.events.funding import FundingRequested
from domain.events.intake import ConsentWithdrawn
from domain.events.privacy import PersonalDataErased
from domain.vocabulary import (
    AbandonReason,
    Channel,
    Direction,
    Partner,
    Party,
    ReopenReason,
    SuspendReason,
)
from tests.builders import (
    ACCEPTED,
    CLOSED,
    CONSENTED,
    DENIS,
    DETECTED,
    DETECTED_ON,
    IN_STATE,
    INES,
    MARIE,
    ON_THE_PATH,
    PAUL,
    PLAN_BUILT,
    QUOTED,
    REFERRED,
    REQUESTED,
    SOFIA,
    SUSPENDED,
    TAKEN_ON,
    Events,
    asking,
    closed,
    context,
    day,
    history,
    referred,
)
from tests.dsl import given, on
from workflows.closing import ClosingReason
from workflows.roles import Role
from workflows.states import OPEN, State

# ---------------------------------------------------------------- contacts


def test_a_contact_joins_the_log() -> None:
    """With its sealed note; reached or not, it was an attempt."""
    story = given(*ACCEPTED).when(LogContact(channel=Channel.PHONE, reached=False), on=day(3), note="sealed")
    story.then(ContactLogged(channel="phone", direction="outbound", reached=False, note="sealed"))
    story.then_state(
        contacts=[Contact(day(3), "phone", "outbound", "person", reached=False, note="sealed")],
        last_attempt_on=day(3),
        first_reached_on=None,
        last_reached_on=None,
    )
    story.when(LogContact(channel=Channel.SMS, reached=True, direction=Direction.INBOUND), on=day(5))
    story.then_state(last_attempt_on=day(5), first_reached_on=day(5), last_reached_on=day(5))
    story.when(LogContact(channel=Channel.PHONE, reached=True), on=day(8))
    story.then_state(first_reached_on=day(5), last_reached_on=day(8))


def test_contacts_written_down_late_do_not_move_the_last_ones_back() -> None:
    """What counts is when they happened: the first is the earliest."""
    story = given(*ACCEPTED).when(LogContact(channel=Channel.PHONE, reached=True), on=day(9))
    story.when(LogContact(channel=Channel.PHONE, reached=True, occurred_on=day(2)), on=day(10))
    story.then_state(last_attempt_on=day(9), first_reached_on=day(2), last_reached_on=day(9))


def test_a_contact_with_others_is_none_with_the_person() -> None:
    """It neither counts as an attempt nor makes the person reached."""
    story = given(*ACCEPTED)
    story.when(LogContact(channel=Channel.PHONE, reached=True, party=Party.PROFESSIONAL))
    story.when(LogContact(channel=Channel.EMAIL, reached=True, party=Party.PARTNER))
    story.then_state(last_attempt_on=None, first_reached_on=None, last_reached_on=None)
    assert story.state.attempts_since_reached() == []


def test_attempts_are_counted_since_the_person_was_last_reached() -> None:
    """Their own calls are none of the cell's attempts."""
    story = given(*ACCEPTED)
    for channel, reached, direction in (
        (Channel.PHONE, True, Direction.OUTBOUND),
        (Channel.PHONE, False, Direction.OUTBOUND),
        (Channel.SMS, False, Direction.INBOUND),
        (Channel.LETTER, False, Direction.OUTBOUND),
    ):
        story.when(LogContact(channel=channel, reached=reached, direction=direction))
    assert story.state.attempts_since_reached() == ["phone", "letter"]


def test_a_person_who_was_tried_enough_may_be_closed_as_unreachable() -> None:
    """Three attempts on two channels."""
    story = given(*CONSENTED)
    for channel in (Channel.PHONE, Channel.PHONE, Channel.LETTER):
        story.when(LogContact(channel=channel, reached=False))
    story.when(Close(reason=ClosingReason.UNREACHABLE)).then_state(closing_reason="unreachable")


# ---------------------------------------------------------------- suspension


def test_a_case_rests_until_a_day_and_resumes() -> None:
    """In the state that it was in."""
    story = given(*PLAN_BUILT).when(Suspend(until=day(90), reason=SuspendReason.HOSPITALISED))
    story.then(CaseSuspended(until=day(90), reason="hospitalised"))
    story.then_state(state="plan_built", suspended_until=day(90), suspended_for="hospitalised")
    story.when(Resume()).then(CaseResumed()).then_state(suspended_until=None, suspended_for=None)


def test_a_resting_case_may_be_worked_on() -> None:
    """Resting says when to look again, and forbids nothing."""
    given(*SUSPENDED).when(ReferOnward(partner=Partner.CCAS)).then_state(suspended_until=day(60))


# ---------------------------------------------------------------- partners


@pytest.mark.parametrize("left", [state for state in ON_THE_PATH if state is not State.DETECTED])
def test_a_referral_onward_awaits_the_partner(left: State) -> None:
    """Under the consent that names them."""
    story = given(*ON_THE_PATH[left]).when(ReferOnward(partner=Partner.CCAS), on=day(3))
    story.then(ReferredOnward(partner="ccas", to_state="referred_onward"))
    story.then_state(
        state="referred_onward", left=[left], entered_on=day(3), referrals=[Referral("ccas", day(3), "gard")]
    )


def test_a_referral_that_is_not_relevant_here_goes_where_it_belongs() -> None:
    """The one exception: no consent, only the agreement to be contacted."""
    story = given(*DETECTED).when(ReferOnward(partner=Partner.CAF, as_not_relevant=True), on=day(1))
    story.then(ReferredOnward(partner="caf", as_not_relevant=True, to_state="referred_onward"))
    story.then_state(referrals=[Referral("caf", day(1), "gard", as_not_relevant=True)], consented_on=None)


def test_a_reminder_is_a_contact_with_the_partner() -> None:
    """Since the last referral, not before it."""
    remind = LogContact(channel=Channel.EMAIL, reached=True, party=Party.PARTNER)
    story = given(*PLAN_BUILT).when(remind, on=day(1)).when(ReferOnward(partner=Partner.CCAS), on=day(2))
    story.then_state(partner_reminded=False)
    story.when(remind, on=day(12)).then_state(partner_reminded=True)
    assert story.state.referrals[-1].reminded_on == day(12)


LEFT_OPEN = (ActionAbandoned(action_id="a1", reason="case_closed"),)
"""No action is left without a disposition when a case ends by other ways than `close`."""


def test_a_partner_takes_the_situation_on_and_completes_it() -> None:
    """The case ends as redirected; what the partner was asked stays dated."""
    story = given(*REFERRED).when(RecordPartnerAcceptance(), on=day(4)).then(PartnerAccepted())
    story.then_state(state="referred_onward", referral_accepted=True)
    story.when(RecordPartnerCompletion(), on=day(20))
    story.then(*LEFT_OPEN, PartnerCompleted(reason="partner", to_state="closed"))
    story.then_state(
        state="closed",
        closing_reason="partner",
        referrals=[
            Referral(
                "ccas",
                DETECTED_ON,
                "gard",
                answer="completed",
                first_answered_on=day(4),
                accepted_on=day(4),
                answered_on=day(20),
            )
        ],
    )


def test_the_social_service_is_a_closing_reason_of_its_own() -> None:
    """[003]: complex situations go to the social service."""
    given(*referred(*PLAN_BUILT, partner="social_service")).when(RecordPartnerCompletion()).then(
        *LEFT_OPEN, PartnerCompleted(reason="social_service", to_state="closed")
    )


@pytest.mark.parametrize("left", ON_THE_PATH)
def test_a_partner_who_declines_gives_the_case_back(left: State) -> None:
    """To the state it left, one row for each of the five."""
    there = referred(*ON_THE_PATH[left])
    story = given(*there).when(RecordPartnerRefusal(), on=day(6)).then(PartnerDeclined(to_state=left.value))
    story.then_state(state=left, left=[], entered_on=day(6), referral_accepted=False)
    assert (story.state.referrals[0].answer, story.state.referrals[0].answered_on) == ("declined", day(6))


@pytest.mark.parametrize("left", ON_THE_PATH)
def test_a_partner_who_does_not_answer_gives_the_case_back(left: State) -> None:
    """Once the delay is over."""
    there = referred(*ON_THE_PATH[left])
    given(*there).when(RecordNoAnswer(), on=day(30)).refused("too_early_for_no_answer", until=day(30))
    story = given(*there).when(RecordNoAnswer(), on=day(31)).then(ReferralExpired(to_state=left.value))
    story.then_state(state=left, left=[])
    assert story.state.referrals[0].answer == "no_answer"


def test_a_partner_who_accepted_may_still_give_up() -> None:
    """Or the case would neither go on there nor come back."""
    story = given(*TAKEN_ON).when(RecordPartnerRefusal()).then_state(state="plan_built")
    assert story.state.referrals[0].accepted_on == DETECTED_ON


def test_a_case_may_be_referred_again() -> None:
    """Each referral has its own answer."""
    story = given(*REFERRED).when(RecordPartnerRefusal(), on=day(6))
    story.when(ReferOnward(partner=Partner.CCAS), on=day(8)).then_state(referral_accepted=False)
    assert [referral.answer for referral in story.state.referrals] == ["declined", "pending"]


# ---------------------------------------------------------------- closing


@pytest.mark.parametrize("state", OPEN)
def test_a_case_is_closed_from_any_open_state(state: State) -> None:
    """Its episode is dated and says why; the state it left is kept for a reopening."""
    finished = (*IN_STATE[state], ActionCompleted(action_id="a1"))
    before = finished if given(*IN_STATE[state]).state.actions else IN_STATE[state]
    story = given(*before).when(Close(reason=ClosingReason.DECEASED, occurred_on=day(7)))
    story.then(CaseClosed(reason="deceased", to_state="closed"))
    story.then_state(state="closed", left_state=state, entered_on=day(7), closing_reason="deceased")
    assert story.state.episode.closed_on == day(7)


def test_closing_gives_every_open_action_its_disposition() -> None:
    """One reason for all that were left; the note belongs to the closing."""
    more = PlanRevised(actions=[PlannedAction(f"a{n}", "rights", "update_file", day(60)) for n in (2, 3)])
    before = (*PLAN_BUILT, more, ActionCompleted(action_id="a1"), ActionStarted(action_id="a3"))
    closing = Close(reason=ClosingReason.DISENGAGED, remaining_actions=AbandonReason.CASE_CLOSED)
    story = (
        given(*before)
        .when(closing, note="sealed")
        .then(
            ActionAbandoned(action_id="a2", reason="case_closed"),
            ActionAbandoned(action_id="a3", reason="case_closed"),
            CaseClosed(reason="disengaged", note="sealed", to_state="closed"),
        )
    )
    assert story.state.open_actions() == []
    assert len({event.correlation_id for event in story.new}) == 1
    assert [event.originator_version for event in story.new] == [9, 10, 11]


def test_a_disposition_for_no_action_is_no_event() -> None:
    """Nothing was left open: nothing is abandoned."""
    closing = Close(reason=ClosingReason.MOVED, remaining_actions=AbandonReason.CASE_CLOSED)
    given(*CONSENTED).when(closing).then(CaseClosed(reason="moved", to_state="closed"))


# ---------------------------------------------------------------- reopening


@pytest.mark.parametrize("left", OPEN)
def test_a_closed_case_is_reopened_where_it_was_left(left: State) -> None:
    """A new, numbered episode begins under the consent that was given."""
    story = given(*closed(*IN_STATE[left]))
    consented = story.state.consented_on is not None
    story.when(Reopen(reason=ReopenReason.CARE_NOT_DONE), by=SOFIA, on=day(50))
    story.then(CaseReopened(reason="care_not_done", to_state=left.value))
    story.then_state(state=left, entered_on=day(50), closing_reason=None)
    assert story.state.episodes[1] == Episode(2, day(50), day(50) if consented else None)
    assert story.state.episodes[0].closed_on == DETECTED_ON
    assert story.state.path[-2:] == [Entry("closed", DETECTED_ON), Entry(left.value, day(50))]
    assert story.state.left == (["plan_built"] if left is State.REFERRED_ONWARD else [])


def test_a_case_is_reopened_again_and_again() -> None:
    """Each time a number more."""
    story = given(*CONSENTED)
    for number in range(2, 5):
        story.when(Close(reason=ClosingReason.DISENGAGED), by=SOFIA)
        story.when(Reopen(reason=ReopenReason.PERSON_RETURNED), by=SOFIA)
        assert [episode.number for episode in story.state.episodes] == list(range(1, number + 1))
        story.then_state(state="consented", left=[])


def test_a_withdrawn_consent_is_asked_for_again() -> None:
    """Back at the beginning, with its counsellor; the new consent dates the new episode."""
    story = given(*PLAN_BUILT, on(day(10), ConsentWithdrawn(to_state="closed")))
    story.when(Reopen(reason=ReopenReason.PERSON_RETURNED), by=SOFIA, on=day(50))
    story.then(CaseReopened(reason="person_returned", to_state="detected"))
    story.then_state(state="detected", relevance_accepted=True, counsellor="marie", left=[])
    assert story.state.episode == Episode(2, day(50))
    story.when(RecordConsent(), on=day(52)).then_state(state="consented")
    assert story.state.episode == Episode(2, day(50), day(52))
    assert story.state.episodes[0] == Episode(
        1, DETECTED_ON, DETECTED_ON, day(10), "consent_withdrawn", closed_by="gard"
    )


def test_a_completion_that_was_none_gives_the_case_back_once_reopened() -> None:
    """To the partner first, and from there to the cell."""
    story = given(*TAKEN_ON).when(RecordPartnerCompletion())
    story.when(Reopen(reason=ReopenReason.CARE_NOT_DONE), by=SOFIA).then_state(state="referred_onward")
    story.when(RecordPartnerRefusal()).then_state(state="plan_built", left=[])


# ---------------------------------------------------------------- transfer and erasure


def test_a_case_goes_along_when_the_person_moves() -> None:
    """Same state, same history; the new cell gives it a counsellor, the old one sees it no more."""
    story = given(*PLAN_BUILT).when(Transfer(to_organisation="isere"), on=day(9))
    story.then(CaseTransferred(to_organisation="isere"))
    story.then_state(
        organisation="isere", detecting_organisation="gard", state="plan_built", counsellor=None, version=6
    )
    assert story.new[0].organisation == "gard", "the transfer was the old organisation's"
    assert story.state.handovers == [Handover("isere", day(9), 4)]
    chief = Principal("chief", Role.SUPERVISOR, "isere")
    story.when(Assign(counsellor="ines"), by=chief, on=day(10))
    story.then_state(counsellor="ines", counsellors=["marie", "ines"])
    assert story.new[0].organisation == "isere"
    story.when(Suspend(until=day(60), reason=SuspendReason.HOSPITALISED), by=INES)
    story.when(Resume(), by=MARIE).refused("other_organisation")


def test_what_each_cell_named_asked_and_referred_stays_its_own() -> None:
    """Statistics count it where it was done."""
    moved = CaseTransferred(to_organisation="isere")
    before = given(*REQUESTED, ReferredOnward(partner="ccas", to_state="referred_onward"), moved).state
    assert before.needs["n1"].organisation == "gard"
    assert before.requests["r1"].organisation == "gard"
    assert before.referrals[0].organisation == "gard"
    after = given(
        *QUOTED,
        moved,
        NeedAdded(need_id="n2", care_type="optical", reasons=["fear"]),
        FundingRequested(request_id="r1", quote_id="q1", funder="fass", amount_cents=1),
        ReferredOnward(partner="ccas", to_state="referred_onward"),
    ).state
    assert {need_id: need.organisation for need_id, need in after.needs.items()} == {
        "n1": "gard",
        "n2": "isere",
    }
    assert after.requests["r1"].organisation == "isere"
    assert after.referrals[0].organisation == "isere"


def test_a_transferred_referral_is_accepted_by_its_new_cell() -> None:
    """Nothing was decided yet."""
    story = given(*DETECTED).when(Transfer(to_organisation="isere"), by=PAUL)
    story.when(Accept(counsellor="ines"), by=INES).then_state(counsellor="ines", organisation="isere")


@pytest.mark.parametrize("before", [CLOSED, REFERRED])
def test_erasing_keeps_the_cases_shape(before: Events) -> None:
    """The key is gone; every figure stays."""
    was = given(*before).state
    story = given(*before).when(ErasePersonalData(), by=DENIS).then(PersonalDataErased())
    assert story.new[0].acting_as == "data_protection_officer"
    story.then_state(erased=True, state=was.state, episodes=was.episodes, needs=was.needs)


def test_a_person_is_erased_in_all_their_cases() -> None:
    """One key a person: what the erasure of one case took from another is told there too, once, with its cause."""
    erased = given(*CLOSED).when(ErasePersonalData(), by=DENIS).case
    assert erased is not None
    other = Case.of(history(closed(*CONSENTED)))
    other.erase_with(erased, context(asking(DENIS)))
    (event,) = other.collect_events()
    assert event.data == PersonalDataErased()
    assert (event.originator_version, event.causation_id) == (5, "case-1/7")
    assert (event.actor, event.acting_as) == ("denis", "data_protection_officer")
    assert other.state.erased
    other.erase_with(erased, context(asking(DENIS)))
    assert other.collect_events() == []


def test_an_erased_case_that_was_referred_comes_to_its_end() -> None:
    """By the partner's answer, or by a closing."""
    erased = (*REFERRED, PersonalDataErased())
    given(*erased).when(RecordPartnerCompletion()).then_state(state="closed")
    story = given(*erased).when(RecordPartnerRefusal()).then_state(state="plan_built")
    story.when(Close(reason=ClosingReason.NO_SOLUTION, remaining_actions=AbandonReason.CASE_CLOSED))
    story.then_state(state="closed", erased=True)
