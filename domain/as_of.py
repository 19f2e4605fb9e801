"""Time travel: what a case was on a past day, in the two senses that a late entry makes differ.

*What had happened by then* goes by the day each event happened, as known today: corrections are applied first, so
that a day put right counts as it should have. *What had been recorded by then* goes by the instant it was written
down: exactly what somebody looking at the time would have seen, mistakes included. Databases call the two valid time
and transaction time (Snodgrass and Ahn 1985).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.case_state import CaseState
from domain.days import end_of
from domain.event import CaseEvent
from domain.fold import Fact, corrected, fold
from workflows.labels import LabelledEnum


class Basis(LabelledEnum):
    """By which of its two dates an event counts."""

    HAPPENED = "happened", "ce qui s'était passé à cette date", "what had happened by then"
    RECORDED = "recorded", "ce qui était enregistré à cette date", "what had been recorded by then"


@dataclass(frozen=True, slots=True)
class AsOf:
    """A day (Europe/Paris, to its end), and by which date of the events it is meant."""

    on: date
    basis: Basis = Basis.HAPPENED


def happened_by(
    on: date, case_id: str, organisation: str, actor: str, facts: Sequence[Fact]
) -> tuple[CaseState, list[int]] | None:
    """Return what a case was by what had happened by the end of `on`, and which facts made it so (their indexes).

    `facts` are the whole stream's; those of that time keep its order. None when the case was not detected yet.
    An event that leans on one that happened later (a grant dated before its request) had no effect yet, and is left
    out as well.
    """
    read = corrected(facts)
    if read[0][1] > on:
        return None
    kept = [index for index, (_, day) in enumerate(read) if day <= on]
    while True:
        case, failed = _fold(case_id, organisation, actor, [read[index] for index in kept])
        if failed is None:
            return case, kept
        del kept[failed]  # only the first that failed: those after it may have leant on it


def known_by(as_of: AsOf, events: Sequence[CaseEvent]) -> tuple[CaseState, list[CaseEvent]] | None:
    """Return what a case was on a past day, and the events of its whole stream that made it so; None before it began."""
    if as_of.basis is Basis.RECORDED:
        too_late = end_of(as_of.on)
        recorded = [event for event in events if event.recorded_at < too_late]
        return (fold(recorded), recorded) if recorded else None
    first = events[0]
    facts = [(event.data, event.occurred_on) for event in events]
    found = happened_by(as_of.on, first.originator_id, first.organisation, first.actor, facts)
    if found is None:
        return None
    case, kept = found
    return case, [events[index] for index in kept]


_LEANS_ON_LATER: Final = (LookupError, AttributeError, TypeError)
"""How an event says that what it changes is not there."""


def _fold(case_id: str, organisation: str, actor: str, facts: Sequence[Fact]) -> tuple[CaseState, int | None]:
    """Fold facts that are corrected already; stop at the first that cannot be applied, and return its place."""
    detected, on = facts[0]
    case: CaseState = detected.start(case_id, organisation, actor, on)
    for place, (data, day) in enumerate(facts):
        if not place:
            continue
        try:
            data.apply(case, day)
            if data.to_state is not None:
                case.enter(data.to_state, day)
        except _LEANS_ON_LATER:
            return case, place
    case.version = len(facts)
    return case, None
