"""Correcting a fact: a new event points at the wrong one, and every reader sees it as it should have been."""

import typing
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import msgspec

from domain.case_state import CaseState
from domain.event import CaseEvent, Payload
from domain.events.follow_up import FactCorrected
from domain.vocabulary import (
    CareType,
    Channel,
    Direction,
    ForgoingReason,
    FormerRight,
    Funder,
    Origin,
    Partner,
    Party,
    Right,
    Source,
)
from workflows.facts import Asking
from workflows.guards import granted_on
from workflows.labels import LabelledEnum
from workflows.reasons import Euros, Reason, because


_CODES: Final[dict[str, type[LabelledEnum]]] = {
    "source": Source,
    "partner_kind": Partner,
    "origin": Origin,
    "care_type": CareType,
    "reasons": ForgoingReason,
    "channel": Channel,
    "direction": Direction,
    "party": Party,
    "funder": Funder,
    "right": Right,
    "formerly": FormerRight,
}
"""The coded lists of the correctable fields: events keep plain strings, a correction must still be a known code."""


def corrected(events: Sequence[CaseEvent]) -> list[CaseEvent]:
    """Return a stream's events with every correction among them applied to the event it points at."""
    read = list(events)
    for event in events:
        if type(event.data) is FactCorrected:
            index = event.data.corrects - 1
            read[index] = _with(read[index], event.data.changes)
    return read


def _with(event: CaseEvent, changes: dict[str, Any]) -> CaseEvent:
    fields = msgspec.to_builtins(event.data) | {k: v for k, v in changes.items() if k != "occurred_on"}
    occurred_on = msgspec.convert(changes.get("occurred_on", event.occurred_on), date)
    return msgspec.structs.replace(
        event, data=msgspec.convert(fields, type(event.data)), occurred_on=occurred_on
    )


def refusal(events: Sequence[CaseEvent], corrects: int, changes: dict[str, Any], asking: Asking) -> Reason | None:
    """Return why event number `corrects` cannot be corrected so, or None."""
    if not 1 <= corrects <= len(events) or type(events[corrects - 1].data) is FactCorrected:
        return because("no_such_event", version=corrects, first=1, last=len(events))
    event = corrected(events)[corrects - 1]
    accepted = {"occurred_on", *type(event.data).correctable}
    for name in changes.keys() - accepted:
        return because("not_correctable", field=name[:40], accepted=tuple(sorted(accepted)))
    try:
        proposed = _with(event, changes)
    except msgspec.ValidationError:
        return _invalid(event, changes)
    if not all(_is_accepted(name, value) for name, value in changes.items()):
        return _invalid(event, {k: v for k, v in changes.items() if not _is_accepted(k, v)})
    if proposed == event:
        return because("correction_changes_nothing")
    return _dates(events, corrects, proposed.occurred_on, asking)


def _dates(events: Sequence[CaseEvent], corrects: int, on: date, asking: Asking) -> Reason | None:
    """What happened is never in the future nor before the detection, also once corrected."""
    if on > asking.today:
        return because("in_future", on=on, latest=asking.today)
    read = corrected(events)
    detected_on = read[0].occurred_on if corrects > 1 else on
    earliest = on if corrects > 1 else min((e.occurred_on for e in read[1:]), default=on)
    return because("before_detection", on=earliest, earliest=detected_on) if earliest < detected_on else None


def package_refusal(case: CaseState) -> Reason | None:
    """Return which sum of the funding package a correction would break, or None (all in cents)."""
    for quote_id, quote in case.quotes.items():
        shares = quote.basic_share_cents + quote.complementary_share_cents
        if shares > quote.total_cents:
            return because("shares_exceed_total", shares=Euros(shares), total=Euros(quote.total_cents))
        total = granted_on(case, quote_id) + quote.person_share_cents
        if total > quote.rest_to_pay_cents:
            return because("grants_exceed_rest", total=Euros(total), rest=Euros(quote.rest_to_pay_cents))
    for request in case.requests.values():
        if request.granted_cents > request.amount_cents:
            return because("grant_exceeds_request", granted=Euros(request.granted_cents), asked=Euros(request.amount_cents))
    return None


def _is_accepted(field: str, value: object) -> bool:
    codes = _CODES.get(field)
    if codes is not None:
        return all(item in codes._value2member_map_ for item in (value if isinstance(value, list) else [value]))
    return not isinstance(value, int) or value >= 0


def _invalid(event: CaseEvent, changes: dict[str, Any]) -> Reason:
    field = min(changes)
    return because("correction_invalid", field=field, accepted=_expected(type(event.data), field))


def _expected(payload: type[Payload], field: str) -> str:
    """Say what a field accepts: its codes, or its declared type."""
    if field == "occurred_on":
        return "YYYY-MM-DD"
    if field in _CODES:
        return ", ".join(code.value for code in _CODES[field])
    wanted = typing.get_type_hints(payload)[field]
    return "an amount in cents, 0 or more" if field.endswith("_cents") else getattr(wanted, "__name__", str(wanted))
