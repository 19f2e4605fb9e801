"""Commands on needs and plan."""

from typing import Annotated, ClassVar, Self

import msgspec
from pydantic import Field, model_validator

from domain.case_state import CaseState
from domain.command import EACH_ONCE, ActionId, Day, NeedId, Noted, Part
from domain.commands.intake import NeedDescription
from domain.event import Payload
from domain.events import care as happened
from domain.text import refuse
from domain.vocabulary import AbandonReason, ActionKind, DropReason, FormerRight, Partner, Right
from workflows.triggers import Trigger


class AddNeed(Noted, NeedDescription):
    """Another piece of forgone care came to light."""

    trigger: ClassVar[Trigger] = Trigger.ADD_NEED
    event: ClassVar[type[Payload]] = happened.NeedAdded

    def decide(self, case: CaseState) -> list[Payload]:
        """Number the need after those of the case."""
        return [self.become(happened.NeedAdded, need_id=f"n{len(case.needs) + 1}")]


class DropNeed(Noted):
    """A need no longer asks for the cell's help."""

    trigger: ClassVar[Trigger] = Trigger.DROP_NEED
    event: ClassVar[type[Payload]] = happened.NeedDropped

    need_id: NeedId
    reason: DropReason


class ActionToPlan(Part):
    """An action to agree on; its level follows from its kind."""

    kind: ActionKind
    due_on: Day = Field(description="The last day to do it, included.")
    need_ids: Annotated[list[NeedId], Field(max_length=20), EACH_ONCE] = []
    partner: Partner | None = Field(default=None, description="The partner it is done with, if any.")


class BuildPlan(Noted):
    """The plan, confirmed with the person: every open need is answered by at least one action."""

    trigger: ClassVar[Trigger] = Trigger.BUILD_PLAN
    event: ClassVar[type[Payload]] = happened.PlanBuilt

    actions: Annotated[list[ActionToPlan], Field(min_length=1, max_length=40)]

    def decide(self, case: CaseState) -> list[Payload]:
        """Number the actions after those of the plan, and note their levels."""
        planned = [
            {"action_id": f"a{number}", "level": action.kind.level.value}
            | action.model_dump(mode="json", exclude_none=True)
            for number, action in enumerate(self.actions, len(case.actions) + 1)
        ]
        return [msgspec.convert({"actions": planned}, self.event)]


class RevisePlan(BuildPlan):
    """Further actions for the plan."""

    trigger: ClassVar[Trigger] = Trigger.REVISE_PLAN
    event: ClassVar[type[Payload]] = happened.PlanRevised


class StartAction(Noted):
    """Work on an action begins."""

    trigger: ClassVar[Trigger] = Trigger.START_ACTION
    event: ClassVar[type[Payload]] = happened.ActionStarted

    action_id: ActionId


class CompleteAction(Noted):
    """An action was carried out."""

    trigger: ClassVar[Trigger] = Trigger.COMPLETE_ACTION
    event: ClassVar[type[Payload]] = happened.ActionCompleted

    action_id: ActionId
    right: Right | None = Field(
        default=None, description="The right it opened, for an action of the level `rights`."
    )
    formerly: FormerRight | None = Field(
        default=None, description="What the CSS was called before November 2019."
    )

    @model_validator(mode="after")
    def _only_the_css_has_a_former_name(self) -> Self:
        if self.formerly is not None and self.right is not Right.CSS:
            raise refuse("formerly")
        return self


class AbandonAction(Noted):
    """An action is given up."""

    trigger: ClassVar[Trigger] = Trigger.ABANDON_ACTION
    event: ClassVar[type[Payload]] = happened.ActionAbandoned

    action_id: ActionId
    reason: AbandonReason


class RecordCarePerformed(Noted):
    """The care was performed; `occurred_on` is the day it was."""

    trigger: ClassVar[Trigger] = Trigger.RECORD_CARE_PERFORMED
    event: ClassVar[type[Payload]] = happened.CarePerformed

    need_id: NeedId
