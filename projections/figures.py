"""What a statistic answers: groups of lines of figures, every column of them declared.

One shape for all of them, so that the API, the command line, the exports, the hiding of small counts and the data
dictionary each treat a figure by what it is, never by which statistic it belongs to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from msgspec import Struct

from workflows.labels import LabelledEnum, Language

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

    `reveals` names the counts (of the line, else of the group's totals; `line.column` is that of another line) from
    which it is computed: where one of them is hidden, so is this. A count that is `part_of` another (named likewise)
    is never more than it; one that is the `sum_of` others, beside it, is exactly what they add up to. A `stock` is what
    there is at the end of the group's time: those of one month after another do not add up. Counts are `tied` that
    balance with others across lines or from one group to the next: they are shown if nothing has to be hidden.
    """

    code: str
    kind: Kind
    fr: str
    en: str
    reveals: tuple[str, ...] = ()
    part_of: str | None = None
    sum_of: tuple[str, ...] = ()
    stock: bool = False
    tied: bool = False

    def label(self, language: Language) -> str:
        """Return the label for people."""
        return self.fr if language == "fr" else self.en


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

    def line(self, code: str) -> Line:
        """Return the line of a code. Raises KeyError for one that the group does not have."""
        found = self.line_or_none(code)
        if found is None:
            raise KeyError(code)
        return found

    def line_or_none(self, code: str) -> Line | None:
        """Return the line of a code, if the group has it."""
        return next((line for line in self.lines if line.code == code), None)

    def is_hidden(self, line: Line | None, column: str) -> bool:
        """Tell whether the figure of that name is withheld."""
        other, dot, name = column.partition(".")
        if dot:
            return name in self.line(other).hidden
        own = line is not None and column in line.values
        return column in (line.hidden if own and line is not None else self.hidden)

    def value(self, line: Line | None, column: str) -> Value:
        """Return a figure by the name of its column: that of the line, else of the totals, or `line.column`."""
        other, dot, name = column.partition(".")
        if dot:
            return self.line(other).values[name]
        return line.values[column] if line is not None and column in line.values else self.totals[column]


@dataclass(frozen=True, slots=True)
class Lines:
    """What the lines of a statistic are: what they are called, their codes, and the columns of each.

    `adds_up_to` names the total that the `counted` column of all lines adds up to; none where a unit may stand in
    several lines, or in none. What is counted in a line that is `inside` another (named by its code) is counted there
    too. `main` is the column to show where there is room for one (else `counted`).
    """

    fr: str
    en: str
    codes: type[LabelledEnum]
    columns: tuple[Column, ...]
    counted: str = "cases"
    adds_up_to: str | None = None
    main: str | None = None
    inside: Mapping[str, str] = field(default_factory=dict)

    def label(self, language: Language) -> str:
        """Return what heads the column of the lines' labels."""
        return self.fr if language == "fr" else self.en

    def label_of(self, code: str, language: Language) -> str:
        """Return the label of a line; a code that was withdrawn from the list since is its own."""
        return self.codes(code).label(language) if code in self.codes._value2member_map_ else code


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The columns of a statistic: those of each group's totals, and those of its lines if it has any.

    There is one for each statistic, so that it is equal to itself alone.
    """

    totals: tuple[Column, ...]
    lines: Lines | None = None

    @property
    def own(self) -> tuple[Column, ...]:
        """The columns of the lines, if there are any."""
        return self.lines.columns if self.lines is not None else ()

    def columns(self) -> Mapping[str, Column]:
        """Return every column by its code, those of the totals first; no two have the same."""
        return {column.code: column for column in (*self.totals, *self.own)}


@dataclass(frozen=True, slots=True)
class Comparable:
    """A column that may be compared between organisations of unequal size, and what its chance depends on.

    A share in percent is that of the count `part` among the count `n`; a mean is that of `n` values whose standard
    deviation, over all organisations together, is in the column `sd`. Named as `Group.value` reads them.
    """

    column: str
    n: str
    part: str | None = None
    sd: str | None = None


NO_GROUP: Final = ""
"""The name of the one group of an ungrouped answer."""
