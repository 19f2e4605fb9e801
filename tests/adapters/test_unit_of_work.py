"""One commit: all of it or nothing, also when somebody else was faster."""

from __future__ import annotations

import dataclasses

import pytest

from domain.commands.care import AddNeed
from domain.commands.follow_up import CorrectFact, Transfer
from domain.commands.intake import RecordConsent
from domain.errors import CaseNotFound, Refused, StaleVersion
from domain.person import Identity
from domain.ports import Clash, Request
from domain.vocabulary import CareType, ForgoingReason
from projections.counsellor_queue import QueueFilters, queue
from tests.adapters.overtaking import overtaken_by
from tests.adapters.usual import ACCEPT, BACK, CALL, MOVED, NOBODY_KNOWN, events_of
from tests.builders import DORA, MARIE, SOFIA, TODAY, referral
from tests.service import REGISTERED, Cells, open_cells

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
