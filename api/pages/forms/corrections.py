"""What can be corrected: each event of a case, and the fields of it that a correction may change, as they now read."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from api.pages.forms.shapes import Choice, Shape, shapes_of
from domain.command import Command
from domain.correction import asked_by
from domain.event import CaseEvent
from domain.event_words import event_label
from domain.events.follow_up import FactCorrected
from domain.fold import Fact, corrected
from workflows.labels import Language
from workflows.reasons import in_words


def corrections(history: Sequence[CaseEvent], language: Language) -> list[Choice]:
    """Return the events of a history, the latest first, each with the fields that choosing it lets one change."""
    facts = corrected([(event.data, event.occurred_on) for event in history])
    found = [
        Choice(
            str(version),
            f"{version}. {event_label(data.topic, language)} ({in_words(on, language)})",
            _correctable((data, on), asked, language),
        )
        for version, (data, on) in enumerate(facts, 1)
        if not isinstance(data, FactCorrected) and (asked := asked_by(type(data))) is not None
    ]
    return found[::-1]


def _correctable(fact: Fact, asked: type[Command], language: Language) -> tuple[Shape, ...]:
    data, on = fact
    values = {name: msgspec.to_builtins(getattr(data, name)) for name in data.correctable}
    values["occurred_on"] = on.isoformat()
    found = shapes_of(asked, language, {}, only=tuple(values), values=values)
    return tuple(replace(shape, hint="") if shape.name == "occurred_on" else shape for shape in found)
