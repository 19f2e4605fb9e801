"""The main figures of a statistic, for a card: what it counts in all, and what is compared or counted most in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from api.pages import paths
from api.pages.statistics.tables import NOTHING, written
from api.views.statistics import ColumnView, GroupView, LineView, StatisticView
from projections.figures import Lines
from projections.reports import STATISTICS
from projections.statistic import Statistic
from workflows.labels import Language

_MOST: Final = 3
"""The figures beside the main one."""


@dataclass(frozen=True, slots=True)
class Main:
    """One figure with its label; none where it is withheld."""

    label: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """A statistic at a glance."""

    name: str
    href: str
    title: str
    about: str
    main: Main
    more: tuple[Main, ...]

    @property
    def withholds(self) -> bool:
        """Tell whether any figure of it is withheld."""
        return any(one.value is None for one in (self.main, *self.more))


def card_of(view: StatisticView, language: Language) -> Card:
    """Return the card of an ungrouped answer."""
    statistic = STATISTICS[view.statistic]
    (group,) = view.groups
    reader = _Reader(view, group, language)
    return Card(
        statistic.name,
        paths.statistic(statistic.name),
        view.title,
        statistic.about[language],
        reader.total(_main_total(statistic)),
        tuple(one for one in reader.more(statistic) if one.value != NOTHING)[:_MOST],
    )


def _main_total(statistic: Statistic) -> str:
    """Return the total that the first comparison is of, else the one that the lines add up to, else the first."""
    lines, totals = statistic.shape.lines, [column.code for column in statistic.shape.totals]
    compared = statistic.comparable[0].n if statistic.comparable else ""
    return compared if compared in totals else (lines.adds_up_to if lines else None) or totals[0]


class _Reader:
    def __init__(self, view: StatisticView, group: GroupView, language: Language) -> None:
        self._columns = {column.code: column for column in view.columns}
        self._group, self._language = group, language

    def total(self, code: str) -> Main:
        """Return a total."""
        column = self._columns[code]
        return Main(column.label, written(self._group.totals, self._group.hidden, column, self._language))

    def more(self, statistic: Statistic) -> Iterator[Main]:
        """Yield what stands beside: what may be compared, of the lines that have the most; else other totals."""
        lines, of_totals = statistic.shape.lines, {column.code for column in statistic.shape.totals}
        comparable = [one.column for one in statistic.comparable]
        if any(code in of_totals for code in comparable):
            yield from (self.total(code) for code in comparable if code in of_totals)
        elif lines is not None and lines.main is not None:
            yield from self._of_first(comparable)
        elif lines is not None:
            yield from self._of_most(lines, self._columns[comparable[0] if comparable else lines.counted])
        else:
            main = _main_total(statistic)
            yield from (self.total(column.code) for column in statistic.shape.totals if column.code != main)

    def _of_first(self, codes: list[str]) -> Iterator[Main]:
        """Yield the figures of the first line: lines that are measures are not held against each other."""
        for line in self._group.lines[:1]:
            for code in codes:
                column = self._columns[code]
                yield Main(f"{line.label} – {column.label}", self._of(line, column))

    def _of_most(self, lines: Lines, column: ColumnView) -> Iterator[Main]:
        def counted(line: LineView) -> float:
            return line.values.get(lines.counted) or 0

        outer = [line for line in self._group.lines if line.code not in lines.inside]
        for line in sorted(outer, key=counted, reverse=True):
            if counted(line):
                yield Main(line.label, self._of(line, column))

    def _of(self, line: LineView, column: ColumnView) -> str | None:
        return written(line.values, line.hidden, column, self._language)
