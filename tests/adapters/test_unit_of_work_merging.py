"""Two cases of one person: merged by an event, found as one from then on, forgotten as one, and parted again exactly."""

from __future__ import annotations

import dataclasses

import pytest
import sqlalchemy as sa

from adapters.database import reading
from adapters.history import history_of
from adapters.key_tables import person_keys
from adapters.tables import people
from domain.as_of import AsOf, Basis
from domain.commands.follow_up import LogContact, Reopen
from domain.commands.merging import Merge
from domain.commands.privacy import ErasePersonalData, IdentityChanges, RectifyIdentity
from domain.errors import Refused, StaleVersion
from domain.person import Identity
from domain.ports import Request
from domain.vocabulary import Channel, RectifyReason, ReopenReason
from tests.adapters.overtaking import overtaken_by
from tests.adapters.playing import with_number
from tests.adapters.usual import ACCEPT, BACK, MOVED, events_of
from tests.builders import DENIS, DORA, MARIE, SOFIA, day, referral
from tests.service import Cells

NIR, MISTYPED, THIRD = "251103012611138", "255081416802538", with_number(7).nir
KNOWN = Identity(family_name="Hermelin", given_name="Geneviève", nir=NIR)
UNKNOWN = Identity(family_name="Hermelin", given_name="Genevieve", phone="04 66 00 00 01")
"""The same person, referred before without her number."""


def refer(cells: Cells, who: Identity, organisation: str = "gard", note: str | None = None) -> str:
    by = dataclasses.replace(DORA, organisation=organisation)
    return cells.refer(referral(person=who, note=note), by=by).case_id


def person_of(cells: Cells, case_id: str) -> str:
    return cells.service.storage.begin().load(case_id).state.person_id


def identity_of(cells: Cells, person_id: str) -> Identity | None:
    with reading(cells.service.engine) as connection:
        return cells.service.vault.identity(connection, person_id)


def found_by(cells: Cells, nir: str) -> str | None:
    with reading(cells.service.engine) as connection:
        return cells.service.vault.find_by_nir(connection, nir)


def notes_of(cells: Cells, case_id: str) -> list[str | None]:
    case = cells.service.storage.begin().load(case_id)
    unseal = cells.service.vault.unseal
    return [
        unseal(case.state.person_id, event.data.note, case.state.former_persons)
        for event in case.history
        if event.data.note is not None
    ]


def merge(cells: Cells, duplicate: str, kept: str, note: str | None = None) -> None:
    cells.act(duplicate, Merge(into=kept, note=note), by=SOFIA)


def refusal_of(cells: Cells, case_id: str, *commands: object, by: object = SOFIA) -> str:
    with pytest.raises(Refused) as refused:
        cells.act(case_id, *commands, by=by)  # type: ignore[arg-type]
    return refused.value.reason.code


def test_an_open_duplicate_ends_and_both_histories_say_so(cells: Cells) -> None:
    """In one commit; what was known of either is known of the one, and both numbers find her."""
    kept = refer(cells, KNOWN, note="Elle a mal.")
    duplicate = refer(cells, UNKNOWN, note="Appareil cassé.")
    abroad = cells.refer(referral(person=UNKNOWN), by=dataclasses.replace(DORA, organisation="isere")).case_id
    former, person = person_of(cells, duplicate), person_of(cells, kept)
    merge(cells, duplicate, kept, note="Même adresse.")
    assert events_of(cells, duplicate)[-2:] == ["case.merged", "case.person_recognised"]
    assert events_of(cells, kept)[-1] == "case.duplicate_merged"
    work = cells.service.storage.begin()
    ended, going_on = work.load(duplicate).state, work.load(kept).state
    assert (ended.state, ended.closing_reason, ended.merged_into) == ("closed", "duplicate", kept)
    assert (going_on.state, going_on.duplicates) == ("detected", [duplicate])
    assert ended.person_id == going_on.person_id == person != former
    assert person_of(cells, abroad) not in (person, former)  # without a number she is somebody new each time
    assert work.load(kept).history[-1].causation_id == f"{duplicate}/2"
    together = KNOWN.model_copy(update={"phone": "04 66 00 00 01"})
    assert identity_of(cells, person) == identity_of(cells, former) == together
    assert found_by(cells, NIR) == person
    assert notes_of(cells, duplicate) == ["Appareil cassé.", "Même adresse."]
    assert notes_of(cells, kept) == ["Elle a mal."]
    cells.assert_sound()


def test_every_case_of_the_recognised_person_follows(cells: Cells) -> None:
    """With a mistyped number she had cases elsewhere; a later referral under either number meets the open one."""
    kept = refer(cells, KNOWN)
    mistyped = KNOWN.model_copy(update={"nir": MISTYPED})
    duplicate = refer(cells, mistyped)
    abroad = refer(cells, mistyped, "isere")
    merge(cells, duplicate, kept)
    person = person_of(cells, kept)
    assert person_of(cells, abroad) == person
    assert events_of(cells, abroad)[-1] == "case.person_recognised"
    assert found_by(cells, MISTYPED) == found_by(cells, NIR) == person
    for number in (NIR, MISTYPED):
        with pytest.raises(Refused) as refused:
            refer(cells, KNOWN.model_copy(update={"nir": number}))
        assert (refused.value.reason.code, refused.value.reason.values["case"]) == ("already_open", kept)
    assert refusal_of(cells, duplicate, Merge(into=kept)) == "already_one_person"
    rectified = IdentityChanges(nir=MISTYPED, phone="04 66 00 00 09")
    cells.act(kept, RectifyIdentity(identity=rectified, reason=RectifyReason.TYPING_ERROR))
    known = identity_of(cells, person)
    assert known is not None
    assert (known.nir, known.phone) == (MISTYPED, "04 66 00 00 09")
    assert (found_by(cells, NIR), found_by(cells, MISTYPED)) == (None, person)
    cells.assert_sound()


def test_erasing_the_person_destroys_both_keys(cells: Cells) -> None:
    """Nothing of either is readable, in either case, nor found."""
    kept = refer(cells, KNOWN, note="Elle a mal.")
    duplicate = refer(cells, UNKNOWN, note="Appareil cassé.")
    former, person = person_of(cells, duplicate), person_of(cells, kept)
    merge(cells, duplicate, kept)
    cells.act(kept, ACCEPT, MOVED)
    figures = {name: rows for name, rows in cells.stored().items() if name != "cases"}
    cells.act(duplicate, ErasePersonalData(), by=DENIS)
    for case_id in (kept, duplicate):
        assert events_of(cells, case_id)[-1] == "case.personal_data_erased"
        assert set(notes_of(cells, case_id)) == {None}
    assert identity_of(cells, person) is identity_of(cells, former) is None
    assert found_by(cells, NIR) is None
    with reading(cells.service.engine) as connection:
        rows = connection.execute(sa.select(people.c.identity, people.c.nir_pseudonym)).all()
    assert {tuple(row) for row in rows} == {(None, None)}
    with reading(cells.service.keys._engine, fenced=False) as connection:
        assert set(connection.execute(sa.select(person_keys.c.wrapped_key)).scalars()) == {None}
    assert {name: rows for name, rows in cells.stored().items() if name != "cases"} == figures
    cells.assert_sound()


def test_a_merging_by_mistake_is_undone_by_reopening(cells: Cells) -> None:
    """They are two again, as they were; what was written in between stays readable, and the other case says so."""
    kept, duplicate = refer(cells, KNOWN), refer(cells, UNKNOWN, note="Appareil cassé.")
    former, person = person_of(cells, duplicate), person_of(cells, kept)
    before = (identity_of(cells, former), identity_of(cells, person))
    merge(cells, duplicate, kept)
    answer = cells.act(duplicate, Reopen(reason=ReopenReason.CLOSED_BY_MISTAKE, note="Deux sœurs."), by=SOFIA)
    assert answer.events == ("case.reopened", "case.person_recognised")
    assert events_of(cells, kept)[-1] == "case.duplicate_parted"
    work = cells.service.storage.begin()
    assert (work.load(duplicate).state.merged_into, work.load(kept).state.duplicates) == (None, [])
    assert (person_of(cells, duplicate), person_of(cells, kept)) == (former, person)
    assert (identity_of(cells, former), identity_of(cells, person)) == before
    assert notes_of(cells, duplicate) == ["Appareil cassé.", "Deux sœurs."]
    cells.act(duplicate, ACCEPT, MOVED)
    cells.act(duplicate, ErasePersonalData(), by=DENIS)
    assert identity_of(cells, person) == before[1]
    cells.assert_sound()


def test_persons_recognised_one_after_the_other_are_parted_where_they_were_joined(cells: Cells) -> None:
    """Three cases of one person; the middle merging was a mistake: the first pair stays one."""
    one, two, three = (
        refer(cells, UNKNOWN.model_copy(update={"given_name": name})) for name in ("A", "B", "C")
    )
    merge(cells, one, two)
    merge(cells, two, three)
    assert len({person_of(cells, case_id) for case_id in (one, two, three)}) == 1
    cells.act(two, BACK, by=SOFIA)
    assert person_of(cells, one) == person_of(cells, two) != person_of(cells, three)
    merged = identity_of(cells, person_of(cells, two))
    assert merged is not None
    assert merged.given_name == "B"
    cells.assert_sound()


def test_a_merging_that_another_parting_has_undone_leaves_a_reopening_like_any_other(cells: Cells) -> None:
    first = refer(cells, KNOWN)
    cells.act(first, ACCEPT, MOVED)
    second = refer(cells, KNOWN)
    cells.act(second, ACCEPT, MOVED)
    third = refer(cells, UNKNOWN)
    cells.act(third, ACCEPT, MOVED)
    other = refer(cells, Identity(family_name="Hermelin", given_name="G.", nir=THIRD))
    merge(cells, first, third)
    merge(cells, second, other)
    cells.act(
        first, BACK, by=SOFIA
    )  # who was recognised first is somebody else again, and so in the second case
    assert person_of(cells, second) == person_of(cells, first) != person_of(cells, other)
    assert refusal_of(cells, second, BACK) == "already_open"
    cells.act(first, MOVED)
    cells.act(second, BACK, by=SOFIA)
    assert person_of(cells, second) == person_of(cells, first)
    assert cells.service.storage.begin().load(other).state.duplicates == []
    cells.assert_sound()


def test_a_closed_case_joins_its_person_and_stays_as_it_ended(cells: Cells) -> None:
    """An earlier accompaniment is no duplicate: its closing counts as it did."""
    earlier = refer(cells, UNKNOWN)
    cells.act(earlier, ACCEPT, MOVED)
    kept = refer(cells, KNOWN)
    figures = {
        name: rows for name, rows in cells.stored().items() if name not in ("cases", "counsellor_queue")
    }
    assert refusal_of(cells, kept, Merge(into=earlier)) == "keep_the_open_case"
    merge(cells, earlier, kept)
    state = cells.service.storage.begin().load(earlier).state
    assert (state.closing_reason, state.merged_into) == ("moved", kept)
    assert {n: r for n, r in cells.stored().items() if n not in ("cases", "counsellor_queue")} == figures
    cells.assert_sound()


def test_what_cannot_be_merged_is_refused_in_words(cells: Cells) -> None:
    """Another organisation's case and one that does not exist are one answer; nobody is left with two open cases."""
    kept, duplicate = refer(cells, KNOWN), refer(cells, UNKNOWN)
    abroad = refer(cells, Identity(family_name="X", given_name="Y"), "isere")
    for unknown in (abroad, "01610e5a-4c00-7000-8000-00000000dead"):
        assert refusal_of(cells, duplicate, Merge(into=unknown)) == "no_such_case"
    assert refusal_of(cells, duplicate, Merge(into=duplicate)) == "same_case"
    assert refusal_of(cells, duplicate, Merge(into=kept), by=MARIE) == "role_may_not"
    mistyped = KNOWN.model_copy(update={"nir": MISTYPED})
    second = refer(cells, mistyped)
    refer(cells, KNOWN, "isere")
    refer(cells, mistyped, "isere")
    assert refusal_of(cells, second, Merge(into=kept)) == "two_open_cases"
    cells.assert_sound()


def test_a_referral_in_between_is_seen(cells: Cells) -> None:
    """Somebody refers the recognised person elsewhere at that moment: that case follows too, or meets the merged one."""
    kept = refer(cells, KNOWN)
    mistyped = KNOWN.model_copy(update={"nir": MISTYPED})
    duplicate = refer(cells, mistyped)
    late: list[str] = []
    merging = overtaken_by(cells, lambda: late.append(refer(cells, mistyped, "isere")))
    merging.act(duplicate, Merge(into=kept), SOFIA, None, Request("test"))
    assert person_of(cells, late[0]) == person_of(cells, kept)
    third = KNOWN.model_copy(update={"nir": THIRD})
    other = refer(cells, third, "herault")
    again = refer(cells, KNOWN.model_copy(update={"nir": None}), "herault")
    referring = overtaken_by(
        cells,
        lambda: cells.act(other, Merge(into=again), by=dataclasses.replace(SOFIA, organisation="herault")),
    )
    answer = referring.refer(referral(person=third), DORA, Request("test"))
    assert person_of(cells, answer.case_id) == person_of(cells, again)
    cells.assert_sound()


def test_both_cases_are_as_they_were_seen(cells: Cells) -> None:
    """A colleague changes either meanwhile: nothing is merged on what nobody read, and the decision is taken anew."""
    kept, duplicate = refer(cells, KNOWN), refer(cells, UNKNOWN)
    call = LogContact(channel=Channel.PHONE, reached=True)
    merging = overtaken_by(cells, lambda: cells.act(kept, call))
    merging.act(duplicate, Merge(into=kept), SOFIA, None, Request("test"))
    assert events_of(cells, kept)[-2:] == ["case.contact_logged", "case.duplicate_merged"]
    other = refer(cells, UNKNOWN)
    cells.act(other, call)
    with pytest.raises(StaleVersion):
        cells.act(other, Merge(into=kept), by=SOFIA, version=1)
    cells.assert_sound()


def test_it_is_recorded_late_and_read_as_of_a_past_day(cells: Cells) -> None:
    """On the day before, the two are two cases; the person is the one known today."""
    kept, duplicate = refer(cells, KNOWN), refer(cells, UNKNOWN, note="Appareil cassé.")
    cells.clock.set_day(day(45))
    cells.act(duplicate, Merge(into=kept, occurred_on=day(42)), by=SOFIA)
    history = cells.service.storage.begin().load(duplicate).history
    assert [event.occurred_on for event in history[1:]] == [day(42), day(42)]
    before = history_of(cells.service.engine, duplicate, "fr", as_of=AsOf(day(41), Basis.HAPPENED)).case
    assert (before.state, before.merged_into) == ("detected", None)
    known = identity_of(cells, before.person_id)
    assert known is not None
    assert known.nir == NIR
    cells.assert_sound()


def test_a_number_that_differs_is_kept_with_each_and_shown_of_the_one_kept(cells: Cells) -> None:
    """A provisional number and the final one: both find her."""
    kept, duplicate = refer(cells, KNOWN), refer(cells, UNKNOWN.model_copy(update={"nir": MISTYPED}))
    merge(cells, duplicate, kept)
    known = identity_of(cells, person_of(cells, kept))
    assert known is not None
    assert (known.nir, known.given_name) == (NIR, "Geneviève")
    cells.act(duplicate, BACK, by=SOFIA)
    assert found_by(cells, MISTYPED) == person_of(cells, duplicate) != found_by(cells, NIR)
    cells.assert_sound()
