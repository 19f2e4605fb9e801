"""From the referral to the rights review, a trigger at a time: what happens, and what the case becomes."""

from __future__ import annotations

import pytest

from domain.case_state import Entry, Episode, MoneyLine, Need
from domain.commands.intake import (
    Accept,
    AdministrativeCheck,
    AmendBilan,
    AmendConsent,
    Assign,
    Charge,
    CompleteBilan,
    Reassign,
    RecordConsent,
    RefuseConsent,
    Reject,
    Resource,
    WithdrawConsent,
)
from domain.events.intake import (
    BilanAmended,
    BilanCompleted,
    CareForgoingDetected,
    ConsentAmended,
    ConsentRecorded,
    ConsentRefused,
    ConsentWithdrawn,
    CounsellorAssigned,
    CounsellorReassigned,
    DetectedNeed,
    ReferralAccepted,
    ReferralRejected,
)
from domain.vocabulary import (
    BasicCover,
    ChargeKind,
    ComplementaryCover,
    Obstacle,
    OtherRight,
    Partner,
    ReassignReason,
    ResourceKind,
    Source,
)
from tests.builders import (
    ACCEPTED,
    BILAN_DONE,
    CARE_PERFORMED,
    CONSENTED,
    DETECTED,
    DETECTED_ON,
    DORA,
    MARIE,
    PLAN_BUILT,
    REFERRED,
    SOFIA,
    SUSPENDED,
    Events,
    day,
    referral,
)
from tests.dsl import given
from workflows.closing import ClosingReason

# ---------------------------------------------------------------- the referral


def test_a_referral_opens_a_case() -> None:
    """The person is a pseudonym, the needs are numbered, the first episode begins."""
    story = given().when(referral(occurred_on=day(-2)), by=DORA, on=DETECTED_ON)
    story.then(
        CareForgoingDetected(
            person_id="person-1",
            source="reception",
            origin="detector_question",
            agreed_to_contact=True,
            needs=[DetectedNeed("dental_prosthetic", ["rest_to_pay"])],
        )
    )
    story.then_state(
        case_id="case-1",
        person_id="person-1",
        organisation="gard",
        detecting_organisation="gard",
        detected_by="dora",
        detected_on=day(-2),
        state="detected",
        entered_on=day(-2),
        path=[Entry("detected", day(-2))],
        episodes=[Episode(1, day(-2))],
        needs={"n1": Need("dental_prosthetic", ["rest_to_pay"], day(-2), "gard")},
        counsellor=None,
        relevance_accepted=False,
        version=1,
    )
    (event,) = story.new
    assert (event.originator_version, event.actor, event.acting_as) == (1, "dora", "detector")
    assert event.organisation == "gard"
    assert event.recorded_at.date() == DETECTED_ON


def test_a_referral_by_a_partner_names_its_kind() -> None:
    """Beside the source, and in the case."""
    story = given().when(referral(source=Source.PARTNER, partner_kind=Partner.MISSION_LOCALE), by=DORA)
    story.then_state(source="partner", partner_kind="mission_locale")


def test_a_referral_keeps_its_note_sealed() -> None:
    """The aggregate never sees it in clear: what it is given is what it keeps."""
    story = given().when(referral(note="Très inquiète"), by=DORA, note="sealed")
    assert story.new[0].data.note == "sealed"
    assert "inquiète" not in repr(story.new)
    assert "Hermelin" not in repr(story.new)


# ---------------------------------------------------------------- relevance


def test_accepting_gives_the_case_its_counsellor() -> None:
    """With what the administrative check found; what was not looked at is not kept."""
    check = AdministrativeCheck(basic_cover_current=True, ameli_account=False)
    found = {"basic_cover_current": True, "ameli_account": False}
    given(*DETECTED).when(Accept(counsellor="marie", administrative_check=check)).then(
        ReferralAccepted(counsellor="marie", administrative_check=found)
    ).then_state(
        state="detected",
        relevance_accepted=True,
        counsellor="marie",
        counsellors=["marie"],
        administrative_check=found,
    )


def test_a_supervisor_accepts_for_a_counsellor() -> None:
    """And stands in for nobody: nobody followed the case yet."""
    story = given(*DETECTED).when(Accept(counsellor="paul"), by=SOFIA).then_state(counsellor="paul")
    assert story.new[0].acting_as == "supervisor"


@pytest.mark.parametrize("reason", [ClosingReason.NOT_RELEVANT, ClosingReason.DUPLICATE])
def test_rejecting_closes_the_case(reason: ClosingReason) -> None:
    """The episode ends before any consent."""
    given(*DETECTED).when(Reject(reason=reason), on=day(3)).then(
        ReferralRejected(reason=reason.value, to_state="closed")
    ).then_state(
        state="closed",
        left=["detected"],
        entered_on=day(3),
        episodes=[Episode(1, DETECTED_ON, None, day(3), reason.value, closed_by="gard")],
    )


# ---------------------------------------------------------------- the counsellor


def test_a_supervisor_assigns_and_reassigns() -> None:
    """All who held the case are kept, for the continuity rate."""
    story = given(*DETECTED).when(Assign(counsellor="marie"), by=SOFIA)
    story.then(CounsellorAssigned(counsellor="marie")).then_state(state="detected", counsellor="marie")
    story.when(Reassign(counsellor="paul", reason=ReassignReason.DEPARTURE), by=SOFIA)
    story.then(CounsellorReassigned(counsellor="paul", reason="departure"))
    story.then_state(counsellor="paul", counsellors=["marie", "paul"], relevance_accepted=False)
    story.when(Reassign(counsellor="marie", reason=ReassignReason.PERSON_REQUEST), by=SOFIA)
    story.then_state(counsellors=["marie", "paul", "marie"])


def test_accepting_for_the_counsellor_already_assigned_changes_no_hands() -> None:
    """Continuity counts changes, not repetitions."""
    assigned = CounsellorAssigned(counsellor="marie")
    given(*DETECTED, assigned).when(Accept(counsellor="marie")).then_state(counsellors=["marie"])


# ---------------------------------------------------------------- consent


def test_consent_begins_the_accompaniment() -> None:
    """Durations are counted from the day it was given, not from the day it was written down."""
    given(*ACCEPTED).when(
        RecordConsent(share_with=[Partner.CCAS, Partner.CAF], occurred_on=day(5)), on=day(8)
    ).then(ConsentRecorded(share_with=["ccas", "caf"], to_state="consented")).then_state(
        state="consented",
        entered_on=day(5),
        consented_on=day(5),
        share_with=["ccas", "caf"],
        episodes=[Episode(1, DETECTED_ON, day(5))],
        path=[Entry("detected", DETECTED_ON), Entry("consented", day(5))],
    )


@pytest.mark.parametrize("before", [CONSENTED, BILAN_DONE, PLAN_BUILT, CARE_PERFORMED])
def test_the_scope_of_a_consent_is_replaced(before: Events) -> None:
    """The new scope is the whole scope; the consent's day stays."""
    given(*before).when(AmendConsent(share_with=[Partner.CAF]), on=day(9)).then(
        ConsentAmended(share_with=["caf"])
    ).then_state(state=given(*before).state.state, share_with=["caf"], consented_on=DETECTED_ON)
    given(*before).when(AmendConsent(share_with=[])).then(ConsentAmended()).then_state(share_with=[])


def test_refusing_consent_closes_the_case() -> None:
    """As the person's choice."""
    given(*ACCEPTED).when(RefuseConsent(), on=day(2)).then(ConsentRefused(to_state="closed")).then_state(
        state="closed",
        left=["detected"],
        episodes=[Episode(1, DETECTED_ON, None, day(2), "consent_refused", closed_by="gard")],
    )


@pytest.mark.parametrize("before", [CONSENTED, BILAN_DONE, PLAN_BUILT, CARE_PERFORMED, REFERRED])
def test_withdrawing_consent_closes_the_case_and_ends_the_sharing(before: Events) -> None:
    """Nothing may be shared any more; what the episode was stays dated."""
    story = given(*before).when(WithdrawConsent(), on=day(7))
    *abandoned, withdrawn = [event.data for event in story.new]
    assert withdrawn == ConsentWithdrawn(to_state="closed")
    assert all(data.reason == "case_closed" for data in abandoned)
    assert story.state.open_actions() == []
    story.then_state(state="closed", share_with=[], consented_on=None)
    assert story.state.episode.consented_on == DETECTED_ON
    assert (story.state.episode.closed_on, story.state.closing_reason) == (day(7), "consent_withdrawn")


def test_a_closed_case_rests_no_longer() -> None:
    """A suspension ends with the case."""
    given(*SUSPENDED).when(WithdrawConsent()).then_state(suspended_until=None, suspended_for=None)


# ---------------------------------------------------------------- the rights review


def review(kind: type[CompleteBilan] = CompleteBilan) -> CompleteBilan:
    """Return Geneviève's review [001, annex 2]."""
    charges = {
        ChargeKind.RENT: 360_85,
        ChargeKind.WATER_ENERGY: 149_44,
        ChargeKind.INSURANCE: 190_34,
        ChargeKind.TAX: 99_00,
        ChargeKind.PHONE: 33_15,
    }
    return kind(
        basic_cover=BasicCover.CURRENT,
        complementary_cover=ComplementaryCover.MUTUAL,
        resources=[Resource(kind=ResourceKind.PENSION, cents=2011_25)],
        charges=[Charge(kind=charge, cents=cents) for charge, cents in charges.items()],
        registered_doctor=True,
        other_rights=[OtherRight.ENERGY_TARIFF],
        obstacles=[Obstacle.REST_TO_PAY],
    )


def test_a_review_computes_what_is_left_to_live_on() -> None:
    """Resources less charges, in cents."""
    story = given(*CONSENTED).when(review(), on=day(4))
    (event,) = story.new
    assert isinstance(event.data, BilanCompleted)
    assert event.data.resources == [MoneyLine("pension", 2011_25)]
    assert event.data.to_state == "bilan_done"
    bilan = story.state.bilan
    assert bilan is not None
    assert (bilan.disposable_cents, bilan.done_on, bilan.amended_on) == (1178_47, day(4), None)
    assert (bilan.basic_cover, bilan.complementary_cover) == ("current", "mutual")
    assert (bilan.registered_doctor, bilan.vitale_card_current) == (True, None)
    assert (bilan.other_rights, bilan.obstacles) == (["energy_tariff"], ["rest_to_pay"])


def test_what_is_left_to_live_on_may_be_less_than_nothing() -> None:
    """Charges above resources are what the cell is there for."""
    owed = CompleteBilan(
        basic_cover=BasicCover.NONE,
        complementary_cover=ComplementaryCover.NONE,
        charges=[Charge(kind=ChargeKind.CREDIT, cents=12_50), Charge(kind=ChargeKind.CREDIT, cents=7_50)],
    )
    bilan = given(*CONSENTED).when(owed).state.bilan
    assert bilan is not None
    assert bilan.disposable_cents == -20_00


@pytest.mark.parametrize("before", [BILAN_DONE, PLAN_BUILT, CARE_PERFORMED])
def test_an_amended_review_replaces_the_old_and_keeps_its_day(before: Events) -> None:
    """Whole: what is not said again is gone."""
    story = given(*before).when(review(AmendBilan), by=MARIE, on=day(30))
    (event,) = story.new
    assert type(event.data) is BilanAmended
    assert event.data.to_state is None
    bilan = story.state.bilan
    assert bilan is not None
    assert (bilan.done_on, bilan.amended_on, bilan.complementary_cover) == (DETECTED_ON, day(30), "mutual")
