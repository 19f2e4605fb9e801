"""The filters of a statistic as a form: what may be asked, what was typed, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request

from api.pages.visitor import Visitor
from api.problems import ProblemError
from api.reading.statistics import organisations_seen
from domain.as_of import Basis
from domain.vocabulary import Wave
from projections.statistic import Statistic
from projections.statistics import MAX_MATURITY, GroupBy

COMPARISON: Final = "comparaison"
"""Names, in the address, which comparison is shown; it filters nothing."""

_NATIONAL: Final = frozenset({GroupBy.ORGANISATION, GroupBy.WAVE})
"""What tells several organisations apart."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form. `waves`, and the choice among `organisations`, are there for whoever is `nationwide`."""

    typed: Mapping[str, Sequence[str]]
    groupings: Sequence[GroupBy]
    of_cohort: bool
    nationwide: bool
    organisations: Mapping[str, str]
    waves: Sequence[Wave]
    bases: Sequence[Basis] = tuple(Basis)
    most_days: int = MAX_MATURITY
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return what was typed in a field."""
        given = self.typed.get(name) or [""]
        return given[-1]

    def texts(self, name: str) -> Sequence[str]:
        """Return what was chosen in a field that takes several."""
        return self.typed.get(name, ())

    def query(self, *left_out: str) -> str:
        """Return what is asked for as the end of an address, but for some fields; nothing if nothing is asked."""
        pairs = [
            (name, value) for name, values in self.typed.items() if name not in left_out for value in values
        ]
        return f"?{urlencode(pairs)}" if pairs else ""


def form_of(
    request: Request, visitor: Visitor, statistic: Statistic, problem: ProblemError | None = None
) -> Form:
    """Return the form as it was sent, with what is wrong beside each field; of others, under no name."""
    typed: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if value.strip():
            typed.setdefault(name, []).append(value.strip())
    nationwide = visitor.reach.organisation is None
    asked = set(typed.get("group_by", ()))
    return Form(
        typed,
        [by for by in statistic.groupings if nationwide or by not in _NATIONAL or by.value in asked],
        statistic.cohort is not None,
        nationwide,
        organisations_seen(visitor.caller),
        list(Wave) if nationwide else (),
        errors=_beside(problem.members["errors"]) if problem is not None else {},
    )


FIELDS: Final = ("from", "to", "group_by", "organisation", "wave", "maturity", "as_of", "basis")


def _beside(errors: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for error in errors:
        name = error.get("parameter")
        found.setdefault(name if name in FIELDS else "", []).append(error["detail"])
    return found
