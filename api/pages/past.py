"""A past day asked for in a page's address: what a wrong one is told beside its field, and what the page then shows."""

from dataclasses import dataclass
from typing import Final

from fastapi import Request

from api.pages.filters import asked
from api.pages.visitor import Visitor
from api.past import AsOfQuery, as_of_asked
from api.problems import Kind, ProblemError
from domain.as_of import AsOf, Basis

DAY: Final = tuple(AsOfQuery.model_fields)
"""The names, in an address, that ask for a past day."""


@dataclass(frozen=True, slots=True)
class Past:
    """The past day that a page stands at, if any, and its form as it was sent."""

    as_of: AsOf | None
    day: str
    basis: Basis
    error: str | None = None

    @property
    def status(self) -> int:
        """The status of the page: with a day that is none, the present is shown."""
        return 200 if self.error is None else Kind.INVALID.status

    @property
    def asked(self) -> str:
        """What goes into another page's address to stand at the same day."""
        return (
            f"?as_of={self.as_of.on.isoformat()}&basis={self.as_of.basis}" if self.as_of is not None else ""
        )


def past_of(request: Request, visitor: Visitor) -> Past:
    """Return the past day that the address asks for. Without a day, the basis is only how the form stands."""
    given = request.query_params
    day = given.get("as_of", "").strip()
    basis = next((one for one in Basis if one.value == given.get("basis")), Basis.HAPPENED)
    if not day:
        return Past(None, "", basis)
    try:
        others = [name for name in given if name not in DAY]
        return Past(as_of_asked(asked(AsOfQuery, request, others), visitor.caller), day, basis)
    except ProblemError as problem:
        if problem.kind is not Kind.INVALID:
            raise
        return Past(None, day, basis, " ".join(error["detail"] for error in problem.members["errors"]))
