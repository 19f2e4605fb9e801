"""What the tabular formats write: typed columns with what they mean, and rows that come one by one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

Cell = str | int | float | bool | date | None

Provenance = Mapping[str, Any]
"""What an export says of itself, as plain data: its manifest, but for what is known only once it is written."""


class Type(Enum):
    """What a column holds; any of its cells may be empty."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DAY = "day"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name, what it holds, and what that means."""

    name: str
    type: Type
    about: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to write: `rows` is gone through once, and never held whole."""

    fields: Sequence[Field]
    rows: Iterable[Sequence[Cell]]


Writer = Callable[[Path, Sheet, Provenance], int]
"""Writes a sheet to a new file and returns how many rows there were."""
