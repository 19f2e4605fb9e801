"""Showing what is somebody's: the one place where the API reads an identity or a note.

Who may see it is for the access table to say; what they do not see is said to be withheld, so that nobody takes it for
absent. Nothing of it can be had without the reading being recorded first.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field

from adapters import accesses
from adapters.accesses import Glass
from adapters.bootstrap import Service
from adapters.database import reading
from adapters.vault import Vault
from api.caller import Caller
from api.recording import record
from api.views.base import View
from domain.access import Permission, may
from domain.accesses import AccessKind
from domain.as_of import AsOf
from domain.case_state import CaseState
from domain.person import Identity
from projections.case import people_of


class Shown(StrEnum):
    """What became of something personal in an answer."""

    SHOWN = "shown"
    ABSENT = "absent"
    WITHHELD = "withheld"
    ERASED = "erased"


class NoteView(View):
    """Free text about a person."""

    status: Shown = Field(description="shown; absent: there is none; withheld: not for this role; erased.")
    text: str | None = Field(default=None, description="The text, when it is shown.")


class PersonView(View):
    """Who the person is."""

    family_name: str
    given_name: str
    birth_date: date | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    nir: str | None = Field(default=None, description="The social-security number, without spaces.")


class IdentityView(View):
    """The person's identity, as far as this role may see it."""

    status: Shown = Field(
        description="shown; withheld: not for this role; erased: nobody can read it any more."
    )
    person: PersonView | None = Field(default=None, description="Who the person is, when it is shown.")


class Disclosure:
    """What one caller may read of one person, whose case is shown: made, it is recorded. Raises AccessNotRecorded."""

    def __init__(
        self,
        caller: Caller,
        kind: AccessKind,
        case: CaseState,
        *,
        as_of: AsOf | None = None,
        glass: Glass | None = None,
    ) -> None:
        record(
            caller, kind, {case.case_id: case.person_id}, past_day=as_of.on if as_of else None, glass=glass
        )
        self._vault = caller.service.vault
        self._engine = caller.service.engine
        self._person_id = case.person_id
        self._formerly: Sequence[str] = case.former_persons
        self._sees_identity = may(caller.principal, Permission.SEE_IDENTITY)
        self._sees_notes = may(caller.principal, Permission.SEE_NOTES)

    def identity(self) -> IdentityView:
        """Return who the person is."""
        if not self._sees_identity:
            return IdentityView(status=Shown.WITHHELD)
        with reading(self._engine) as connection:
            found = self._vault.identity(connection, self._person_id)
        return _identity(found)

    def note(self, sealed: str | None) -> NoteView:
        """Return a note that an event carries sealed."""
        return _note(self._vault, self._person_id, sealed, self._formerly, shown=self._sees_notes)


class WholeDisclosure(Disclosure):
    """Everything that is held of one person, notes included, for whoever answers them. `disclosed_whole` makes it."""

    def __init__(self, service: Service, person_id: str, formerly: Sequence[str] = ()) -> None:
        self._service = service
        self._vault = service.vault
        self._engine = service.engine
        self._person_id = person_id
        self._formerly = formerly
        self._sees_identity = self._sees_notes = True

    def in_case(self, case: CaseState) -> Self:
        """Return the same for what one of the person's cases holds: notes sealed while they were taken for others too."""
        return type(self)(self._service, self._person_id, case.former_persons)


def disclosed_whole(caller: Caller, people: Mapping[str, str]) -> WholeDisclosure:
    """Return what is held of the one person whom these cases are about, recorded. Raises AccessNotRecorded."""
    record(caller, AccessKind.PERSON, people)
    return WholeDisclosure(caller.service, next(iter(people.values())))


def disclosed_to_operator(service: Service, people: Mapping[str, str]) -> WholeDisclosure:
    """Return the same for whoever operates the machine, recorded. Raises AccessNotRecorded."""
    accesses.record_for_operator(service.engine, AccessKind.PERSON, people, service.clock())
    return WholeDisclosure(service, next(iter(people.values())))


def note_shown(caller: Caller, person_id: str, sealed: str | None) -> NoteView:
    """Return a note that the log of accesses carries, sealed with the key of a person whose case the caller is shown."""
    return _note(caller.service.vault, person_id, sealed, shown=may(caller.principal, Permission.SEE_NOTES))


def _note(
    vault: Vault, person_id: str, sealed: str | None, formerly: Sequence[str] = (), *, shown: bool
) -> NoteView:
    if sealed is None:
        return NoteView(status=Shown.ABSENT)
    if not shown:
        return NoteView(status=Shown.WITHHELD)
    text = vault.unseal(person_id, sealed, formerly)
    return NoteView(status=Shown.ERASED if text is None else Shown.SHOWN, text=text)


def _person(identity: Identity) -> PersonView:
    return PersonView(**{name: getattr(identity, name) for name in PersonView.model_fields})


def identities(caller: Caller, case_ids: Sequence[str]) -> dict[str, IdentityView]:
    """Return who each case is about, for a page that lists many; the cases are within the caller's reach.

    Those whose name is shown are recorded. Raises AccessNotRecorded.
    """
    if not may(caller.principal, Permission.SEE_IDENTITY):
        return {case_id: IdentityView(status=Shown.WITHHELD) for case_id in case_ids}
    with reading(caller.service.engine) as connection:
        people = people_of(connection, case_ids)
        found = caller.service.vault.identities(connection, people.values())
    named = {case_id: person_id for case_id, person_id in people.items() if found[person_id] is not None}
    if named:
        record(caller, AccessKind.LIST, named)
    return {case_id: _identity(found[person_id]) for case_id, person_id in people.items()}


def resembling(
    caller: Caller, person_ids: Sequence[str], resembles: Callable[[Identity], bool]
) -> dict[str, IdentityView]:
    """Return those of these people whom `resembles` recognises, who belong to cases that the caller may know of.

    Who they are is shown to those who may see it; to the others, only that they resemble. Whoever shows some of them
    records which.
    """
    with reading(caller.service.engine) as connection:
        found = caller.service.vault.identities(connection, person_ids)
    alike = {who: one for who, one in found.items() if one is not None and resembles(one)}
    if not may(caller.principal, Permission.SEE_IDENTITY):
        return dict.fromkeys(alike, IdentityView(status=Shown.WITHHELD))
    return {who: _identity(one) for who, one in alike.items()}


def _identity(found: Identity | None) -> IdentityView:
    if found is None:
        return IdentityView(status=Shown.ERASED)
    return IdentityView(status=Shown.SHOWN, person=_person(found))
