"""The tables of an answer: every group, every line, every column; what is withheld is seen to be."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from api.pages.charts.numbers import figure, is_week, period
from api.pages.texts import mark as _
from api.pages.texts import translated
from api.views.statistics import ColumnView, GroupView, StatisticView
from projections.figures import Kind, Shape
from projections.reports import STATISTICS
from projections.statistics import GroupBy
from workflows.labels import Language

NOTHING: Final = "–"
"""What stands where there is no figure (a mean of nothing)."""

_A_TABLE_EACH: Final = 4
"""The most columns of lines of which each has a table of its own, groups down and lines across."""

_Named = Sequence[tuple[str, GroupView, bool]]
"""Groups with their labels, and whether one is all together."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its label, and the figure of each column, written; none where it is withheld."""

    label: str
    cells: tuple[str | None, ...]
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """Rows that belong together, under the label of their group where there are several groups."""

    label: str | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures; `head` is over the labels of its rows."""

    caption: str
    head: str
    columns: tuple[str, ...]
    bodies: tuple[Body, ...]

    @property
    def withholds(self) -> bool:
        """Tell whether any figure of it is withheld."""
        return any(None in row.cells for body in self.bodies for row in body.rows)

    @property
    def is_narrow(self) -> bool:
        """Tell whether it has one figure a row."""
        return len(self.columns) == 1


def tables_of(view: StatisticView, language: Language) -> list[Table]:
    """Return the tables of an answer: the totals of its groups, then their lines; none if there is no group."""
    return _Tables(view, language).all(view.groups, view.overall)


def mature_tables_of(view: StatisticView, language: Language) -> list[Table]:
    """Return the tables of the organisations that are old enough, if they are told apart."""
    return _Tables(view, language).all(view.mature.groups, None) if view.mature is not None else []


def written(
    values: Mapping[str, float | None], hidden: Collection[str], column: ColumnView, language: Language
) -> str | None:
    """Write a figure as what it is; none where it is withheld."""
    if column.code in hidden:
        return None
    value = values.get(column.code)
    return NOTHING if value is None else figure(value, column.kind, language)


def heading(column: ColumnView) -> str:
    """Return what heads a column; a share whose label goes on from its unit has it in front ("% of closed")."""
    return f"% {column.label}" if column.kind is Kind.SHARE and column.label[:1].islower() else column.label


def label_of_group(group: GroupView, by: GroupBy | None, language: Language) -> str:
    """Return the label of a group: a month in words, a week with its Monday."""
    if by is None or by.unit is None:
        return group.label
    written_out = period(group.group, language)
    return f"{group.group} ({written_out})" if is_week(group.group) else written_out


class _Tables:
    def __init__(self, view: StatisticView, language: Language) -> None:
        self._language = language
        self._by = GroupBy(view.filters.group_by) if view.filters.group_by else None
        self._totals = [column for column in view.columns if column.of == "totals"]
        self._own = [column for column in view.columns if column.of == "lines"]
        self._shape: Shape = STATISTICS[view.statistic].shape

    def all(self, groups: Sequence[GroupView], overall: GroupView | None) -> list[Table]:
        """Return the tables of these groups, those of all together last."""
        if not groups:
            return []
        together = [(translated(_("All together"), self._language), overall, True)] if overall else []
        each = [(label_of_group(group, self._by, self._language), group, False) for group in groups]
        found = [self._of_totals([*each, *together])]
        if self._shape.lines is not None:
            groups_down = self._by is not None and len(self._own) <= _A_TABLE_EACH
            every = [*each, *together]
            found += (
                map(partial(self._of_column, every), self._own) if groups_down else [self._of_lines(every)]
            )
        return found

    def _of_totals(self, groups: _Named) -> Table:
        """Return the totals: a row each where there is one group, else a row for each group."""
        if self._by is None:
            (_label, group, _total) = groups[0]
            rows = [
                Row(column.label, (written(group.totals, group.hidden, column, self._language),))
                for column in self._totals
            ]
            figures = translated(_("Figure"), self._language)
            return Table(
                self._t(_("Totals")), self._t(_("What is counted")), (figures,), (Body(None, tuple(rows)),)
            )
        rows = [
            Row(
                label,
                tuple(written(group.totals, group.hidden, column, self._language) for column in self._totals),
                is_total,
            )
            for label, group, is_total in groups
        ]
        columns = tuple(map(heading, self._totals))
        head = self._by.label(self._language)
        return Table(self._t(_("Totals")), head, columns, (Body(None, tuple(rows)),))

    def _of_column(self, groups: _Named, column: ColumnView) -> Table:
        """Return one column of every line: groups down, lines across."""
        codes = {line.code: line.label for _label, group, _total in groups for line in group.lines}
        rows = []
        for label, group, is_total in groups:
            lines = {line.code: line for line in group.lines}
            cells = tuple(
                written(lines[code].values, lines[code].hidden, column, self._language)
                if code in lines
                else NOTHING
                for code in codes
            )
            rows.append(Row(label, cells, is_total))
        head = self._by.label(self._language) if self._by else ""
        return Table(
            heading(column),
            head,
            tuple(codes.values()),
            (Body(None, tuple(rows)),),
        )

    def _of_lines(self, groups: _Named) -> Table:
        """Return every column of every line: the lines of a group down, group after group."""
        lines = self._shape.lines
        head = lines.label(self._language) if lines is not None else ""
        bodies = [
            Body(
                None if self._by is None else label,
                tuple(
                    Row(
                        line.label,
                        tuple(written(line.values, line.hidden, one, self._language) for one in self._own),
                    )
                    for line in group.lines
                ),
            )
            for label, group, _total in groups
            if group.lines
        ]
        caption = self._t(_("In detail"))
        return Table(caption, head, tuple(map(heading, self._own)), tuple(bodies))

    def _t(self, message: str) -> str:
        return translated(message, self._language)
