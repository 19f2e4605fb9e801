"""What happens to what is known of the person: put right, archived, taken out of the archive, erased."""

from datetime import date
from typing import ClassVar

from domain.case_state import CaseState
from domain.event import Payload


class IdentityRectified(Payload, frozen=True, gc=False):
    """What is known of who the person is was put right, in the vault: which fields, and why, never their values."""

    topic: ClassVar[str] = "case.identity_rectified"

    fields: list[str]
    reason: str


class CaseArchived(Payload, frozen=True, gc=False):
    """The case left the active base: nobody works on it any more, and no figure changes."""

    topic: ClassVar[str] = "case.archived"

    reason: str

    def apply(self, case: CaseState, on: date) -> None:
        """The case is out of every working view."""
        case.archived_on = on


class CaseRestored(Payload, frozen=True, gc=False):
    """The case was taken out of the archive; its time there begins anew from this day."""

    topic: ClassVar[str] = "case.restored"

    reason: str

    def apply(self, case: CaseState, on: date) -> None:
        """The case is in the working views again, closed as it was."""
        case.archived_on = None
        case.restored_on = on


class PersonalDataErased(Payload, frozen=True, gc=False):
    """The person's key was destroyed: identity and free text can no longer be read, by anybody."""

    topic: ClassVar[str] = "case.personal_data_erased"

    def apply(self, case: CaseState, on: date) -> None:
        """The case keeps its shape and its figures."""
        case.erased = True
