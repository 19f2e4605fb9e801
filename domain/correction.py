"""Correcting a fact: a new event points at the wrong one, and every reader sees it as it should have been."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Final

from pydantic import TypeAdapter, ValidationError

from domain.case_state import CaseState, Episode
from domain.command import Command, Day
from domain.commands import COMMANDS
from domain.event import CaseEvent, Payload
from domain.events.care import ActionCompleted
from domain.events.follow_up import FactCorrected
from domain.events.intake import CareForgoingDetected
from domain.fold import Fact, corrected, with_changes
from domain.vocabulary import Level, Right, Source
from workflows.facts import Asking
from workflows.guards import FIRST_CELL, granted_on
from workflows.reasons import Euros, Reason, because

_ASKED_BY: Final[dict[type[Payload], type[Command]]] = {
    command.event: command for command in COMMANDS.values()
}


def asked_by(payload: type[Payload]) -> type[Command] | None:
    """Return the command that an event comes from, which knows what its fields accept; None for no command's."""
    return _ASKED_BY.get(payload)


def refusal(
    events: Sequence[CaseEvent], corrects: int, changes: dict[str, Any], asking: Asking
) -> Reason | None:
    """Return why event number `corrects` cannot be corrected so, or None.

    A field takes what the command of that event would have taken: a correction is no way around it.
    """
    if not 1 <= corrects <= len(events):
        return because("no_such_event", first=1, last=len(events))
    read = corrected([(event.data, event.occurred_on) for event in events])
    fact = read[corrects - 1]
    payload = type(fact[0])
    if payload is FactCorrected:
        return because("corrects_a_correction", version=corrects)
    accepted = sorted({"occurred_on", *payload.correctable})
    for name, value in sorted(changes.items()):
        if name not in accepted:
            if name not in payload.__struct_fields__:
                return because("no_such_field", accepted=tuple(accepted))  # what is typed is never repeated
            return because("not_correctable", field=name, accepted=tuple(accepted))
        if not _is_accepted(payload, name, value):
            return because("correction_invalid", field=name, accepted=_expected(payload, name))
    proposed = with_changes(fact, changes)
    if field := _contradiction(proposed[0]):
        return because("correction_invalid", field=field, accepted=_expected(payload, field))
    if proposed == fact:
        return because("correction_changes_nothing")
    return _dates(read, corrects, proposed, asking)


def _dates(read: Sequence[Fact], corrects: int, proposed: Fact, asking: Asking) -> Reason | None:
    """What happened is never in the future nor before the detection, also once corrected."""
    data, on = proposed
    for day in (on, getattr(data, "since", None)):
        if day is not None and day > asking.today:
            return because("in_future", latest=asking.today)
    if on < FIRST_CELL:
        return because("before_first_cell", earliest=FIRST_CELL)
    if corrects == 1:
        first = min((day for _, day in read[1:]), default=on)
        return because("detected_after_the_rest", latest=first) if first < on else None
    detected_on = read[0][1]
    return because("before_detection", earliest=detected_on) if on < detected_on else None


def inconsistencies(case: CaseState) -> Iterator[Reason]:
    """Yield every rule between several events that a case breaks (sums are in cents)."""
    for quote_id, quote in case.quotes.items():
        shares = quote.basic_share_cents + quote.complementary_share_cents
        if shares > quote.total_cents:
            yield because("shares_exceed_total", shares=Euros(shares), total=Euros(quote.total_cents))
        total = granted_on(case, quote_id) + quote.person_share_cents
        if total > quote.rest_to_pay_cents:
            yield because("grants_exceed_rest", total=Euros(total), rest=Euros(quote.rest_to_pay_cents))
    for request in case.requests.values():
        granted, asked = request.granted_cents, request.amount_cents
        if granted > asked:
            yield because("grant_exceeds_request", granted=Euros(granted), asked=Euros(asked))
    for action in case.actions.values():
        if action.right is not None and action.level != Level.RIGHTS:
            yield because("right_of_other_level")
    yield from _disorder(case.episodes)


def _disorder(episodes: Sequence[Episode]) -> Iterator[Reason]:
    """What begins or ends an episode stays in its order."""
    days = [
        (episode.number, day)
        for episode in episodes
        for day in (episode.opened_on, episode.consented_on, episode.closed_on)
        if day is not None
    ]
    for (_, earlier), (number, later) in pairwise(days):
        if later < earlier:
            yield because("out_of_order", episode=number)


def _contradiction(data: Payload) -> str | None:
    """Return the field that contradicts another of the same event, or None."""
    if isinstance(data, CareForgoingDetected):
        return "partner_kind" if (data.source == Source.PARTNER) != (data.partner_kind is not None) else None
    if isinstance(data, ActionCompleted):
        return "formerly" if data.formerly is not None and data.right != Right.CSS else None
    return None


@cache
def _field(payload: type[Payload], name: str) -> TypeAdapter[Any]:
    """Return the validator of a field as the command of that event has it."""
    if name == "occurred_on":
        return TypeAdapter(Day)
    field = _ASKED_BY[payload].model_fields[name]
    asked: Any = Annotated[field.annotation, field]
    return TypeAdapter(asked)


def _is_accepted(payload: type[Payload], name: str, value: object) -> bool:
    field = _field(payload, name)
    try:
        accepted = field.validate_json(json.dumps(value), strict=True)
    except ValidationError:
        return False
    return bool(field.dump_python(accepted, mode="json") == value)  # as it would be kept, nothing tidied away


def _expected(payload: type[Payload], name: str) -> str:
    """Say what a field accepts, in codes and figures that read alike in both languages."""
    schema = _field(payload, name).json_schema()
    accepted = [code for part in (schema, *schema.get("$defs", {}).values()) for code in part.get("enum", ())]
    types = {part.get("type") for part in (schema, *schema.get("anyOf", ()))}
    if "boolean" in types:
        accepted = ["true", "false"]
    elif "integer" in types:
        accepted = [f"{schema.get('minimum', 1)}…{schema['maximum']}"]
    elif not accepted:
        accepted = ["YYYY-MM-DD"]
    return ", ".join([*accepted, *(["null"] if "null" in types else [])])
