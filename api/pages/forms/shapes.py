"""What a form asks for, read off the command it is for: its annotations (which know the labels) and its JSON schema."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from api.bodies import payload_schema
from api.pages.forms.typed import NO, YES
from api.pages.forms.words import label_of
from api.pages.texts import mark as _
from api.pages.texts import translated
from domain.commands.privacy import IdentityChanges
from workflows.labels import LabelledEnum, Language

_LONG: Final = 500
"""Characters: what may be longer than a line has a box of several."""


_LAST: Final = ("occurred_on", "note")


class Kind(StrEnum):
    """How something is asked for: the templates know these names."""

    LINE = "line"
    LINES = "lines"
    DAY = "day"
    EUROS = "euros"
    NUMBER = "number"
    YES_NO = "yes_no"
    CODE = "code"
    CODES = "codes"
    GROUP = "group"
    ROWS = "rows"
    CHANGES = "changes"
    """A group of which only what was changed is sent."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values to choose from. `asks` are the fields that choosing it brings: the changes to make to it."""

    value: str
    label: str
    asks: tuple["Shape", ...] = ()


Choices = Mapping[str, Sequence[Choice]]
"""What to choose from, by the property's name: what depends on the case and not on the command."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One property of a command as a form asks for it. `start` is its value, as JSON has it, before anybody typed."""

    name: str
    kind: Kind
    label: str
    hint: str
    required: bool
    start: Any = None
    longest: int | None = None
    choices: tuple[Choice, ...] = ()
    parts: tuple["Shape", ...] = ()
    most_rows: int | None = None
    numbered: bool = False
    """Whether its choices stand for whole numbers."""

    @property
    def preset(self) -> Any:
        """What it starts with: its value, or the only thing there is to choose."""
        if self.start is None and len(self.choices) == 1:
            only = self.choices[0].value
            if self.kind is Kind.CODES:
                return [only]
            if self.kind is Kind.CODE and self.required:
                return only
        return self.start


def shapes_of(
    kind: type[BaseModel],
    language: Language,
    choices: Choices,
    *,
    only: Sequence[str] | None = None,
    values: Mapping[str, Any] | None = None,
) -> tuple[Shape, ...]:
    """Return what a command asks for, or `only` some of it. `values`, as JSON has them, are what its fields start with."""
    given = values or {}
    found = [
        replace(shape, start=given[shape.name]) if shape.name in given else shape
        for shape in _shapes(kind, payload_schema(kind), payload_schema(kind), language, choices)
    ]
    if only is not None:
        found = [shape for shape in found if shape.name in only]
    return tuple(sorted(found, key=_order))


def _shapes(
    kind: type[BaseModel],
    root: Mapping[str, Any],
    node: Mapping[str, Any],
    language: Language,
    choices: Choices,
) -> Iterator[Shape]:
    for name, asked in kind.model_fields.items():
        start = asked.get_default(call_default_factory=True) if not asked.is_required() else None
        text = label_of(kind, name, language)
        shape = Shape(
            name=name,
            kind=Kind.LINE,
            label=text.label,
            hint=text.hint,
            required=asked.is_required(),
            start=None if start is PydanticUndefined else _plain(start),
        )
        yield _shaped(shape, asked.annotation, root, node["properties"][name], language, choices)


def _shaped(
    shape: Shape,
    annotation: Any,
    root: Mapping[str, Any],
    node: Mapping[str, Any],
    language: Language,
    choices: Choices,
) -> Shape:
    annotation, node = _bare(annotation), _resolved(root, node)
    given = tuple(choices[shape.name]) if shape.name in choices else None
    if get_origin(annotation) is dict:
        return replace(shape, kind=Kind.CHANGES)
    if get_origin(annotation) is list:
        item = _bare(get_args(annotation)[0])
        if issubclass(item, BaseModel):
            parts = tuple(_shapes(item, root, _resolved(root, node["items"]), language, choices))
            return replace(shape, kind=Kind.ROWS, parts=parts, most_rows=node.get("maxItems"))
        offered = given if given is not None else _labelled(item, language)
        start = shape.start or None if given is not None else shape.start
        return replace(shape, kind=Kind.CODES, choices=offered, start=start)
    if issubclass(annotation, BaseModel):
        kind = Kind.CHANGES if issubclass(annotation, IdentityChanges) else Kind.GROUP
        return replace(shape, kind=kind, parts=tuple(_shapes(annotation, root, node, language, choices)))
    if issubclass(annotation, bool):
        return replace(shape, kind=Kind.YES_NO, choices=yes_and_no(language))
    if issubclass(annotation, LabelledEnum) or given is not None:
        return replace(
            shape,
            kind=Kind.CODE,
            choices=given if given is not None else _labelled(annotation, language),
            numbered=issubclass(annotation, int),
        )
    if issubclass(annotation, int):
        return replace(shape, kind=Kind.EUROS if shape.name.endswith("cents") else Kind.NUMBER)
    if issubclass(annotation, date):
        return replace(shape, kind=Kind.DAY)
    longest = node.get("maxLength")
    return replace(shape, kind=Kind.LINES if (longest or 0) >= _LONG else Kind.LINE, longest=longest)


def yes_and_no(language: Language) -> tuple[Choice, ...]:
    """Return the two answers to a question."""
    return Choice(YES, translated(_("Yes"), language)), Choice(NO, translated(_("No"), language))


def _order(shape: Shape) -> int:
    """As the command declares them, but the day and the note, which every command has, come last."""
    return _LAST.index(shape.name) + 1 if shape.name in _LAST else 0


def _bare(annotation: Any) -> Any:
    """Return the one type in an annotation: without what constrains it, and without None."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, UnionType):
            (annotation,) = (one for one in get_args(annotation) if one is not NoneType)
        else:
            return annotation


def _resolved(root: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow references; of alternatives take the one that is not null."""
    while True:
        if "$ref" in node:
            node = root["$defs"][node["$ref"].rpartition("/")[2]]
        elif "anyOf" in node:
            node = next(option for option in node["anyOf"] if option.get("type") != "null")
        else:
            return node


@cache
def _labelled(codes: Any, language: Language) -> tuple[Choice, ...]:
    if not (isinstance(codes, type) and issubclass(codes, LabelledEnum)):
        return ()
    return tuple(Choice(code.value, code.label(language)) for code in codes)


def _plain(value: Any) -> Any:
    """Return a default as JSON has it."""
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value
