"""The shape of a command: a trigger's payload, strictly typed, that says which events it asks for."""

import re
from datetime import date
from typing import Annotated, ClassVar, Final, TypeVar

import msgspec
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from domain.case_state import CaseState
from domain.event import Payload
from domain.text import FreeText, refuse
from workflows.triggers import Trigger

P = TypeVar("P", bound=Payload)

Cents = Annotated[int, Field(ge=0, le=100_000_000, description="An amount in cents of a euro.")]
"""Whole cents, up to a million euros: no quote of the domain comes near."""

PositiveCents = Annotated[int, Field(gt=0, le=100_000_000, description="An amount in cents of a euro.")]

_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(value: object) -> object:
    """Read YYYY-MM-DD from a form or from JSON alike; instants and numbers, quoted or not, are not days."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value) if _ISO_DAY.fullmatch(value) else None
        except ValueError:
            value = None
    if type(value) is not date:
        raise refuse("day_format")
    return value


Day = Annotated[date, BeforeValidator(_day)]
"""A calendar day in Europe/Paris. Left to itself, pydantic takes a number in quotes for a timestamp."""

EACH_ONCE: Final = AfterValidator(lambda codes: list(dict.fromkeys(codes)))
"""For a list of codes: one ticked twice is ticked, and must not be counted twice."""

NeedId = Annotated[str, Field(pattern=r"^n[1-9][0-9]{0,3}$", description="A need of this case: n1, n2…")]
ActionId = Annotated[str, Field(pattern=r"^a[1-9][0-9]{0,3}$", description="An action of the plan: a1, a2…")]
QuoteId = Annotated[str, Field(pattern=r"^q[1-9][0-9]{0,3}$", description="A quote of this case: q1, q2…")]
RequestId = Annotated[str, Field(pattern=r"^r[1-9][0-9]{0,3}$", description="A funding request: r1, r2…")]


class Part(BaseModel):
    """A part of a command: strict (no "12" for 12), closed (no unknown field), and silent about its input."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)


class Command(Part):
    """What somebody asks for. Raises pydantic.ValidationError when built from anything else than it says."""

    trigger: ClassVar[Trigger]
    event: ClassVar[type[Payload]]

    occurred_on: Day | None = Field(
        default=None,
        description="The day it happened (Europe/Paris), today when left out; never in the future.",
    )

    def decide(self, case: CaseState) -> list[Payload]:
        """Return what happens to `case` if the rules allow it; by default one event with the command's fields."""
        return [self.become(self.event)]

    def become(self, event: type[P], **more: object) -> P:
        """Return an `event` with this command's fields, and `more`."""
        fields = self.model_dump(mode="json", exclude={"occurred_on", "note"}, exclude_none=True)
        return msgspec.convert(fields | more, event)


class Noted(Command):
    """A command that may carry free text: all but the one that destroys the key the text would be sealed with."""

    note: FreeText | None = Field(
        default=None, description="Free text, kept encrypted with the person's own key."
    )


def note_of(command: Command) -> str | None:
    """Return the command's free text, if it may carry any and does."""
    return command.note if isinstance(command, Noted) else None
