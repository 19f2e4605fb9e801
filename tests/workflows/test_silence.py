"""No refusal repeats what was typed: a number, a name or a birth date in the wrong field stays off the screen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.command import Command
from tests.builders import TYPICAL, Use, day
from tests.dsl import given
from workflows.labels import Language
from workflows.reasons import Reason
from workflows.triggers import Trigger

TYPED: Final = ("251103012611138", "hermelin", "hermelin-genevieve")
"""A social-security number, names: what fits a code's pattern and is none."""

BORN: Final = (date(1951, 10, 3), date(2019, 5, 17), date(2031, 7, 29))
"""Birth dates, and a slip of the keyboard: long before the case, in its years, and to come."""

LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en")


def with_dates(value: Any, typed: date) -> Any:
    """Return a command's plain data with `typed` for each date, left out or not, however deep."""
    if isinstance(value, dict):
        return {name: with_dates(inner, typed) for name, inner in value.items()}
    if isinstance(value, list):
        return [with_dates(inner, typed) for inner in value]
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return value
    return typed.isoformat()


def date_fields(command: Command) -> set[str]:
    """Return the names of a command's own fields that take a day."""
    properties = type(command).model_json_schema()["properties"]
    return {name for name, shape in properties.items() if "date" in str(shape) and "$ref" not in str(shape)}


def mistyped(command: Command) -> Iterator[tuple[str, Command]]:
    """Yield what was typed, and the command with it in one of its fields (or in all its dates)."""
    plain = command.model_dump(mode="json", exclude_none=True)
    read = TypeAdapter(type(command)).validate_json
    for name, value in plain.items():
        for typed in TYPED if isinstance(value, str) else ():
            yield from accepted(read, plain | {name: typed}, typed)
    for born in BORN:
        for name in date_fields(command):
            yield from accepted(read, plain | {name: born.isoformat()}, born.isoformat())
        yield from accepted(read, with_dates(plain, born), born.isoformat())
    if command.trigger is Trigger.CORRECT_FACT:
        for typed in TYPED:
            yield from accepted(read, {"corrects": 1, "changes": {typed: typed}}, typed)
            yield from accepted(read, {"corrects": 1, "changes": {"origin": typed}}, typed)
        for born in BORN:
            for version in (1, 2, 3, 4, 5):
                changes = {"occurred_on": born.isoformat()}
                yield from accepted(read, {"corrects": version, "changes": changes}, born.isoformat())


def accepted(read: Any, plain: dict[str, Any], typed: str) -> Iterator[tuple[str, Command]]:
    """Yield the command unless its very form refuses the value."""
    try:
        yield typed, read(json.dumps(plain))
    except ValidationError:
        return


@pytest.mark.parametrize("use", TYPICAL.values(), ids=lambda use: use.command.trigger.value)
def test_no_refusal_repeats_what_was_typed(use: Use) -> None:
    """In no value of the reason, and in the words of neither language."""
    tried = list(mistyped(use.command))
    assert tried
    refused = 0
    for typed, command in tried:
        refusal = given(*use.given).when(command, by=use.by, on=day(40)).refusal
        if refusal is not None:
            refused += 1
            assert not repeats(refusal.reason, typed), f"{refusal.reason.code} repeats {typed}"
    assert refused, "nothing typed was refused: this proves nothing"


def repeats(reason: Reason, typed: str) -> bool:
    """Tell whether a reason gives a typed value back, as it was or as a language writes a date."""
    said = [*(reason.text(language) for language in LANGUAGES), str(dict(reason.values))]
    spellings = {typed}
    if typed[:4].isdigit() and "-" in typed:
        born = date.fromisoformat(typed)
        spellings |= {f"{born:%d/%m/%Y}", repr(born)}
    return any(spelling in sentence for spelling in spellings for sentence in said)
