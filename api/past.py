"""Asking for a past day: `as_of` and `basis`, which the statistics, the queue, a case and its history all take."""

from datetime import date
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from api.caller import Caller
from api.field_errors import in_parameter
from api.refusals import invalid
from domain.as_of import AsOf, Basis
from domain.command import Day

_AS_OF: Final = "As it stood on that day, to its end (Europe/Paris). None: as it stands."
_BASIS: Final = (
    "By which of their two dates events count: `happened`, what had happened by that day, as known today; "
    "`recorded`, what had been recorded by then. With `as_of` only; `happened` when left out."
)


class AsOfQuery(BaseModel):
    """The parameters of whatever can be asked for as it stood."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: Day | None = Field(default=None, description=_AS_OF)
    basis: Basis | None = Field(default=None, description=_BASIS)


def as_of_asked(query: AsOfQuery, caller: Caller) -> AsOf | None:
    """Return the past day that is asked for, if any. Raises ProblemError: INVALID for one to come."""
    if query.as_of is None:
        if query.basis is not None:
            raise invalid([in_parameter("query", "basis", "without_as_of", caller.language)])
        return None
    refuse_day_to_come(query.as_of, "as_of", caller)
    return AsOf(query.as_of, query.basis or Basis.HAPPENED)


def refuse_day_to_come(on: date, name: str, caller: Caller) -> None:
    """Refuse a day of the parameter `name` that is to come. Raises ProblemError: INVALID."""
    if on > caller.today:
        accepted = [f"≤ {caller.today.isoformat()}"]
        raise invalid([in_parameter("query", name, "day_to_come", caller.language, accepted)])
