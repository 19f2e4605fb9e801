"""Commands about what is known of the person: put right, archive, take out of the archive, erase."""

from typing import ClassVar, Self

from pydantic import Field

from domain.case_state import CaseState
from domain.command import Command, Noted, Part
from domain.event import Payload
from domain.events import privacy as happened
from domain.person import Address, BirthDate, Email, Identity, Name, Nir, Phone
from domain.vocabulary import ArchiveReason, RectifyReason, RestoreReason
from workflows.triggers import Trigger


class IdentityChanges(Part):
    """What to put right of who the person is: the fields given, null to take one away. The names always stay."""

    family_name: Name = Field(default=None)  # type: ignore[assignment]  # left out, and never taken away
    given_name: Name = Field(default=None)  # type: ignore[assignment]
    birth_date: BirthDate | None = None
    phone: Phone | None = None
    email: Email | None = None
    address: Address | None = None
    nir: Nir | None = None

    def __repr__(self) -> str:
        """Say that there is something, not what."""
        return "IdentityChanges(hidden)"

    __str__ = __repr__

    def to(self, identity: Identity) -> Identity:
        """Return the identity put right."""
        return identity.model_copy(update={name: getattr(self, name) for name in self.model_fields_set})

    def beside(self, identity: Identity) -> "IdentityChanges":
        """Return those of the changes that change anything."""
        changed = {
            name: value
            for name in self.model_fields_set
            if (value := getattr(self, name)) != getattr(identity, name)
        }
        return IdentityChanges.model_construct(_fields_set=set(changed), **changed)


class RectifyIdentity(Noted):
    """What is known of who the person is was wrong, or is not so any more: say what is right.

    It is put right in the vault; the history of each of the person's cases says which fields, by whom, when and why.
    """

    trigger: ClassVar[Trigger] = Trigger.RECTIFY_IDENTITY
    event: ClassVar[type[Payload]] = happened.IdentityRectified

    identity: IdentityChanges
    reason: RectifyReason

    def decide(self, case: CaseState) -> list[Payload]:
        """Tell which fields were put right, never their values."""
        fields = [name for name in IdentityChanges.model_fields if name in self.identity.model_fields_set]
        return [happened.IdentityRectified(fields=fields, reason=self.reason.value)]

    def beside(self, identity: Identity) -> Self:
        """Return the command with those of its changes that change anything."""
        return self.model_copy(update={"identity": self.identity.beside(identity)})


class Archive(Noted):
    """The closed case leaves the active base: only who protects the data and who audits the history still read it."""

    trigger: ClassVar[Trigger] = Trigger.ARCHIVE
    event: ClassVar[type[Payload]] = happened.CaseArchived

    reason: ArchiveReason


class Restore(Noted):
    """The case comes back from the archive, closed as it was: then a supervisor may reopen it."""

    trigger: ClassVar[Trigger] = Trigger.RESTORE
    event: ClassVar[type[Payload]] = happened.CaseRestored

    reason: RestoreReason


class ErasePersonalData(Command):
    """The person's key is destroyed: identity and free text become unreadable, for good. There is no note to it."""

    trigger: ClassVar[Trigger] = Trigger.ERASE_PERSONAL_DATA
    event: ClassVar[type[Payload]] = happened.PersonalDataErased
