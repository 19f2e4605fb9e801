"""Erasing a person: their key goes, all their cases know of it, and no figure changes."""

from __future__ import annotations

import dataclasses

import pytest

from adapters.verify import verify
from domain.commands.intake import Accept
from domain.commands.privacy import ErasePersonalData
from domain.errors import Refused
from domain.ports import Clash, Request
from tests.adapters.overtaking import overtaken_by
from tests.adapters.usual import ACCEPT, BACK, MOVED, NOBODY_KNOWN
from tests.builders import DENIS, DORA, INES, SOFIA, referral
from tests.service import Cells


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
