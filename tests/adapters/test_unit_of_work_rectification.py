"""Putting an identity right: in the vault, and told in the history of each of the person's cases, without a value."""

from __future__ import annotations

import dataclasses

import pytest
import sqlalchemy as sa
from pydantic_core import PydanticCustomError

from adapters.database import reading
from adapters.tables import people
from adapters.verify import verify
from domain.access import Permission, reach
from domain.commands.intake import Accept
from domain.commands.privacy import Archive, ErasePersonalData, IdentityChanges, RectifyIdentity, Restore
from domain.errors import CaseNotFound, Refused
from domain.person import Identity
from domain.ports import Request
from domain.vocabulary import ArchiveReason, RectifyReason, RestoreReason
from projections.case import about_person, latest
from tests.adapters.overtaking import overtaken_by
from tests.adapters.usual import ACCEPT, MOVED, NOBODY_KNOWN, events_of, keyed
from tests.builders import DENIS, DORA, INES, MARIE, SOFIA, TODAY, day, referral
from tests.service import Cells

NIR = "251103012611138"
ANOTHER = "255081416802538"
RECTIFIED = "case.identity_rectified"


def rectified(**changes: object) -> RectifyIdentity:
    return RectifyIdentity(identity=IdentityChanges(**changes), reason=RectifyReason.TYPING_ERROR)  # type: ignore[arg-type]


def person_of(cells: Cells, case_id: str) -> str:
    return cells.service.storage.begin().load(case_id).state.person_id


def identity_of(cells: Cells, case_id: str) -> Identity | None:
    with reading(cells.service.engine) as connection:
        return cells.service.vault.identity(connection, person_of(cells, case_id))


def found_by(cells: Cells, nir: str) -> str | None:
    with reading(cells.service.engine) as connection:
        return cells.service.vault.find_by_nir(connection, nir)


def test_a_rectification_is_in_the_vault_and_told_in_every_case_of_the_person(cells: Cells) -> None:
    """Those of other organisations included: one person, one identity."""
    here = cells.refer(referral())
    abroad = cells.refer(referral(), by=dataclasses.replace(DORA, organisation="isere"))
    statistics = {name: rows for name, rows in cells.stored().items() if name != "cases"}
    cells.act(here.case_id, rectified(phone="04 66 00 00 01", given_name="Ginette"), by=MARIE)
    known = identity_of(cells, here.case_id)
    assert known is not None
    assert (known.given_name, known.phone, known.nir) == ("Ginette", "04 66 00 00 01", NIR)
    for case_id, cause in ((here.case_id, None), (abroad.case_id, f"{here.case_id}/2")):
        event = cells.service.storage.begin().load(case_id).history[-1]
        assert (event.data.topic, event.data.fields) == (RECTIFIED, ["given_name", "phone"])
        assert (event.actor, event.acting_as, event.causation_id) == ("marie", "counsellor", cause)
        assert event.occurred_on == TODAY
    assert {name: rows for name, rows in cells.stored().items() if name != "cases"} == statistics
    assert verify(cells.service.engine).intact


def test_a_person_is_found_by_the_nir_put_right_and_by_no_other(cells: Cells) -> None:
    case = cells.refer(referral())
    cells.act(case.case_id, rectified(nir=ANOTHER))
    person = person_of(cells, case.case_id)
    assert (found_by(cells, ANOTHER), found_by(cells, NIR)) == (person, None)
    cells.act(case.case_id, rectified(nir=None))
    assert found_by(cells, ANOTHER) is None
    with reading(cells.service.engine) as connection:
        assert connection.execute(sa.select(people.c.nir_pseudonym)).scalar_one() is None
    cells.act(case.case_id, rectified(nir=NIR))
    with pytest.raises(Refused) as refused:
        cells.refer(referral())
    assert refused.value.reason.code == "already_open"


def test_the_nir_of_somebody_else_known_is_refused(cells: Cells) -> None:
    """Also when they came in at that very moment; nothing was changed."""
    first = cells.refer(referral(person=NOBODY_KNOWN))
    use_cases = overtaken_by(cells, lambda: cells.refer(referral()))
    for acting in (use_cases.act, cells.service.use_cases.act):
        with pytest.raises(Refused) as refused:
            acting(first.case_id, rectified(nir=NIR, phone="0466000001"), MARIE, None, Request("test"))
        assert refused.value.reason.code == "nir_of_another_person"
    assert identity_of(cells, first.case_id) == NOBODY_KNOWN
    assert events_of(cells, first.case_id) == ["case.detected"]


def test_what_is_recorded_so_already_is_refused_and_not_told(cells: Cells) -> None:
    case = cells.refer(referral())
    with pytest.raises(Refused) as refused:
        cells.act(case.case_id, rectified(nir=NIR, family_name="Hermelin"))
    assert refused.value.reason.code == "rectification_changes_nothing"
    cells.act(case.case_id, rectified(nir=NIR, family_name="Hermelain"))
    assert cells.service.storage.begin().load(case.case_id).history[-1].data.fields == ["family_name"]


def test_nobody_is_born_after_today(cells: Cells) -> None:
    case = cells.refer(referral())
    with pytest.raises(PydanticCustomError, match="future"):
        cells.act(case.case_id, rectified(birth_date=day(41)))


def test_a_repeated_rectification_is_recorded_once(cells: Cells) -> None:
    """The second time nothing would change: it is answered like the first."""
    case = cells.refer(referral())
    for replayed in (False, True):
        answer = cells.act(case.case_id, rectified(phone="0466000001"), request=keyed("a"))
        assert answer.replayed is replayed
    assert events_of(cells, case.case_id).count(RECTIFIED) == 1


def test_a_person_erased_at_that_moment_is_not_put_right(cells: Cells) -> None:
    case = cells.refer(referral())
    cells.act(case.case_id, ACCEPT, MOVED)
    use_cases = overtaken_by(cells, lambda: cells.act(case.case_id, ErasePersonalData(), by=DENIS))
    with pytest.raises(Refused) as refused:
        use_cases.act(case.case_id, rectified(phone="0466000001"), DENIS, None, Request("test"))
    assert refused.value.reason.code == "erased"
    assert identity_of(cells, case.case_id) is None


def test_somebody_enrolled_in_the_same_commit_is_put_right_in_it(cells: Cells) -> None:
    """A batch refers and rectifies before anything is stored."""
    work, use_cases = cells.service.storage.begin(), cells.service.use_cases
    case_id = use_cases.refer_in(work, referral(), DORA, Request("test"), cells.clock()).case_id
    use_cases.act_in(work, case_id, rectified(nir=ANOTHER), MARIE, None, Request("test"), cells.clock())
    work.commit(cells.clock())
    assert found_by(cells, ANOTHER) == person_of(cells, case_id)
    assert found_by(cells, NIR) is None


# ---------------------------------------------------------------- the archive


def test_an_archived_case_is_for_who_protects_the_data_and_who_audits_alone(cells: Cells) -> None:
    """It is nobody's to work on; a new referral of the same person opens another case."""
    case = cells.refer(referral())
    cells.act(case.case_id, ACCEPT, MOVED)
    person = person_of(cells, case.case_id)
    statistics = {name: rows for name, rows in cells.stored().items() if name != "cases"}
    cells.act(case.case_id, Archive(reason=ArchiveReason.RETENTION), by=DENIS)
    assert {name: rows for name, rows in cells.stored().items() if name != "cases"} == statistics
    with reading(cells.service.engine) as connection:
        for who, permission, seen in (
            (MARIE, Permission.SEE_CASE, 0),
            (SOFIA, Permission.SEE_CASE, 0),
            (DORA, Permission.FOLLOW_REFERRALS, 0),
            (DENIS, Permission.SEE_CASE, 1),
        ):
            within = reach(who, permission)
            assert within is not None
            assert len(about_person(connection, within, person)) == seen
            assert len(latest(connection, within, is_open=False, limit=9)) == seen
    with pytest.raises(CaseNotFound):
        cells.act(case.case_id, rectified(phone=None), by=SOFIA)
    assert cells.refer(referral()).created
    cells.act(case.case_id, Restore(reason=RestoreReason.LEGAL_CLAIM), by=DENIS)
    assert cells.act(case.case_id, rectified(phone="0466000001"), by=SOFIA).version == 6


def test_a_case_abroad_is_archived_with_its_own_organisation_alone(cells: Cells) -> None:
    """Archiving is of a case, erasing of a person."""
    abroad = cells.refer(referral(), by=dataclasses.replace(DORA, organisation="isere"))
    cells.act(abroad.case_id, Accept(counsellor="ines"), MOVED, by=INES)
    with pytest.raises(CaseNotFound):
        cells.act(abroad.case_id, Archive(reason=ArchiveReason.RETENTION), by=DENIS)
