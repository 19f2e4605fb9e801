"""The fields of a form: what is in each, read from what a browser sent, and as the JSON that a command is given."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from api.pages.forms.shapes import Choice, Kind, Shape
from api.pages.forms.typed import cents_of, euros_of, number_of, text_of, yes_or_no_of
from workflows.labels import Language

Sent = Mapping[str, Sequence[str]]
"""What a browser sent: the values of each name, in order."""

LEFT_OUT: Final = object()
"""The JSON of what nobody filled in."""

MOST_BUTTONS: Final = 6
SPACES: Final = " \t\r\n"
"""What nobody means by itself: the domain trims the same."""

_INPUT_TYPES: Final = {"phone": "tel", "email": "email"}
_INPUT_MODES: Final = {Kind.EUROS: "decimal", Kind.NUMBER: "numeric"}

_READ: Final[Mapping[Kind, Callable[[str], Any]]] = {
    Kind.EUROS: cents_of,
    Kind.NUMBER: number_of,
    Kind.YES_NO: yes_or_no_of,
}


@dataclass(frozen=True, slots=True)
class Field:
    """A property, with what is in it: `text`, or `texts` of several codes, or `parts` (rows are parts, by number).

    `path` is its place in the body and, joined, the name of its control; `began` is the text its shape gives it.
    """

    shape: Shape
    path: tuple[str, ...]
    text: str = ""
    texts: tuple[str, ...] = ()
    began: str = ""
    parts: tuple["Field", ...] = ()
    errors: tuple[str, ...] = ()
    of: str = ""
    """For changes: of what; a control's name says it, so that changes of one thing are never taken for another's."""

    @property
    def name(self) -> str:
        """The name of its control."""
        return "/".join(self.path)

    @property
    def pointer(self) -> str:
        """Its place in the body, as a JSON pointer."""
        return "#/" + "/".join(step.partition("@")[0] for step in self.path)

    @property
    def id(self) -> str:
        """The id of its control, or of its group."""
        return "f-" + "-".join(self.path).replace("@", "-")

    @property
    def kind(self) -> Kind:
        """How it is asked for."""
        return self.shape.kind

    @property
    def label(self) -> str:
        """Its label."""
        return self.shape.label

    @property
    def hint(self) -> str:
        """What to know before answering; empty when there is nothing to say."""
        return self.shape.hint

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What to choose from."""
        return self.shape.choices

    @property
    def required(self) -> bool:
        """Whether it must be answered."""
        return self.shape.required

    @property
    def optional(self) -> bool:
        """Whether it may be left empty, and says so."""
        return not self.required and self.shape.start in (None, [])

    @property
    def as_radios(self) -> bool:
        """Whether one is chosen among a few buttons, or else in a list that unfolds."""
        return self.kind is Kind.YES_NO or (self.kind is Kind.CODE and len(self.choices) <= MOST_BUTTONS)

    @property
    def brings_fields(self) -> bool:
        """Whether choosing one of its values brings further fields."""
        return any(choice.asks for choice in self.choices)

    @property
    def input_type(self) -> str:
        """The type of its control, when that is an input."""
        if self.kind is Kind.DAY:
            return "date" if self.is_day else "text"
        return _INPUT_TYPES.get(self.shape.name, "text")

    @property
    def input_mode(self) -> str:
        """Which keys a screen's keyboard shows; empty for all of them (a NIR may have letters)."""
        return _INPUT_MODES.get(self.kind, "")

    @property
    def short(self) -> bool:
        """Whether its box is a short one."""
        return self.kind in _INPUT_MODES

    @property
    def may_be_left_empty(self) -> bool:
        """Whether "nothing" is among what can be chosen."""
        return not self.required and self.shape.start is None

    @property
    def target(self) -> str:
        """The id of what a link to the field leads to: where one can answer."""
        return f"{self.id}-0" if (self.as_radios or self.kind is Kind.CODES) and self.choices else self.id

    @property
    def is_day(self) -> bool:
        """Whether a browser's own picker of days can hold what is in it; it would lose anything else."""
        return not self.text or is_day(self.text)

    @property
    def words(self) -> str:
        """What is in it, as a short sentence would say it."""
        labels = {choice.value: choice.label for choice in self.choices}
        return labels.get(self.text, self.text)

    @property
    def may_grow(self) -> bool:
        """Whether one more row is allowed."""
        return self.shape.most_rows is None or len(self.parts) < self.shape.most_rows

    @property
    def is_blank(self) -> bool:
        """Whether nobody has put anything in it."""
        if self.parts:
            return all(part.is_blank for part in self.parts)
        if self.kind is Kind.CODES:
            return not self.texts or list(self.texts) == (self.shape.preset or [])
        return not self.text.strip(SPACES) or self.text == self.began

    def each(self) -> Iterator["Field"]:
        """Yield the field and everything in it."""
        yield self
        for part in self.parts:
            yield from part.each()

    def json(self) -> Any:
        """Return what it says as the command is given it, or LEFT_OUT."""
        match self.kind:
            case Kind.GROUP:
                return {p.shape.name: v for p in self.parts if (v := p.json()) is not LEFT_OUT}
            case Kind.CHANGES:
                changed = [part for part in self.parts if part.is_changed]
                return {p.shape.name: None if (v := p.json()) is LEFT_OUT else v for p in changed}
            case Kind.ROWS:
                return [part.json() for part in self.parts if not part.is_blank]
            case Kind.CODES:
                return list(self.texts)
            case _:
                return self._single()

    def _single(self) -> Any:
        if not self.text.strip(SPACES):
            return LEFT_OUT
        read = _READ.get(Kind.NUMBER if self.shape.numbered else self.kind)
        return self.text if read is None else read(self.text)

    @property
    def is_changed(self) -> bool:
        """Whether it says anything else than it began with."""
        if self.kind is Kind.CODES:
            return set(self.texts) != set(self.shape.start or [])
        return self.text != self.began

    def with_rows(self, rows: Sequence["Field"]) -> "Field":
        """Return the list with these rows, numbered anew; there is always one to write in."""
        numbered = [_moved(row, (*self.path, str(number))) for number, row in enumerate(rows)]
        return replace(self, parts=tuple(numbered))


@dataclass(frozen=True, slots=True)
class Filling:
    """How fields are filled: in a language, from what was sent (None: from what they start with).

    Those `untouched`, by the names of their controls, are filled from what they start with all the same.
    """

    language: Language
    sent: Sent | None = None
    keep_blank_rows: bool = True
    untouched: frozenset[str] = frozenset()

    def field(self, shape: Shape, above: tuple[str, ...] = (), value: Any = LEFT_OUT, of: str = "") -> Field:
        """Return a field; `value` is what it starts with, when that is not the shape's own to say."""
        path = (*above, f"{shape.name}@{of}" if of else shape.name)
        start = shape.preset if value is LEFT_OUT else value
        field = Field(shape, path, of=of)
        match shape.kind:
            case Kind.GROUP:
                given = start if isinstance(start, Mapping) else {}
                parts = (self.field(part, path, given.get(part.name, LEFT_OUT)) for part in shape.parts)
                return replace(field, parts=tuple(parts))
            case Kind.CHANGES:
                unsent = not any(name.startswith(f"{field.name}/") for name in self.sent or ())
                filling = Filling(self.language) if unsent else self
                given = shape.start if isinstance(shape.start, Mapping) else {}
                asked = (replace(one, start=given.get(one.name, one.start)) for one in shape.parts)
                return replace(field, parts=tuple(filling.field(part, path) for part in asked))
            case Kind.ROWS:
                return self._rows(field, start or [])
            case Kind.CODES:
                sent = start or () if self._starts(field) else (self.sent or {}).get(field.name, ())
                return replace(field, texts=tuple(sent))
            case _:
                return self._single(field, start)

    def _single(self, field: Field, start: Any) -> Field:
        shape = field.shape
        began = self._written(shape, shape.preset)
        text = self._written(shape, start) if self._starts(field) else self._last(field.name)
        return replace(field, text=text, began=began)

    def _starts(self, field: Field) -> bool:
        return self.sent is None or field.name in self.untouched

    def row(self, rows: Field, number: int, value: Any = LEFT_OUT) -> Field:
        """Return one row of a list."""
        shape = replace(rows.shape, name=str(number), kind=Kind.GROUP, start=None, label="", hint="")
        return self.field(shape, rows.path, value)

    def blank_row(self, rows: Field, number: int) -> Field:
        """Return a row that nobody has written in."""
        return Filling(self.language).row(rows, number)

    def _rows(self, field: Field, start: Sequence[Any]) -> Field:
        if self.sent is None:
            rows = [self.row(field, number, value) for number, value in enumerate(start)]
        else:
            rows = [self.row(field, number) for number in _numbers(field.name, self.sent)]
            if not self.keep_blank_rows:
                rows = [row for row in rows if not row.is_blank]
        return field.with_rows(rows or [self.blank_row(field, 0)])

    def _last(self, name: str) -> str:
        return next(reversed((self.sent or {}).get(name, ())), "")

    def _written(self, shape: Shape, value: Any) -> str:
        if shape.kind is Kind.EUROS and isinstance(value, int):
            return euros_of(value, self.language)
        return text_of(value)


def is_day(text: str) -> bool:
    """Tell whether a text is a day as a browser's picker writes it."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _numbers(name: str, sent: Sent) -> list[int]:
    """Return the numbers of the rows that something was sent of."""
    steps = (key[len(name) + 1 :].partition("/")[0] for key in sent if key.startswith(f"{name}/"))
    return sorted({int(step) for step in steps if step.isascii() and step.isdigit() and len(step) < 5})


def _moved(field: Field, path: tuple[str, ...]) -> Field:
    parts = tuple(_moved(part, (*path, part.path[-1])) for part in field.parts)
    return replace(field, path=path, parts=parts)
