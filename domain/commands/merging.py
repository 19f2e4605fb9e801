"""The command that makes one person of two: a case turns out to be that of somebody who has another one."""

from typing import Annotated, ClassVar, Final

from pydantic import Field

from domain.case_state import CaseState
from domain.command import Noted
from domain.event import Payload
from domain.events import merging as happened
from domain.events.care import abandoned
from domain.vocabulary import AbandonReason
from workflows.closing import ClosingReason
from workflows.states import State
from workflows.triggers import Trigger

_UUID: Final = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"

CaseNumber = Annotated[str, Field(pattern=_UUID, description="The number of another case.")]
"""Not looser: a name typed into this field must not end up in a history."""


class Merge(Noted):
    """This case and another one are the same person's: that one is kept.

    An open case ends as a duplicate; one that was closed already stays closed as it was. The person is from now on the
    other case's, in all of their cases. To take it back, the merged case is reopened: the persons are two again.
    """

    trigger: ClassVar[Trigger] = Trigger.MERGE
    event: ClassVar[type[Payload]] = happened.CaseMerged

    into: CaseNumber

    def decide(self, case: CaseState) -> list[Payload]:
        """An open case ends; nobody is left to carry out its actions."""
        if case.state == State.CLOSED:
            return [happened.CaseMerged(into=self.into)]
        merged = happened.CaseMerged(into=self.into, reason=ClosingReason.DUPLICATE.value)
        return [*abandoned(case, AbandonReason.CASE_CLOSED), merged]
