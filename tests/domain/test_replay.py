"""Replaying: the history alone makes the case, by yesterday's rules as by today's, on every journey."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from random import Random

import hypothesis
import msgspec
from hypothesis import strategies as st

from domain.case import Case
from domain.case_state import CaseState
from domain.commands.follow_up import Close, LogContact
from domain.event import CaseEvent, Payload
from domain.events import CASE_EVENTS
from domain.events.care import CarePerformed, NeedAdded, PlanBuilt
from domain.events.follow_up import CaseClosed, CaseReopened, PartnerCompleted, ReferredOnward
from domain.events.funding import FundingDecided, FundingRequested, InstalmentsAgreed, QuoteRecorded
from domain.events.intake import BilanCompleted, ConsentRecorded, ReferralAccepted
from domain.events.merging import DuplicateMerged, DuplicateParted
from domain.fold import fold
from domain.upcasts import decode, encode
from domain.vocabulary import Channel
from tests.builders import (
    DETECTED,
    MARIE,
    ORGANISATIONS,
    TODAY,
    Happened,
    asking,
    context,
    day,
    detection,
    history,
)
from tests.dsl import given, on
from tests.journeys import seeds, walk
from workflows.closing import ClosingReason
from workflows.states import State
from workflows.table import TABLE

JOURNEYS = st.integers(0, 40)
STATE = msgspec.json.Decoder(CaseState)

# ---------------------------------------------------------------- yesterday's rules

YESTERDAY: tuple[Happened, ...] = (
    detection("acupuncture", source="carrier_pigeon", origin="rumour", agreed_to_contact=False),
    on(day(-9), ConsentRecorded(share_with=["the_church"], to_state="consented")),
    BilanCompleted(basic_cover="unknown", complementary_cover="cmu", to_state="plan_built"),
    on(day(3000), NeedAdded(need_id="n7", care_type="thermal_cure", reasons=[])),
    PlanBuilt(to_state="plan_built"),
    QuoteRecorded(quote_id="q1", need_id="n9", total_cents=10, basic_share_cents=50),
    FundingRequested(request_id="r1", quote_id="q1", funder="the_mayor", amount_cents=-5),
    FundingDecided(request_id="r1", granted_cents=1_000),
    InstalmentsAgreed(quote_id="q1", person_share_cents=1_000, instalments=0),
    CarePerformed(need_id="n1", to_state="care_performed"),
    CarePerformed(need_id="n1"),
    ReferredOnward(partner="the_church", to_state="referred_onward"),
    PartnerCompleted(reason="miracle", to_state="closed"),
    CaseReopened(reason="doubt", to_state="consented"),
    ReferralAccepted(counsellor="marie"),
)
"""No consent to be called, codes withdrawn since, dates before and after everything, sums that do not fit, states
skipped: what no command of today would write."""


def test_yesterdays_history_is_replayed_under_todays_rules() -> None:
    """Events assign; they never judge."""
    story = given(*YESTERDAY)
    story.then_state(
        state="consented",
        version=len(YESTERDAY),
        source="carrier_pigeon",
        consented_on=day(-9),
        detected_on=day(0),
        counsellor="marie",
        left=[],
    )
    assert story.state.uncovered_cents("q1") == 10 - 50 - 1_000 - 1_000
    assert story.state.needs["n1"].status == "performed"
    assert [episode.closing_reason for episode in story.state.episodes] == ["miracle", None]
    allowed = {(row.source, row.destination) for row in TABLE}
    taken = {(a.state, b.state) for a, b in pairwise(story.state.path)}
    assert not taken <= allowed, "the path was to break today's rules"


def test_a_case_goes_on_from_yesterdays_history() -> None:
    """Under today's rules."""
    story = given(*YESTERDAY).when(LogContact(channel=Channel.PHONE, reached=True))
    story.when(Close(reason=ClosingReason.DISENGAGED)).then_state(state="closed", left_state="consented")


def test_replaying_asks_no_clock_and_no_table() -> None:
    """The state entered is the event's own, whatever the table of today would say."""
    skipped = CaseClosed(reason="moved", to_state="care_performed")
    given(*DETECTED, skipped).then_state(state="care_performed", closing_reason="moved")


def test_a_case_is_its_history() -> None:
    """The library's projector function: all the events, or no case at all."""
    events = history(YESTERDAY)
    assert Case.project(None, []) is None
    case = Case.project(None, iter(events))
    assert case is not None
    assert (case.state, case.version, case.id) == (fold(events), len(events), "case-1")
    assert case.collect_events() == []


def test_events_are_handed_over_once() -> None:
    """Storing them again would write them twice; leaving them would lose them."""
    case = Case.of(history(DETECTED))
    case.do(LogContact(channel=Channel.PHONE, reached=True), context(asking(MARIE)))
    (event,) = case.collect_events()
    assert (event.originator_version, event.occurred_on) == (2, TODAY)
    assert case.collect_events() == []
    assert case.history[-1] is event


def test_who_recorded_what_is_read_only_when_somebody_looks_and_then_once() -> None:
    """A command decides on facts; its own events come after those of the stream, as it was when the case was loaded."""
    stream = history(DETECTED)
    looks: list[int] = []

    def told() -> list[CaseEvent]:
        looks.append(len(stream))
        return stream

    case = Case(fold(stream), told)
    for _ in range(2):
        case.do(LogContact(channel=Channel.PHONE, reached=True), context(asking(MARIE)))
    assert not looks
    assert [event.originator_version for event in case.since(2)] == [3]
    assert list(case.since(case.version)) == []
    assert case.history == [*stream, *case.collect_events()] == case.history
    assert looks == [1]


def test_the_envelope_says_when_who_and_why() -> None:
    """What happened on a day is recorded at an instant, and tied to the request behind it."""
    asks = asking(MARIE)
    case = Case.of(history(DETECTED))
    case.do(LogContact(channel=Channel.PHONE, reached=True, occurred_on=day(3)), context(asks))
    event = case.history[-1]
    assert (event.occurred_on, event.recorded_at) == (day(3), context(asks).recorded_at)
    assert (event.actor, event.acting_as, event.organisation) == ("marie", "counsellor", "gard")
    assert (event.correlation_id, event.causation_id) == ("correlation-1", None)


# ---------------------------------------------------------------- on every journey


@hypothesis.settings(max_examples=100, deadline=None)
@hypothesis.given(seeds(), JOURNEYS)
def test_the_history_alone_makes_the_case(random: Random, moves: int) -> None:
    """At every step what commands made of the case is what its history makes of it, also once stored and read."""
    for case in walk(random, moves):
        assert fold(case.history) == case.state
        assert [event.originator_version for event in case.history] == list(range(1, case.version + 1))
    stored = [(e.data.topic, e.data.schema_version, encode(e.data)) for e in case.history]
    read = [
        msgspec.structs.replace(event, data=decode(*row))
        for event, row in zip(case.history, stored, strict=True)
    ]
    assert read == case.history
    assert fold(read) == case.state
    assert [encode(event.data) for event in case.history] == [row[2] for row in stored]
    assert case.pending == case.history


@hypothesis.settings(max_examples=100, deadline=None)
@hypothesis.given(seeds(), JOURNEYS)
def test_a_case_survives_being_written_as_json(random: Random, moves: int) -> None:
    """To the same value, and to the same bytes."""
    for case in walk(random, moves):
        written = msgspec.json.encode(case.state)
        assert STATE.decode(written) == case.state
        assert msgspec.json.encode(STATE.decode(written)) == written


@hypothesis.settings(max_examples=100, deadline=None)
@hypothesis.given(seeds(), JOURNEYS)
def test_every_invariant_holds_at_every_step(random: Random, moves: int) -> None:
    """Whatever the journey."""
    for case in walk(random, moves):
        holds(case.state, max(event.recorded_at.date() for event in case.history))


def holds(case: CaseState, today: date) -> None:
    """Check what the domain says of every case."""
    state = case.state
    assert state in set(State)
    assert (case.path[-1].state, case.path[-1].on) == (state, case.entered_on)
    assert (
        (case.episode.closed_on is not None) == (state == State.CLOSED) == (case.closing_reason is not None)
    )
    assert [episode.number for episode in case.episodes] == list(range(1, len(case.episodes) + 1))
    assert len(case.left) == (state == State.CLOSED) + ("referred_onward" in (state, *case.left))
    assert case.organisation in ORGANISATIONS
    # one counsellor from acceptance on
    assert case.counsellor is None or case.counsellors[-1] == case.counsellor
    # nothing before the detection, nothing in the future
    assert all(case.detected_on <= happened <= today for happened in dates(case))
    # no duration is negative
    for episode in case.episodes:
        begun = episode.consented_on or episode.opened_on
        assert episode.opened_on <= begun <= (episode.closed_on or begun)
    for earlier, later in pairwise(case.episodes):
        assert earlier.closed_on is not None
        assert earlier.closed_on <= later.opened_on
    # consent before all that rests on it
    if state in (State.CONSENTED, State.BILAN_DONE, State.PLAN_BUILT, State.CARE_PERFORMED):
        assert case.consented_on is not None
    # the care performed is every need settled, and one at least by care
    if state == State.CARE_PERFORMED:
        assert not case.open_needs()
        assert any(need.status == "performed" for need in case.needs.values())
    # the package, in cents
    for quote_id, quote in case.quotes.items():
        granted = sum(r.granted_cents for r in case.requests.values() if r.quote_id == quote_id)
        assert granted + quote.person_share_cents + case.uncovered_cents(quote_id) == quote.rest_to_pay_cents
        assert granted <= quote.rest_to_pay_cents
        assert case.uncovered_cents(quote_id) >= 0
    for request in case.requests.values():
        assert request.granted_cents <= request.amount_cents
    # a right is opened by the level of rights
    assert all(action.level == "rights" for action in case.actions.values() if action.right)
    # the outcome of care needs care
    if case.closing_reason in ("care_performed", "care_partly_performed"):
        assert any(need.status == "performed" for need in case.needs.values())


def dates(case: CaseState) -> list[date]:
    """Return every day on which something is said to have happened."""
    days = [entry.on for entry in case.path]
    days += [contact.on for contact in case.contacts]
    days += [quote.recorded_on for quote in case.quotes.values()]
    days += [referral.referred_on for referral in case.referrals]
    maybe = [need.performed_on for need in case.needs.values()]
    maybe += [action.ended_on for action in case.actions.values()]
    maybe += [request.decided_on for request in case.requests.values()]
    maybe += [episode.consented_on for episode in case.episodes]
    return days + [on for on in maybe if on is not None]


def test_journeys_take_every_row_of_the_table() -> None:
    """Every change of state that the table knows, and every event, or all of the above would prove little."""
    rows = {(row.source, row.destination) for row in TABLE if row.source not in (None, row.destination)}
    taken: set[tuple[str, str]] = set()
    happened: set[type[Payload]] = set()
    seeds_left = iter(range(1_000))
    to_happen = set(CASE_EVENTS) - {DuplicateMerged, DuplicateParted}  # those are another case's doing
    while not (rows <= taken and happened == to_happen):
        *_, case = walk(Random(next(seeds_left)), 40)
        happened |= {type(event.data) for event in case.history}
        taken |= {(a.state, b.state) for a, b in pairwise(case.state.path)}
