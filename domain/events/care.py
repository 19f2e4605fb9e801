"""Needs and plan: the forgone care, the actions that answer it, and the care performed."""

from datetime import date
from typing import ClassVar

from msgspec import Struct, field

from domain.case_state import Action, CaseState, Need
from domain.event import Payload


class NeedAdded(Payload, frozen=True, gc=False):
    """Another piece of forgone care came to light."""

    topic: ClassVar[str] = "case.need_added"
    correctable: ClassVar[frozenset[str]] = frozenset({"care_type", "reasons", "since"})

    need_id: str
    care_type: str
    reasons: list[str]
    since: date | None = None

    def apply(self, case: CaseState, on: date) -> None:
        """The need is open."""
        case.needs[self.need_id] = Need(self.care_type, self.reasons, on, case.organisation, self.since)


class NeedDropped(Payload, frozen=True, gc=False):
    """A need no longer asks for the cell's help."""

    topic: ClassVar[str] = "case.need_dropped"

    need_id: str
    reason: str

    def apply(self, case: CaseState, on: date) -> None:
        """The need is settled, without care."""
        need = case.needs[self.need_id]
        need.status = "dropped"
        need.dropped_for = self.reason


class PlannedAction(Struct, frozen=True, omit_defaults=True, gc=False):
    """An action as planned; `due_on` is inclusive."""

    action_id: str
    level: str
    kind: str
    due_on: date
    need_ids: list[str] = field(default_factory=list)
    partner: str | None = None


class _Planning(Payload, frozen=True, gc=False):
    """Actions agreed with the person."""

    actions: list[PlannedAction] = field(default_factory=list)

    def apply(self, case: CaseState, on: date) -> None:
        """The actions join the plan."""
        for a in self.actions:
            case.actions[a.action_id] = Action(
                a.level, a.kind, a.due_on, list(a.need_ids), a.partner, planned_on=on
            )


class PlanBuilt(_Planning, frozen=True, gc=False):
    """A plan was built and confirmed with the person [001, I.1]."""

    topic: ClassVar[str] = "case.plan_built"


class PlanRevised(_Planning, frozen=True, gc=False):
    """The plan was completed with further actions."""

    topic: ClassVar[str] = "case.plan_revised"


class ActionStarted(Payload, frozen=True, gc=False):
    """Work on an action began."""

    topic: ClassVar[str] = "case.action_started"

    action_id: str

    def apply(self, case: CaseState, on: date) -> None:
        """The action is under way."""
        action = case.actions[self.action_id]
        action.status = "started"
        action.started_on = on


class ActionCompleted(Payload, frozen=True, gc=False):
    """An action was carried out; `right` is the right it opened, if any.

    Version 1 knew the rights CMU-C and ACS, which became the Complémentaire santé solidaire in November 2019
    [003, 004]; version 2 counts both as `css` and keeps the former name.
    """

    topic: ClassVar[str] = "case.action_completed"
    schema_version: ClassVar[int] = 2
    correctable: ClassVar[frozenset[str]] = frozenset({"right", "formerly"})

    action_id: str
    right: str | None = None
    formerly: str | None = None

    def apply(self, case: CaseState, on: date) -> None:
        """The action is done, and with it the right opened."""
        action = case.actions[self.action_id]
        action.status = "completed"
        action.ended_on = on
        action.right = self.right


class ActionAbandoned(Payload, frozen=True, gc=False):
    """An action was given up."""

    topic: ClassVar[str] = "case.action_abandoned"

    action_id: str
    reason: str

    def apply(self, case: CaseState, on: date) -> None:
        """The action ended without being done."""
        action = case.actions[self.action_id]
        action.status = "abandoned"
        action.ended_on = on
        action.abandoned_for = self.reason


def abandoned(case: CaseState, reason: str) -> list[ActionAbandoned]:
    """Return what gives every open action of a case that ends its disposition: none is left behind."""
    return [ActionAbandoned(action_id=action_id, reason=str(reason)) for action_id in case.open_actions()]


class CarePerformed(Payload, frozen=True, gc=False):
    """The care a person had given up was performed, on the day this event occurred: the aim of it all [001]."""

    topic: ClassVar[str] = "case.care_performed"

    need_id: str

    def apply(self, case: CaseState, on: date) -> None:
        """The need is settled by care."""
        need = case.needs[self.need_id]
        need.status = "performed"
        need.performed_on = on
        latest = case.episode.last_care_on
        case.episode.last_care_on = max(latest, on) if latest else on
