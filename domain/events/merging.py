"""What happens when two cases turn out to be one person's, and when that was a mistake."""

from datetime import date
from typing import ClassVar

from domain.case_state import CaseState
from domain.event import Payload
from domain.events.intake import end_episode


class CaseMerged(Payload, frozen=True, gc=False):
    """The case is that of a person who has another one, which is kept; with a reason, it ended by this."""

    topic: ClassVar[str] = "case.merged"

    into: str
    reason: str | None = None

    def apply(self, case: CaseState, on: date) -> None:
        """The case points at the one that is kept, and remembers whose it was; the episode ends if there was one."""
        case.merged_into = self.into
        case.merged_from_person = case.person_id
        if self.reason is not None:
            end_episode(case, on, self.reason)


class PersonRecognised(Payload, frozen=True, gc=False):
    """The person of this case was recognised as another one that is known, or as somebody else again."""

    topic: ClassVar[str] = "case.person_recognised"

    person_id: str

    def apply(self, case: CaseState, on: date) -> None:
        """The case is that person's; what was sealed until then stays sealed with the former one's key."""
        if case.person_id not in case.former_persons:
            case.former_persons.append(case.person_id)
        case.person_id = self.person_id


class DuplicateMerged(Payload, frozen=True, gc=False):
    """Another case of the same person was merged into this one, which is kept."""

    topic: ClassVar[str] = "case.duplicate_merged"

    case_id: str

    def apply(self, case: CaseState, on: date) -> None:
        """The case points back at the other one."""
        case.duplicates.append(self.case_id)


class DuplicateParted(Payload, frozen=True, gc=False):
    """The other case was reopened: it is somebody else's after all."""

    topic: ClassVar[str] = "case.duplicate_parted"

    case_id: str

    def apply(self, case: CaseState, on: date) -> None:
        """The case does not point at the other one any more."""
        case.duplicates = [one for one in case.duplicates if one != self.case_id]
