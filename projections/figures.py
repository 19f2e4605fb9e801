"""What a statistic answers: groups of lines of figures, every column of them declared.

One shape for all of them, so that the API, the command line, the exports, the hiding of small counts and the data
dictionary each treat a figure by what it is, never by which statistic it belongs to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from msgspec import Struct

from workflows.labels import LabelledEnum

Value = int | float | None
"""A figure; None when there is none (a mean of nothing), which is not zero."""


class Kind(Enum):
    """What a column holds."""

    COUNT = "count"
    """How many units: a whole number, 0 included."""
    SHARE = "share"
    """Percent, to two decimals."""
    DAYS = "days"
    """Calendar days."""
    CENTS = "cents"
    """Cents of euro."""
    RATE = "rate"
    """So many a week, or for each case."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of figures: its code, what it holds, and its label in French and in English.

    `reveals` names the counts (of the line, else of the group's totals) from which it is computed: where one of them
    is hidden, so is this. A count that is `part_of` another (of the line, else of the totals) is never more than it.
    """

    code: str
    kind: Kind
    fr: str
    en: str
    reveals: tuple[str, ...] = ()
    part_of: str | None = None


class Line(Struct, frozen=True):
    """One line of a group: a source, an outcome, a measure. `hidden` names the columns whose figure is withheld."""

    code: str
    values: dict[str, Value]
    hidden: frozenset[str] = frozenset()


class Group(Struct, frozen=True):
    """One group (a month, an organisation, a wave; ungrouped, of empty name): its totals, and its lines."""

    group: str
    totals: dict[str, Value]
    lines: list[Line] = []
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Lines:
    """What the lines of a statistic are: their codes, and the columns of each.

    `adds_up_to` names the total that the `counted` column of all lines adds up to; none where a unit may stand in
    several lines, or in none.
    """

    codes: type[LabelledEnum]
    columns: tuple[Column, ...]
    counted: str = "cases"
    adds_up_to: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of a statistic: those of each group's totals, and those of its lines if it has any."""

    totals: tuple[Column, ...]
    lines: Lines | None = None

    def columns(self) -> Mapping[str, Column]:
        """Return every column by its code, those of the totals first."""
        own = self.lines.columns if self.lines is not None else ()
        return {column.code: column for column in (*self.totals, *own)}


NO_GROUP: Final = ""
"""The name of the one group of an ungrouped answer."""
