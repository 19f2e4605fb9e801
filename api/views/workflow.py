"""The transition table as the API shows it, with everything that it refers to: one reading of the one table."""

from collections.abc import Callable, Iterable
from functools import cache
from inspect import getdoc
from typing import Any, Self

from pydantic import Field

from api.bodies import payload_schema
from api.views.base import View
from domain.commands import COMMANDS
from domain.progress import Progress
from domain.vocabulary import VOCABULARY
from projections.durations import Measure
from workflows.closing import ClosingGroup
from workflows.deadlines import NextStep
from workflows.labels import LabelledEnum
from workflows.roles import Role
from workflows.states import State
from workflows.table import TABLE, Transition
from workflows.triggers import Trigger


class LabelledView(View):
    """A code with its label in both languages."""

    code: str
    fr: str
    en: str

    @classmethod
    def of(cls, member: LabelledEnum) -> Self:
        """Show a code."""
        return cls(code=member.value, fr=member.fr, en=member.en)


class TriggerView(View):
    """What may be asked for, by whom, with which payload."""

    code: str
    fr: str
    en: str
    roles: list[str] = Field(description="The roles that may fire it.")
    payload_schema: dict[str, Any] = Field(alias="schema", description="The JSON schema of its payload.")


class RuleView(View):
    """A named rule, with what it says (in English, as its source does)."""

    name: str
    says: str


class TransitionView(View):
    """One row of the table."""

    trigger: str
    source: str | None = Field(description="The state it starts from; null: there is no case yet.")
    destination: str
    when: str | None = Field(description="The condition that tells rows of one trigger and source apart.")
    guards: list[str] = Field(description="Rules that look at the case and at who asks.")
    checks: list[str] = Field(description="Rules that look at the payload too.")

    @classmethod
    def of(cls, row: Transition) -> Self:
        """Show a row."""
        return cls(
            trigger=row.trigger.value,
            source=row.source.value if row.source else None,
            destination=row.destination.value,
            when=row.when.__name__ if row.when else None,
            guards=[guard.__name__ for guard in row.guards],
            checks=[check.__name__ for check in row.checks],
        )


class WorkflowView(View):
    """The table, and all the words it is written in."""

    states: list[LabelledView]
    roles: list[LabelledView]
    triggers: list[TriggerView]
    transitions: list[TransitionView] = Field(description="Tried in this order.")
    rules: list[RuleView] = Field(description="Every rule that a transition names.")
    vocabulary: dict[str, list[LabelledView]] = Field(description="Every coded list, by name.")


@cache
def workflow_view() -> WorkflowView:
    """Show the table. It is code: the same for everybody, for as long as the process lives."""
    lists = VOCABULARY | {
        "closing_group": ClosingGroup,
        "duration_measure": Measure,
        "next_step": NextStep,
        "progress": Progress,
    }
    return WorkflowView(
        states=_list(State),
        roles=_list(Role),
        triggers=[_trigger(trigger) for trigger in Trigger],
        transitions=[TransitionView.of(row) for row in TABLE],
        rules=list(_rules()),
        vocabulary={name: _list(codes) for name, codes in lists.items()},
    )


def _list(codes: Iterable[LabelledEnum]) -> list[LabelledView]:
    return [LabelledView.of(member) for member in codes]


def _trigger(trigger: Trigger) -> TriggerView:
    return TriggerView(
        code=trigger.value,
        fr=trigger.fr,
        en=trigger.en,
        roles=[role.value for role in Role if role in trigger.roles],
        schema=payload_schema(COMMANDS[trigger]),
    )


def _rules() -> Iterable[RuleView]:
    found: dict[str, Callable[..., object]] = {}
    for row in TABLE:
        named = (*row.guards, *row.checks, *((row.when,) if row.when else ()))
        found |= {rule.__name__: rule for rule in named}
    for name, rule in sorted(found.items()):
        yield RuleView(name=name, says=" ".join((getdoc(rule) or "").split()))
