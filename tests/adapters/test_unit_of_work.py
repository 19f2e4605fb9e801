"""One commit: all of it or nothing, also when somebody else was faster, and nothing twice."""

from __future__ import annotations

import dataclasses

import pytest

from adapters.verify import verify
from domain.commands.care import AddNeed
from domain.commands.follow_up import Close, CorrectFact, ErasePersonalData, LogContact, Reopen, Transfer
from domain.commands.intake import Accept, RecordConsent
from domain.errors import CaseNotFound, IdempotencyKeyReused, Refused, StaleVersion
from domain.person import Identity
from domain.ports import Clash, Request
from domain.vocabulary import CareType, Channel, ForgoingReason, ReopenReason
from projections.counsellor_queue import QueueFilters, queue
from tests.adapters.overtaking import overtaken_by
from tests.builders import DENIS, DORA, INES, MARIE, SOFIA, TODAY, referral
from tests.service import REGISTERED, Cells, open_cells
from workflows.closing import ClosingReason

CALL = LogContact(channel=Channel.PHONE, reached=True)
ACCEPT = Accept(counsellor="marie")
MOVED = Close(reason=ClosingReason.MOVED)
BACK = Reopen(reason=ReopenReason.PERSON_RETURNED)
NOBODY_KNOWN = Identity(family_name="Hermelin", given_name="Geneviève")


def keyed(key: str, fingerprint: str = "body-1") -> Request:
    """Return a request that may be repeated."""
    return Request("test", idempotency_key=key, fingerprint=fingerprint)


# ---------------------------------------------------------------- two at once


def test_of_two_commands_on_one_version_one_wins_and_the_other_writes_nothing(cells: Cells) -> None:
    case = cells.refer(referral())
    other = overtaken_by(cells, lambda: cells.act(case.case_id, ACCEPT, version=1))
    with pytest.raises(StaleVersion) as stale:
        other.act(case.case_id, CALL, MARIE, 1, Request("test"))
    assert stale.value == StaleVersion(case.case_id, expected=1, actual=2)
    assert events_of(cells, case.case_id) == ["case.detected", "case.referral_accepted"]


def test_a_conflict_in_a_batch_undoes_the_batch_and_names_its_case(cells: Cells) -> None:
    first, second = cells.refer(referral(person=NOBODY_KNOWN)), cells.refer(referral(person=NOBODY_KNOWN))
    work = cells.service.storage.begin()
    for case_id in (first.case_id, second.case_id):
        cells.service.use_cases.act_in(work, case_id, CALL, MARIE, 1, Request("test"), cells.clock())
        cells.service.use_cases.act_in(work, case_id, CALL, MARIE, 2, Request("test"), cells.clock())
    cells.act(second.case_id, ACCEPT)
    before = cells.everything()
    with pytest.raises(StaleVersion) as stale:
        work.commit(cells.clock())
    assert stale.value == StaleVersion(second.case_id, expected=1, actual=2)
    assert cells.everything() == before


def test_a_unit_of_work_that_failed_holds_nothing_that_a_later_commit_could_write_in_part(
    cells: Cells,
) -> None:
    case = cells.refer(referral())
    work = cells.service.storage.begin()
    act_in = cells.service.use_cases.act_in
    act_in(work, case.case_id, CALL, MARIE, None, Request("test"), cells.clock())
    cells.act(case.case_id, ACCEPT)
    with pytest.raises(StaleVersion):
        work.commit(cells.clock())
    act_in(work, case.case_id, CALL, MARIE, None, Request("test"), cells.clock())
    work.commit(cells.clock())
    assert events_of(cells, case.case_id) == [
        "case.detected",
        "case.referral_accepted",
        "case.contact_logged",
    ]
    # What was written was decided on the case as it is stored, not as the failed commit would have had it.
    cells.assert_sound()


def test_whoever_named_no_version_is_decided_again_on_what_the_case_has_become(cells: Cells) -> None:
    case = cells.refer(referral())
    use_cases = overtaken_by(cells, lambda: cells.act(case.case_id, ACCEPT))
    answer = use_cases.act(case.case_id, CALL, MARIE, None, Request("test"))
    assert answer.version == 3
    use_cases = overtaken_by(cells, lambda: cells.act(case.case_id, MOVED))
    with pytest.raises(Refused) as refused:
        use_cases.act(case.case_id, CALL, MARIE, None, Request("test"))
    assert refused.value.reason.code == "wrong_state"


# ---------------------------------------------------------------- one open case a person and organisation


def test_a_newcomer_referred_twice_at_once_gets_one_case(cells: Cells) -> None:
    first = []
    use_cases = overtaken_by(cells, lambda: first.append(cells.refer(referral())))
    with pytest.raises(Refused) as refused:
        use_cases.refer(referral(), DORA, Request("test"))
    assert refused.value.reason.code == "already_open"
    assert refused.value.reason.values == {"case": first[0].case_id}
    assert len(cells.stored()["cases"]) == len(cells.durable()["people"]) == 1


def test_a_known_person_referred_twice_at_once_gets_one_case(cells: Cells) -> None:
    known = cells.refer(referral())
    cells.act(known.case_id, ACCEPT, MOVED)
    first = []
    use_cases = overtaken_by(cells, lambda: first.append(cells.refer(referral())))
    with pytest.raises(Refused) as refused:
        use_cases.refer(referral(), DORA, Request("test"))
    assert refused.value.reason.values == {"case": first[0].case_id}
    assert len(cells.stored()["cases"]) == 2
    assert len(cells.durable()["people"]) == 1


def test_a_case_is_not_reopened_beside_a_referral_of_the_same_moment(cells: Cells) -> None:
    known = cells.refer(referral())
    cells.act(known.case_id, ACCEPT, MOVED)
    first = []
    use_cases = overtaken_by(cells, lambda: first.append(cells.refer(referral())))
    with pytest.raises(Refused) as refused:
        use_cases.act(known.case_id, BACK, SOFIA, 3, Request("test"))
    assert refused.value.reason.values == {"case": first[0].case_id}


def test_a_case_is_not_transferred_beside_a_referral_of_the_same_moment(cells: Cells) -> None:
    here = cells.refer(referral())
    iseres = dataclasses.replace(DORA, organisation="isere")
    use_cases = overtaken_by(cells, lambda: cells.refer(referral(), by=iseres))
    with pytest.raises(Refused) as refused:
        use_cases.act(here.case_id, Transfer(to_organisation="isere"), MARIE, 1, Request("test"))
    assert refused.value.reason.code == "already_open"


def test_a_person_may_have_an_open_case_in_each_organisation(cells: Cells) -> None:
    here = cells.refer(referral())
    there = cells.refer(referral(), by=dataclasses.replace(DORA, organisation="isere"))
    assert here.case_id != there.case_id
    people = {row[2] for row in cells.stored()["cases"]}
    assert len(people) == 1


def test_a_person_known_by_their_number_is_found_again_for_a_second_case(cells: Cells) -> None:
    first = cells.refer(referral())
    cells.act(first.case_id, ACCEPT, MOVED)
    spaced = Identity(family_name="HERMELIN", given_name="G.", nir="2 51 10 30 126 111 38")
    second = cells.refer(referral(person=spaced))
    assert second.created
    assert second.case_id != first.case_id
    assert len({row[2] for row in cells.stored()["cases"]}) == len(cells.durable()["people"]) == 1


def test_what_is_newly_told_of_a_known_person_is_kept_and_the_rest_stays(cells: Cells) -> None:
    """Whoever calls them next calls the number they have now."""
    first = cells.refer(referral())
    cells.act(first.case_id, ACCEPT, MOVED)
    told = Identity(family_name="Hermelin", given_name="G.", phone="0639980199", nir=referral().person.nir)
    second = cells.refer(referral(person=told))
    service = cells.service
    person_id = service.storage.begin().load(second.case_id).state.person_id
    with service.engine.connect() as connection:
        found = service.vault.identity(connection, person_id)
    assert found == referral().person.model_copy(update=told.model_dump(exclude_none=True))


def test_two_people_without_a_number_are_two_people(cells: Cells) -> None:
    cells.refer(referral(person=NOBODY_KNOWN))
    cells.refer(referral(person=NOBODY_KNOWN))
    assert len({row[2] for row in cells.stored()["cases"]}) == len(cells.durable()["people"]) == 2


def test_a_batch_finds_the_person_it_has_just_enrolled(cells: Cells) -> None:
    work = cells.service.storage.begin()
    use_cases = cells.service.use_cases
    use_cases.refer_in(work, referral(), DORA, Request("test"), cells.clock())
    with pytest.raises(Refused) as refused:
        use_cases.refer_in(work, referral(), DORA, Request("test"), cells.clock())
    assert refused.value.reason.code == "already_open"


# ---------------------------------------------------------------- repeated requests


def test_a_repeated_request_gets_the_first_answer_and_writes_nothing(cells: Cells) -> None:
    case = cells.refer(referral(note="Elle a mal."), request=keyed("refer-1"))
    contacted = cells.act(case.case_id, CALL, version=1, request=keyed("call-1"))
    before = cells.everything()
    again = cells.refer(referral(note="Elle a mal."), request=keyed("refer-1"))
    assert again == dataclasses.replace(case, replayed=True)
    again = cells.act(case.case_id, CALL, version=1, request=keyed("call-1"))
    assert again == dataclasses.replace(contacted, replayed=True)
    assert cells.everything() == before


def test_the_first_answer_is_given_again_whatever_the_case_has_become(cells: Cells) -> None:
    case = cells.refer(referral())
    accepted = cells.act(case.case_id, ACCEPT, version=1, request=keyed("accept-1"))
    cells.act(case.case_id, MOVED)
    again = cells.act(case.case_id, ACCEPT, version=1, request=keyed("accept-1"))
    assert again == dataclasses.replace(accepted, replayed=True)


def test_a_key_is_not_for_another_request(cells: Cells) -> None:
    case = cells.refer(referral())
    cells.act(case.case_id, CALL, request=keyed("k", "call"))
    before = cells.everything()
    with pytest.raises(IdempotencyKeyReused):
        cells.act(case.case_id, ACCEPT, request=keyed("k", "accept"))
    assert cells.everything() == before


def test_two_accounts_may_choose_the_same_key(cells: Cells) -> None:
    case = cells.refer(referral(), request=keyed("k"))
    answer = cells.act(case.case_id, CALL, request=keyed("k", "call"))
    assert not answer.replayed


def test_a_refused_request_keeps_its_key_free(cells: Cells) -> None:
    case = cells.refer(referral())
    with pytest.raises(Refused):
        cells.act(case.case_id, RecordConsent(), request=keyed("k"))
    cells.act(case.case_id, ACCEPT)
    assert cells.act(case.case_id, RecordConsent(), request=keyed("k")).state == "consented"


@pytest.mark.parametrize("person", [referral().person, NOBODY_KNOWN], ids=["with a number", "without"])
def test_a_referral_sent_twice_at_once_is_written_once(cells: Cells, person: Identity) -> None:
    detect = referral(person=person)
    first = []
    use_cases = overtaken_by(cells, lambda: first.append(cells.refer(detect, request=keyed("k"))))
    again = use_cases.refer(detect, DORA, keyed("k"))
    assert again == dataclasses.replace(first[0], replayed=True)
    assert len(cells.durable()["events"]) == len(REGISTERED) + 1
    assert len(cells.durable()["people"]) == 1


def test_a_command_sent_twice_at_once_is_written_once(cells: Cells) -> None:
    case = cells.refer(referral())
    first = []
    use_cases = overtaken_by(
        cells, lambda: first.append(cells.act(case.case_id, CALL, version=1, request=keyed("k")))
    )
    again = use_cases.act(case.case_id, CALL, MARIE, 1, keyed("k"))
    assert again == dataclasses.replace(first[0], replayed=True)
    assert len(events_of(cells, case.case_id)) == 2


def test_a_key_taken_at_the_same_moment_by_another_request_is_refused(cells: Cells) -> None:
    one, other = cells.refer(referral()), cells.refer(referral(person=NOBODY_KNOWN))
    use_cases = overtaken_by(cells, lambda: cells.act(one.case_id, CALL, request=keyed("k", "one")))
    with pytest.raises(IdempotencyKeyReused):
        use_cases.act(other.case_id, CALL, MARIE, 1, keyed("k", "other"))
    assert events_of(cells, other.case_id) == ["case.detected"]


# ---------------------------------------------------------------- erasing


def test_erasing_destroys_the_key_and_changes_no_statistic_and_no_past_event(cells: Cells) -> None:
    case = cells.refer(referral(note="Elle a mal."))
    cells.refer(referral(person=NOBODY_KNOWN))
    cells.act(case.case_id, ACCEPT, MOVED)
    person_id = cells.service.storage.begin().load(case.case_id).state.person_id
    before, history = cells.stored(), cells.durable()["events"]
    cells.act(case.case_id, ErasePersonalData(), by=DENIS)
    after = cells.stored()
    statistics = [name for name in before if name not in ("cases", "counsellor_queue")]
    assert {name: after[name] for name in statistics} == {name: before[name] for name in statistics}
    assert cells.durable()["events"][: len(history)] == history
    assert verify(cells.service.engine).intact
    state = cells.service.storage.begin().load(case.case_id).state
    assert state.erased
    with cells.service.engine.connect() as connection:
        assert cells.service.vault.identity(connection, person_id) is None
    sealed = cells.service.storage.begin().load(case.case_id).history[0].data.note
    assert sealed is not None
    assert cells.service.vault.unseal(person_id, sealed) is None


def test_somebody_erased_who_comes_back_is_somebody_new(cells: Cells) -> None:
    first = cells.refer(referral())
    cells.act(first.case_id, ACCEPT, MOVED)
    cells.act(first.case_id, ErasePersonalData(), by=DENIS)
    second = cells.refer(referral(note="De retour."))
    people = [row[2] for row in cells.stored()["cases"]]
    assert len(set(people)) == 2
    assert second.created


def test_a_batch_does_not_refer_anew_whom_it_erases(cells: Cells) -> None:
    """Their key is still there until the commit, and gone after it: the new case would be nobody's."""
    first = cells.refer(referral())
    cells.act(first.case_id, ACCEPT, MOVED)
    work, use_cases = cells.service.storage.begin(), cells.service.use_cases
    use_cases.act_in(work, first.case_id, ErasePersonalData(), DENIS, 3, Request("test"), cells.clock())
    with pytest.raises(Clash):
        use_cases.refer_in(work, referral(), DORA, Request("test"), cells.clock())
    work.commit(cells.clock())
    assert cells.refer(referral()).created


def test_erasing_somebody_erases_all_their_cases(cells: Cells) -> None:
    """The key is the person's: an older case left unerased could be reopened, and not be read by anybody."""
    first = cells.refer(referral())
    cells.act(first.case_id, ACCEPT, MOVED)
    iseres = dataclasses.replace(DORA, organisation="isere")
    abroad = cells.refer(referral(), by=iseres)
    cells.act(abroad.case_id, Accept(counsellor="ines"), MOVED, by=INES)
    second = cells.refer(referral())
    cells.act(second.case_id, ACCEPT, MOVED)
    cells.act(second.case_id, ErasePersonalData(), by=DENIS)
    for case_id, supervisor in (
        (first.case_id, SOFIA),
        (abroad.case_id, dataclasses.replace(SOFIA, organisation="isere")),
    ):
        with pytest.raises(Refused) as refused:
            cells.act(case_id, BACK, by=supervisor)
        assert refused.value.reason.code == "erased"
        history = cells.service.storage.begin().load(case_id).history
        assert [e.data.topic for e in history].count("case.personal_data_erased") == 1
        assert (history[-1].actor, history[-1].acting_as) == ("denis", "data_protection_officer")
        assert history[-1].causation_id == f"{second.case_id}/4"
    assert verify(cells.service.engine).intact


def test_a_person_erased_at_the_moment_of_a_new_referral_comes_in_as_somebody_new(cells: Cells) -> None:
    first = cells.refer(referral())
    cells.act(first.case_id, ACCEPT, MOVED)
    use_cases = overtaken_by(cells, lambda: cells.act(first.case_id, ErasePersonalData(), by=DENIS))
    second = use_cases.refer(referral(note="De retour."), DORA, Request("test"))
    person_id = cells.service.storage.begin().load(second.case_id).state.person_id
    with cells.service.engine.connect() as connection:
        assert cells.service.vault.identity(connection, person_id) == referral().person


def test_a_person_referred_anew_at_the_moment_of_their_erasure_is_not_erased(cells: Cells) -> None:
    first = cells.refer(referral())
    cells.act(first.case_id, ACCEPT, MOVED)
    second = []
    use_cases = overtaken_by(cells, lambda: second.append(cells.refer(referral())))
    with pytest.raises(Refused) as refused:
        use_cases.act(first.case_id, ErasePersonalData(), DENIS, 3, Request("test"))
    assert refused.value.reason.code == "open_case_remains"
    person_id = cells.service.storage.begin().load(second[0].case_id).state.person_id
    with cells.service.engine.connect() as connection:
        assert cells.service.vault.identity(connection, person_id) == referral().person


# ---------------------------------------------------------------- reading


def test_what_a_counsellor_just_did_is_in_the_queue_when_the_answer_arrives(cells: Cells) -> None:
    cells.refer(referral(person=NOBODY_KNOWN))
    case = cells.refer(referral())
    cells.act(case.case_id, ACCEPT)
    with cells.service.engine.connect() as connection:
        mine = queue(connection, QueueFilters(organisation="gard", counsellor="marie"), TODAY)
    assert [(found.case_id, found.next_step) for found in mine] == [(case.case_id, "first_contact")]
    cells.act(case.case_id, CALL)
    with cells.service.engine.connect() as connection:
        mine = queue(connection, QueueFilters(organisation="gard", counsellor="marie"), TODAY)
    assert [(found.next_step, found.days_since_reached) for found in mine] == [("record_consent", 0)]
    cells.act(case.case_id, MOVED)
    with cells.service.engine.connect() as connection:
        assert queue(connection, QueueFilters(organisation="gard", counsellor="marie"), TODAY) == []


@pytest.mark.parametrize("case_id", ["", "nobody", "organisation:gard", "\x00", "\ud800", "é" * 5000])
def test_what_is_no_case_is_not_found(cells: Cells, case_id: str) -> None:
    with pytest.raises(CaseNotFound):
        cells.service.storage.begin().load(case_id)


def test_a_case_is_the_same_object_within_a_unit_of_work_and_fresh_in_the_next(cells: Cells) -> None:
    case = cells.refer(referral())
    work = cells.service.storage.begin()
    assert work.load(case.case_id) is work.load(case.case_id)
    cells.act(case.case_id, CALL)
    assert (work.load(case.case_id).version, cells.service.storage.begin().load(case.case_id).version) == (
        1,
        2,
    )


# ---------------------------------------------------------------- another process


def test_an_organisation_registered_by_another_process_is_known_at_once(
    cells: Cells, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = cells.service.settings
    with open_cells(settings.home, settings.database_url, cells.clock) as other:
        newcomer = type(REGISTERED[0])(
            code="aude", name="CPAM de l'Aude", wave="wave_2", deployed_on=TODAY.replace(day=1)
        )
        other.service.storage.organisations.register([newcomer], "administrator", cells.clock())
        from_aude = dataclasses.replace(DORA, organisation="aude")
        elsewhere = other.refer(referral(), by=from_aude)
    # Acting on the other's case must count in its wave too, which this process has never heard of.
    answer = cells.act(
        elsewhere.case_id,
        CorrectFact(corrects=1, changes={"source": "exam_centre"}),
        by=dataclasses.replace(MARIE, organisation="aude"),
    )
    assert answer.version == 2
    waves = {row[0]: row[2] for row in cells.stored()["detection_sources_tally"] if row[1] == "all"}
    assert waves == {
        "national": "exam_centre",
        "wave:wave_2": "exam_centre",
        "organisation:aude": "exam_centre",
    }
    assert cells.refer(referral(person=NOBODY_KNOWN), by=from_aude).created


def test_a_decision_that_changes_nothing_at_all_writes_nothing(cells: Cells) -> None:
    before = cells.everything()
    cells.service.storage.begin().commit(cells.clock())
    assert cells.everything() == before


def events_of(cells: Cells, case_id: str) -> list[str]:
    """Return the topics of a case's stored events."""
    return [event.topic for event in cells.service.storage.recorder.select_events(case_id)]


def test_a_commit_that_clashes_says_so_to_whoever_decides(cells: Cells) -> None:
    work = cells.service.storage.begin()
    cells.service.use_cases.refer_in(work, referral(), DORA, Request("test"), cells.clock())
    cells.refer(referral())
    before = cells.everything()
    with pytest.raises(Clash):
        work.commit(cells.clock())
    assert cells.everything() == before


def test_needs_added_by_two_processes_do_not_share_a_number(cells: Cells) -> None:
    case = cells.refer(referral())
    cells.act(case.case_id, ACCEPT, RecordConsent())
    add = AddNeed(care_type=CareType.OPTICAL, reasons=[ForgoingReason.FEAR])
    use_cases = overtaken_by(cells, lambda: cells.act(case.case_id, add))
    use_cases.act(case.case_id, add, MARIE, None, Request("test"))
    assert list(cells.service.storage.begin().load(case.case_id).state.needs) == ["n1", "n2", "n3"]
