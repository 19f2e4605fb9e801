"""The fold: from what happened to what a case is. Commands, read models and replays all go through it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from domain.case_state import CaseState
from domain.event import CaseEvent, Payload
from domain.events.follow_up import FactCorrected
from domain.events.intake import CareForgoingDetected

Fact = tuple[Any, date]
"""A payload and the day it happened: all that the fold looks at."""


def fold(events: Sequence[CaseEvent]) -> CaseState:
    """Return the state that a whole stream of events (first to last, at least one) makes, corrections applied."""
    first = events[0]
    facts = [(event.data, event.occurred_on) for event in events]
    return fold_facts(first.originator_id, first.organisation, first.actor, facts)


def fold_facts(case_id: str, organisation: str, actor: str, facts: Sequence[Fact]) -> CaseState:
    """Do the same from the facts alone, in order; `organisation` and `actor` are the detection's."""
    detected: CareForgoingDetected
    detected, on = facts[0]
    case = detected.start(case_id, organisation, actor, on)
    for data, on in facts[1:]:
        if type(data) is FactCorrected:
            return _fold_corrected(case_id, organisation, actor, facts)
        data.apply(case, on)
        if data.to_state is not None:
            case.enter(data.to_state, on)
    case.version = len(facts)
    return case


def evolve(case: CaseState, event: CaseEvent) -> None:
    """Apply one event after those before it (but a correction, which takes the whole stream)."""
    payload: Payload = event.data
    payload.apply(case, event.occurred_on)
    if payload.to_state is not None:
        case.enter(payload.to_state, event.occurred_on)
    case.version = event.originator_version


def corrected(facts: Sequence[Fact]) -> list[Fact]:
    """Return the facts with every correction among them applied to the one it points at."""
    read = list(facts)
    for data, _ in facts:
        if type(data) is FactCorrected:
            read[data.corrects - 1] = with_changes(read[data.corrects - 1], data.changes)
    return read


def with_changes(fact: Fact, changes: dict[str, Any]) -> Fact:
    """Return a fact as a correction has it. Raises msgspec.ValidationError for values of another type."""
    data, on = fact
    fields = msgspec.to_builtins(data) | {k: v for k, v in changes.items() if k != "occurred_on"}
    return msgspec.convert(fields, type(data)), msgspec.convert(changes.get("occurred_on", on), date)


def _fold_corrected(case_id: str, organisation: str, actor: str, facts: Sequence[Fact]) -> CaseState:
    (detected, on), *later = corrected(facts)
    case: CaseState = detected.start(case_id, organisation, actor, on)
    for data, on in later:
        data.apply(case, on)  # a correction itself assigns nothing
        if data.to_state is not None:
            case.enter(data.to_state, on)
    case.version = len(facts)
    return case
