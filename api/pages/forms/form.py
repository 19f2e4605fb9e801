"""A form: what a command asks for, on one screen, without a line of JavaScript.

`Form.of` makes it, `changed` answers its own buttons (a row more, a row less, what a choice brings), `filled` reads it,
`body` is what the API is given, and `refused` puts what the API says beside the fields, with everything typed kept.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from pydantic import BaseModel

from api.field_errors import FieldError
from api.pages.forms.fields import LEFT_OUT, Field, Filling, Sent
from api.pages.forms.layouts import LAYOUTS, PLAIN, Layout
from api.pages.forms.shapes import Choices, Kind, Shape, shapes_of
from api.pages.forms.words import error_words
from domain.command import Command
from workflows.labels import Language

ADD: Final = "_add"
REMOVE: Final = "_remove"
SHOW: Final = "_show"

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Complaint:
    """A line of the summary of what is wrong: where it leads, whose it is, what it says."""

    target: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a command, with what is in them. `errors` are what is wrong with none of them alone."""

    language: Language
    shapes: tuple[Shape, ...]
    layout: Layout = PLAIN
    fields: tuple[Field, ...] = ()
    errors: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        kind: type[BaseModel],
        language: Language,
        *,
        choices: Choices | None = None,
        presets: Mapping[str, Any] | None = None,
        today: date | None = None,
    ) -> "Form":
        """Return the form of a command, or of anything else that a body may be.

        `presets` are values as the body has them, by property; `today` is what the day is taken to be.
        """
        layout = LAYOUTS.get(kind.trigger, PLAIN) if issubclass(kind, Command) else PLAIN
        starts = {**({} if today is None else {"occurred_on": today.isoformat()}), **layout.starts_with}
        starts |= presets or {}
        shapes = shapes_of(kind, language, choices or {}, values=starts)
        form = cls(language, shapes, layout)
        return form._with(Filling(language))

    def filled(self, pairs: Pairs) -> "Form":
        """Return the form with what was sent in it; rows that nobody wrote in are gone."""
        return self._with(Filling(self.language, _by_name(pairs), keep_blank_rows=False))

    def taking_over(self, earlier: "Form", pairs: Pairs) -> "Form":
        """Return the form with what was sent to an `earlier` one of the same.

        In a correction, what nobody touched reads as it does now: it was shown, not typed, and is no change.
        """
        sent = earlier.filled(pairs)
        parts = [part for field in sent.fields if field.kind is Kind.CHANGES for part in field.parts]
        untouched = frozenset(part.name for part in parts if not part.is_changed)
        return self._with(Filling(self.language, _by_name(pairs), keep_blank_rows=False, untouched=untouched))

    def changed(self, pairs: Pairs) -> "Form | None":
        """Return the form as one of its own buttons makes it; None when it was sent to be recorded."""
        pressed = {name: value for name, value in pairs if name in (ADD, REMOVE, SHOW)}
        if not pressed:
            return None
        gone = pressed.get(REMOVE)
        kept = [(n, v) for n, v in pairs if gone is None or not n.startswith(f"{gone}/")]
        filling = Filling(self.language, _by_name(kept))
        form = self._with(filling)
        if ADD in pressed:
            return form.each_changed(
                lambda field: _with_one_more(field, filling) if field.name == pressed[ADD] else field
            )
        return form

    def body(self) -> bytes:
        """Return what was filled in as the JSON that the API takes."""
        said = {field.shape.name: found for field in self.fields if (found := field.json()) is not LEFT_OUT}
        return json.dumps(said, ensure_ascii=False).encode()

    def refused(self, errors: Iterable[FieldError]) -> "Form":
        """Return the form with what was refused beside its fields: each at the nearest one that holds it."""
        known = {field.pointer: field for top in self.fields for field in top.each()}
        beside: dict[str, list[str]] = {}
        general: list[str] = []
        for error in errors:
            pointer = error.pointer or "#"
            while pointer not in known and pointer != "#":
                pointer = pointer.rpartition("/")[0]
            if pointer in known:
                found = known[pointer]
                words = error_words(found.kind.value, error.code, self.language) or error.detail
                beside.setdefault(pointer, []).append(words)
            else:
                general.append(error_words("", error.code, self.language) or error.detail)
        form = self.each_changed(
            lambda field: (
                replace(field, errors=tuple(dict.fromkeys(beside[field.pointer])))
                if field.pointer in beside
                else field
            )
        )
        return replace(form, errors=tuple(general))

    @property
    def shown(self) -> list[Field]:
        """The fields in sight: all that are not folded."""
        return [field for field in self.fields if field.shape.name not in self.layout.folded]

    @property
    def folded(self) -> list[Field]:
        """The fields that unfold."""
        return [field for field in self.fields if field.shape.name in self.layout.folded]

    @property
    def unfolded(self) -> bool:
        """Whether something is wrong with a folded field, which must then be in sight."""
        return any(field.errors for top in self.folded for field in top.each())

    @property
    def complaints(self) -> list[Complaint]:
        """What is wrong, in the order of the fields."""
        everything = [field for top in (*self.shown, *self.folded) for field in top.each()]
        return [Complaint(f.target, f.label, words) for f in everything for words in f.errors]

    def _with(self, filling: Filling) -> "Form":
        fields: list[Field] = []
        for shape in self.shapes:
            if shape.kind is Kind.CHANGES and not shape.parts:
                chosen, parts = _brought(fields)
                fields.append(filling.field(replace(shape, parts=parts), of=chosen))
            else:
                fields.append(filling.field(shape))
        return replace(self, fields=tuple(fields), errors=())

    def each_changed(self, change: Callable[[Field], Field]) -> "Form":
        """Return the form with a change made to each of its fields, the innermost first."""
        return replace(self, fields=tuple(_changed(field, change) for field in self.fields))


def _brought(fields: Iterable[Field]) -> tuple[str, tuple[Shape, ...]]:
    """Return what was chosen that brings fields with it, and those."""
    for field in fields:
        for choice in field.choices:
            if choice.asks and choice.value == field.text:
                return choice.value, choice.asks
    return "", ()


def _with_one_more(rows: Field, filling: Filling) -> Field:
    if not rows.may_grow:
        return rows
    return rows.with_rows([*rows.parts, filling.blank_row(rows, len(rows.parts))])


def _changed(field: Field, change: Callable[[Field], Field]) -> Field:
    below = tuple(_changed(part, change) for part in field.parts)
    return change(replace(field, parts=below))


def _by_name(pairs: Pairs) -> Sent:
    sent: dict[str, list[str]] = {}
    for name, value in pairs:
        sent.setdefault(name, []).append(value)
    return sent
