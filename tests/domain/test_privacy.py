"""What is known of the person: put right, archived, taken out of the archive; what the history tells of it."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from domain.case import Case
from domain.commands.follow_up import Reopen
from domain.commands.privacy import Archive, ErasePersonalData, IdentityChanges, RectifyIdentity, Restore
from domain.event_words import event_details
from domain.events.privacy import CaseArchived, CaseRestored, IdentityRectified
from domain.person import Identity
from domain.vocabulary import ArchiveReason, IdentityField, RectifyReason, ReopenReason, RestoreReason
from tests.builders import ARCHIVED, CLOSED, CONSENTED, DENIS, SOFIA, asking, closed, context, day, history
from tests.dsl import given

GENEVIEVE = Identity(
    family_name="Hermelin", given_name="Genevieve", phone="04 66 00 00 00", email="g@example.fr"
)


def rectified(**changes: object) -> RectifyIdentity:
    return RectifyIdentity(identity=IdentityChanges(**changes), reason=RectifyReason.CHANGED)  # type: ignore[arg-type]


def test_a_rectification_tells_which_fields_and_why_and_never_their_values() -> None:
    """In the order of the identity; what is taken away is told like what is put right."""
    command = rectified(phone=None, given_name="Geneviève", birth_date=date(1951, 10, 4))
    story = given(*CONSENTED).when(command)
    story.then(IdentityRectified(fields=["given_name", "birth_date", "phone"], reason="changed"))
    words = {detail.label: detail.words for detail in event_details(story.new[0].data, "fr")}
    assert words == {
        "Champs rectifiés": "prénom, date de naissance, téléphone",
        "Motif": "La situation a changé",
    }
    assert "Geneviève" not in repr(command)
    assert "1951" not in str(command.identity)


def test_an_identity_is_put_right_by_what_is_given_alone() -> None:
    changes = IdentityChanges(given_name="Geneviève", email=None)
    right = changes.to(GENEVIEVE)
    assert (right.given_name, right.email, right.phone) == ("Geneviève", None, "04 66 00 00 00")
    assert IdentityChanges().to(GENEVIEVE) == GENEVIEVE


def test_what_is_known_already_is_no_change() -> None:
    command = rectified(given_name="Genevieve", phone="04 66 00 00 01", address=None).beside(GENEVIEVE)
    assert command.identity.model_fields_set == {"phone"}
    nothing = rectified(family_name="Hermelin").beside(GENEVIEVE)
    given(*CONSENTED).when(nothing).refused("rectification_changes_nothing")


@pytest.mark.parametrize("changes", [{"family_name": None}, {"given_name": ""}, {"nir": "1"}, {"age": 1}])
def test_what_an_identity_would_not_take_is_no_rectification(changes: dict[str, object]) -> None:
    """A name is put right, never taken away."""
    with pytest.raises(ValidationError):
        IdentityChanges.model_validate(changes)


def test_every_field_of_an_identity_can_be_put_right_and_has_its_words() -> None:
    assert set(IdentityChanges.model_fields) == set(Identity.model_fields) == set(IdentityField)


def test_a_rectification_is_told_in_every_case_of_the_person() -> None:
    """With its cause, by whoever did it, archived cases included."""
    story = given(*CLOSED).when(rectified(phone=None), by=DENIS)
    assert story.case is not None
    other = Case.of(history(closed(*CONSENTED)))
    other.rectify_with(story.case, rectified(phone=None), context(asking(DENIS)))
    (event,) = other.collect_events()
    assert event.data == IdentityRectified(fields=["phone"], reason="changed")
    assert (event.causation_id, event.acting_as) == ("case-1/7", "data_protection_officer")


def test_an_archived_case_keeps_its_shape_and_rests_until_it_is_taken_out() -> None:
    """Reopening takes the officer's decision first, then the supervisor's."""
    was = given(*CLOSED).state
    story = given(*CLOSED).when(Archive(reason=ArchiveReason.RESTRICTION), by=DENIS, on=day(40))
    story.then(CaseArchived(reason="restriction"))
    story.then_state(archived_on=day(40), state="closed", episodes=was.episodes, path=was.path)
    back = Reopen(reason=ReopenReason.PERSON_RETURNED)
    given(*ARCHIVED).when(back, by=SOFIA).refused("archived")
    again = given(*ARCHIVED).when(Restore(reason=RestoreReason.PERSON_RETURNED), by=DENIS, on=day(50))
    again.then(CaseRestored(reason="person_returned"))
    again.then_state(archived_on=None, restored_on=day(50), state="closed")
    again.when(back, by=SOFIA, on=day(50)).then_state(state="plan_built")


def test_an_archived_case_can_be_rectified_and_erased() -> None:
    """The rights of the person do not end with the work."""
    given(*ARCHIVED).when(rectified(phone=None), by=DENIS).then_state(archived_on=day(0))
    given(*ARCHIVED).when(ErasePersonalData(), by=DENIS).then_state(erased=True)
