"""Correcting a fact: a new event points at the wrong one, everything is read as it should have been, nothing is edited."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import msgspec
import pytest

from domain.commands.care import CompleteAction, RecordCarePerformed
from domain.commands.follow_up import CorrectFact
from domain.commands.funding import AgreeInstalments
from domain.event import Payload
from domain.events import CASE_EVENTS
from domain.events.care import ActionCompleted, NeedAdded, PlannedAction, PlanRevised
from domain.events.follow_up import (
    CaseClosed,
    CaseReopened,
    CaseTransferred,
    ContactLogged,
    FactCorrected,
)
from domain.events.funding import FundingDecided, InstalmentsAgreed
from domain.events.intake import CareForgoingDetected
from domain.events.privacy import PersonalDataErased
from domain.vocabulary import Right
from tests.builders import (
    ACCEPTED,
    CLOSED,
    CONSENTED,
    DETECTED,
    DETECTED_ON,
    INES,
    PLAN_BUILT,
    QUOTED,
    REQUESTED,
    SOFIA,
    TODAY,
    Happened,
    day,
    detection,
)
from tests.dsl import Story, given, on

CONTACT: Final = ContactLogged(channel="phone", direction="outbound", reached=True)
NEED: Final = NeedAdded(need_id="n2", care_type="optical", reasons=["fear"], since=day(-90))
OPENED: Final = ActionCompleted(action_id="a1", right="css", formerly="acs")
GRANTED: Final = FundingDecided(request_id="r1", granted_cents=900_00)
SHARED: Final = InstalmentsAgreed(quote_id="q1", person_share_cents=300_00, instalments=3)
BY_A_PARTNER: Final = detection(source="partner", partner_kind="caf")


def correct(version: int, **changes: Any) -> CorrectFact:
    return CorrectFact(corrects=version, changes=changes)


def last(*happened: Happened, **changes: Any) -> Story:
    """Correct the last thing that happened."""
    return given(*happened).when(correct(len(happened), **changes))


FIELDS: Final[list[tuple[tuple[Happened, ...], str, object, str]]] = [
    (DETECTED, "source", "exam_centre", "source"),
    (DETECTED, "origin", "spontaneous", "origin"),
    ((BY_A_PARTNER,), "partner_kind", "ccas", "partner_kind"),
    ((*ACCEPTED, CONTACT), "channel", "letter", "contacts.0.channel"),
    ((*ACCEPTED, CONTACT), "direction", "inbound", "contacts.0.direction"),
    ((*ACCEPTED, CONTACT), "party", "partner", "contacts.0.party"),
    ((*ACCEPTED, CONTACT), "reached", False, "contacts.0.reached"),
    ((*CONSENTED, NEED), "care_type", "gp", "needs.n2.care_type"),
    ((*CONSENTED, NEED), "reasons", ["distance", "disability"], "needs.n2.reasons"),
    ((*CONSENTED, NEED), "since", "2020-01-31", "needs.n2.since"),
    ((*PLAN_BUILT, OPENED), "right", "complementary", "actions.a1.right"),
    (QUOTED, "total_cents", 1600_00, "quotes.q1.total_cents"),
    (QUOTED, "basic_share_cents", 0, "quotes.q1.basic_share_cents"),
    (QUOTED, "complementary_share_cents", 1, "quotes.q1.complementary_share_cents"),
    (REQUESTED, "funder", "caf", "requests.r1.funder"),
    (REQUESTED, "amount_cents", 1, "requests.r1.amount_cents"),
    ((*REQUESTED, GRANTED), "granted_cents", 500_00, "requests.r1.granted_cents"),
    ((*QUOTED, SHARED), "person_share_cents", 1200_00, "quotes.q1.person_share_cents"),
    ((*QUOTED, SHARED), "instalments", 60, "quotes.q1.instalments"),
]


def at(state: object, path: str) -> object:
    """Return what lies at a path such as `contacts.0.channel`, as JSON shows it."""
    found: Any = msgspec.to_builtins(state)
    for step in path.split("."):
        found = found[int(step) if step.isdigit() else step]
    return found


@pytest.mark.parametrize(("happened", "field", "value", "path"), FIELDS)
def test_each_correctable_field_is_read_as_corrected(
    happened: tuple[Happened, ...], field: str, value: object, path: str
) -> None:
    """In everything that follows from it; the event itself stays as it was written."""
    changes = {field: value} | ({"formerly": None} if field == "right" else {})
    story = last(*happened, **changes)
    story.then(FactCorrected(corrects=len(happened), changes=changes))
    assert at(story.state, path) == value
    assert story.case is not None
    assert story.case.history[:-1] == given(*happened).case.history  # type: ignore[union-attr]


def test_every_correctable_field_is_corrected_by_a_test() -> None:
    """A new one shows."""
    corrected = {(type(payload_of(happened[-1])).topic, field) for happened, field, *_ in FIELDS}
    declared = {(event.topic, field) for event in CASE_EVENTS for field in event.correctable}
    assert declared - corrected == {("case.action_completed", "formerly")}
    for event in CASE_EVENTS:
        assert event.correctable <= set(event.__struct_fields__)


def payload_of(happened: Happened) -> Payload:
    return happened[1] if isinstance(happened, tuple) else happened


def test_a_former_name_is_corrected_with_its_right() -> None:
    """A right that was opened, under the name it had."""
    before = (*PLAN_BUILT, ActionCompleted(action_id="a1"))
    last(*before, right="css", formerly="cmu_c").then_state(rights_opened=["css"])
    last(*before, formerly="cmu_c").refused(
        "correction_invalid", field="formerly", accepted="cmu_c, acs, null"
    )
    last(*PLAN_BUILT, OPENED, right=None).refused("correction_invalid", field="formerly")
    last(*PLAN_BUILT, OPENED, right=None, formerly=None).then_state(rights_opened=[])


def test_a_partners_kind_is_corrected_with_the_source() -> None:
    """One without the other would say nothing true."""
    last(BY_A_PARTNER, source="reception").refused("correction_invalid", field="partner_kind")
    last(BY_A_PARTNER, source="reception", partner_kind=None).then_state(
        source="reception", partner_kind=None
    )
    last(*DETECTED, source="partner").refused("correction_invalid", field="partner_kind")
    last(*DETECTED, source="partner", partner_kind="town").then_state(partner_kind="town")


# ---------------------------------------------------------------- dates


def test_the_day_of_anything_may_be_corrected() -> None:
    """And what was counted from it follows."""
    story = given(*CONSENTED).when(correct(3, occurred_on="2026-03-12"))
    story.then_state(consented_on=day(10), entered_on=day(10))
    assert story.state.episode.consented_on == day(10)


def test_the_day_of_the_detection_may_be_corrected() -> None:
    """As long as nothing happened before it."""
    consented: tuple[Happened, ...] = (*ACCEPTED[:1], on(day(3), ACCEPTED[1]), on(day(5), CONSENTED[2]))
    given(*consented).when(correct(1, occurred_on="2026-03-04")).then_state(detected_on=day(2))
    given(*consented).when(correct(1, occurred_on="2026-03-06")).refused(
        "detected_after_the_rest", latest=day(3)
    )
    given(*DETECTED).when(correct(1, occurred_on="2014-11-16")).refused(
        "before_first_cell", earliest=date(2014, 11, 17)
    )
    given(*DETECTED).when(correct(1, occurred_on="2014-11-17")).then_state(detected_on=date(2014, 11, 17))


def test_no_corrected_day_is_in_the_future_or_before_the_detection() -> None:
    """The rule of every date, also once corrected; the detection as it was corrected."""
    given(*CONSENTED).when(correct(3, occurred_on="2026-04-12"), on=TODAY).refused("in_future", latest=TODAY)
    given(*CONSENTED).when(correct(3, occurred_on="2026-03-01")).refused(
        "before_detection", earliest=DETECTED_ON
    )
    story = given(*CONSENTED).when(correct(1, occurred_on="2026-02-20"))
    story.when(correct(3, occurred_on="2026-02-25")).then_state(consented_on=date(2026, 2, 25))
    last(*CONSENTED, NEED, since="2026-04-12").refused("in_future", latest=TODAY)


def test_corrected_episodes_stay_in_their_order() -> None:
    """No duration becomes negative: consent before closing, closing before reopening."""
    happened: tuple[Happened, ...] = (
        *ACCEPTED,
        on(day(5), CONSENTED[2]),
        on(day(9), CaseClosed(reason="moved", to_state="closed")),
        on(day(20), CaseReopened(reason="person_returned", to_state="consented")),
    )
    for version, wrong, right in (
        (3, day(10), day(9)),
        (4, day(4), day(5)),
        (4, day(21), day(20)),
        (5, day(8), day(9)),
    ):
        given(*happened).when(correct(version, occurred_on=wrong.isoformat())).refused("out_of_order")
        assert given(*happened).when(correct(version, occurred_on=right.isoformat())).new


def test_a_corrected_contact_is_counted_where_it_belongs() -> None:
    """The last attempt, the last success, the attempts since."""
    story = given(*ACCEPTED, on(day(3), CONTACT), on(day(9), CONTACT))
    story.when(correct(4, reached=False)).then_state(last_reached_on=day(3), last_attempt_on=day(9))
    story.when(correct(4, occurred_on="2026-03-03")).then_state(last_attempt_on=day(3))
    assert story.state.attempts_since_reached() == []  # it was before the person was reached


# ---------------------------------------------------------------- corrections of corrections


def test_what_was_corrected_may_be_corrected_again() -> None:
    """The last word on each field counts; the chain stays in the history."""
    story = given(*DETECTED)
    story.when(correct(1, source="exam_centre", origin="spontaneous"))
    story.when(correct(1, source="social_service")).then_state(
        source="social_service", origin="spontaneous", version=3
    )
    story.when(correct(1, source="reception", origin="detector_question")).then_state(source="reception")
    story.when(correct(1, source="reception")).refused("correction_changes_nothing")
    assert story.case is not None
    assert [type(event.data) for event in story.case.history] == [CareForgoingDetected] + [FactCorrected] * 3


def test_a_correction_is_not_itself_corrected() -> None:
    """One corrects the event again."""
    story = given(*DETECTED).when(correct(1, source="exam_centre"))
    story.when(correct(2, source="reception")).refused("corrects_a_correction", version=2)


@pytest.mark.parametrize("version", [3, 1000])
def test_an_event_that_is_not_there_is_not_corrected(version: int) -> None:
    """The reason says which ones are."""
    given(*ACCEPTED).when(correct(version, source="reception")).refused("no_such_event", first=1, last=2)


# ---------------------------------------------------------------- what is not accepted

INVALID: Final[list[tuple[tuple[Happened, ...], str, object, str]]] = [
    (DETECTED, "source", "RECEPTION", "reception, exam_centre, other_service, partner"),
    (DETECTED, "source", None, "reception"),
    (DETECTED, "source", ["reception"], "reception"),
    (DETECTED, "source", "\ud800", "reception"),
    (DETECTED, "occurred_on", "2026-02-30", "YYYY-MM-DD"),
    (DETECTED, "occurred_on", "1767225600", "YYYY-MM-DD"),
    (DETECTED, "occurred_on", 20260302, "YYYY-MM-DD"),
    (DETECTED, "occurred_on", None, "YYYY-MM-DD"),
    (DETECTED, "occurred_on", "2026-03-02T00:00:00", "YYYY-MM-DD"),
    ((*ACCEPTED, CONTACT), "reached", "true", "true, false"),
    ((*ACCEPTED, CONTACT), "reached", 1, "true, false"),
    ((*CONSENTED, NEED), "reasons", [], "rest_to_pay"),
    ((*CONSENTED, NEED), "reasons", "fear", "rest_to_pay"),
    ((*CONSENTED, NEED), "reasons", ["fear", "fear"], "rest_to_pay"),
    ((*CONSENTED, NEED), "reasons", ["fear", 1], "rest_to_pay"),
    ((*CONSENTED, NEED), "since", "yesterday", "YYYY-MM-DD, null"),
    (QUOTED, "total_cents", 0, "1…100000000"),
    (QUOTED, "total_cents", 100_000_001, "1…100000000"),
    (QUOTED, "total_cents", 10**30, "1…100000000"),
    (QUOTED, "total_cents", 1500.5, "1…100000000"),
    (QUOTED, "total_cents", 150000.0, "1…100000000"),
    (QUOTED, "total_cents", "150000", "1…100000000"),
    (QUOTED, "total_cents", True, "1…100000000"),
    (QUOTED, "total_cents", float("nan"), "1…100000000"),
    (QUOTED, "basic_share_cents", -1, "0…100000000"),
    ((*QUOTED, SHARED), "instalments", 0, "1…60"),
    ((*QUOTED, SHARED), "instalments", 61, "1…60"),
]


@pytest.mark.parametrize(("happened", "field", "value", "accepted"), INVALID)
def test_a_value_that_its_command_refuses_is_no_correction(
    happened: tuple[Happened, ...], field: str, value: object, accepted: str
) -> None:
    """The reason names the field and what it accepts, never the value."""
    story = last(*happened, **{field: value}).refused("correction_invalid", field=field)
    assert story.refusal is not None
    assert str(story.refusal.reason.values["accepted"]).startswith(accepted)


def test_of_several_changes_the_wrong_one_is_named() -> None:
    """Not the first."""
    last(*DETECTED, origin="spontaneous", source="nowhere").refused("correction_invalid", field="source")


def test_a_field_that_is_not_correctable_says_which_are() -> None:
    """What makes an event what it is takes an event of its own; a name that is none is not repeated."""
    accepted = ("occurred_on", "origin", "partner_kind", "source")
    last(*DETECTED, person_id="somebody").refused("not_correctable", field="person_id", accepted=accepted)
    story = last(*DETECTED, Hermelin="Geneviève").refused("no_such_field", accepted=accepted)
    assert story.refusal is not None
    assert "Hermelin" not in str(story.refusal)


# ---------------------------------------------------------------- rules between events


def test_no_correction_breaks_a_package() -> None:
    """Each of its sums holds, whichever side is corrected."""
    granted = (*REQUESTED, GRANTED, SHARED)
    given(*granted).when(correct(6, total_cents=1499_99)).refused(
        "grants_exceed_rest", total=1200_00, rest=1199_99
    )
    given(*granted).when(correct(6, basic_share_cents=1500_01)).refused("shares_exceed_total")
    given(*granted).when(correct(8, granted_cents=900_01)).refused("grants_exceed_rest")
    given(*granted).when(correct(9, person_share_cents=300_01)).refused("grants_exceed_rest")
    given(*granted).when(correct(7, amount_cents=899_99)).refused("grant_exceeds_request", asked=899_99)
    story = given(*granted).when(correct(8, granted_cents=899_99))
    assert story.state.uncovered_cents("q1") == 1
    story.when(AgreeInstalments(quote_id="q1", person_share_cents=300_01, instalments=3))
    assert story.state.uncovered_cents("q1") == 0


def test_a_correction_opens_no_right_by_another_level() -> None:
    """As completing the action would not."""
    other = PlanRevised(actions=[PlannedAction("a2", "orientation", "book_appointment", day(60))])
    before = (*PLAN_BUILT, other)
    given(*before).when(CompleteAction(action_id="a2", right=Right.CSS)).refused("right_of_other_level")
    last(*before, ActionCompleted(action_id="a2"), right="css").refused("right_of_other_level")


def test_what_an_old_history_already_breaks_forbids_no_other_correction() -> None:
    """Its rules were others."""
    overpaid = (*REQUESTED, FundingDecided(request_id="r1", granted_cents=5000_00))
    given(*overpaid).when(correct(1, origin="spontaneous")).then_state(origin="spontaneous")
    given(*overpaid).when(correct(8, granted_cents=6000_00)).refused("grants_exceed_rest")


# ---------------------------------------------------------------- who, when, where


@pytest.mark.parametrize("before", [DETECTED, CONSENTED, CLOSED, (*CLOSED, PersonalDataErased())])
def test_facts_are_corrected_at_any_time(before: tuple[Payload, ...]) -> None:
    """Closed or erased too: figures stay true."""
    given(*before).when(correct(1, origin="spontaneous")).then_state(origin="spontaneous")


def test_a_correction_after_a_transfer_is_the_new_cells() -> None:
    """History goes along."""
    moved = (*PLAN_BUILT, CaseTransferred(to_organisation="isere"))
    given(*moved).when(correct(1, origin="spontaneous"), by=SOFIA).refused("other_organisation")
    story = given(*moved).when(correct(1, origin="spontaneous"), by=INES)
    story.then_state(organisation="isere", detecting_organisation="gard")


def test_a_case_goes_on_from_what_was_corrected() -> None:
    """Commands after a correction see the corrected case."""
    story = given(*PLAN_BUILT).when(correct(1, occurred_on="2026-02-01"), on=day(5))
    story.when(RecordCarePerformed(need_id="n1", occurred_on=date(2026, 2, 10)), on=day(6))
    story.then_state(state="care_performed")
