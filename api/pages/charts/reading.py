"""What a picture is drawn from: rows of figures taken out of an answer, the same for every statistic."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.pages.charts.numbers import figure, first_day, is_week, period
from api.pages.charts.pictures import Form, Picture, Rows
from api.views.statistics import ColumnView, FunnelView, GroupView, LineView, StatisticView
from projections.figures import Kind
from projections.period import Unit, units
from projections.statistics import GroupBy
from workflows.labels import Language

Cell = int | float | None
"""A figure; none where there is none, or where it is withheld."""

MOST_ROWS: Final = 25
"""The bars of one picture; of more organisations than that, the others are in the table."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its name, its figure in each series, how many of these are withheld, and what is written beside."""

    label: str
    cells: tuple[Cell, ...]
    hidden: int = 0
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of figures of one kind: what they are called, and the name of each series.

    `hidden` is how many figures are withheld; `left_out` how many rows, or lines, are in the table only.
    """

    heading: str
    kind: Kind
    series: tuple[str, ...]
    rows: tuple[Row, ...]
    hidden: int
    left_out: int = 0

    @property
    def is_empty(self) -> bool:
        """Tell that there is nothing to draw: no figure at all, or nothing but zeros."""
        return not any(cell for row in self.rows for cell in row.cells)


def inside(label: str) -> str:
    """Return a label as it is inside a sentence; what is written in capitals stays so."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def named(column: ColumnView) -> str:
    """Return what a column holds; a label that does not begin with a capital goes on from its unit ("% of closed")."""
    return f"% {column.label}" if column.label[:1].islower() else inside(column.label)


def matrix_of(view: StatisticView, picture: Picture, language: Language) -> Matrix:
    """Return the rows of a picture."""
    columns = {column.code: column for column in view.columns}
    drawn = [columns[code] for code in picture.columns]
    rows, names, heading, left_out = _Reader(view, picture, columns, language).read(drawn)
    if picture.ranked:
        rows.sort(key=lambda row: sum(cell or 0 for cell in row.cells), reverse=True)
    if picture.form is not Form.TREND and len(rows) > MOST_ROWS:
        rows.sort(key=lambda row: row.cells[0] or 0, reverse=True)
        left_out += len(rows) - MOST_ROWS
        rows = rows[:MOST_ROWS]
    hidden = sum(row.hidden for row in rows)
    if picture.form is Form.TREND:
        rows = _with_figures(rows)
    return Matrix(heading, drawn[0].kind, names, tuple(rows), hidden, left_out)


def _with_figures(rows: list[Row]) -> list[Row]:
    """Return the weeks or months from the first to the last that has any figure."""
    some = [number for number, row in enumerate(rows) if any(cell is not None for cell in row.cells)]
    return rows[some[0] : some[-1] + 1] if some else []


Read = tuple[list[Row], tuple[str, ...], str, int]
"""The rows, the names of the series, what the figures are called, and how many are left out."""


class _Reader:
    def __init__(
        self, view: StatisticView, picture: Picture, columns: dict[str, ColumnView], language: Language
    ) -> None:
        self._view, self._picture, self._columns, self._language = view, picture, columns, language
        self._over_time = picture.form is Form.TREND

    def read(self, drawn: Sequence[ColumnView]) -> Read:
        names = tuple(column.label for column in drawn)
        codes = self._picture.columns
        match self._picture.rows:
            case Rows.LINES:
                lines = self._view.groups[0].lines if self._view.groups else []
                rows = [self._row(line.label, (line,) * len(codes), codes) for line in lines]
                return rows, names, self._heading(names), 0
            case Rows.TOTALS:
                group = self._view.groups[0] if self._view.groups else None
                rows = [self._row(column.label, (group,), (column.code,)) for column in drawn]
                return rows, ("",), self._heading(()), 0
            case Rows.GROUPS:
                return self._groups(names)

    def _groups(self, names: tuple[str, ...]) -> Read:
        codes, picture = self._picture.columns, self._picture
        if picture.top:
            top = self._top(codes[0])
            series = tuple(line.label for line in top)
            rows = [
                self._row(label, [group and _line(group, line.code) for line in top], codes * len(top))
                for label, group in self._named()
            ]
            others = len({line.code for group in self._view.groups for line in group.lines}) - len(top)
            return rows, series, self._heading(names), others
        of_line = picture.line
        rows = [
            self._row(label, [_line(group, of_line) if group and of_line else group] * len(codes), codes)
            for label, group in self._named()
        ]
        return rows, names, self._heading(names), 0

    def _heading(self, names: Sequence[str]) -> str:
        """Return what is drawn: the title, the line if it is of one, the column if there is one."""
        lines = (line for group in self._view.groups for line in group.lines)
        of_line = [line.label for line in lines if line.code == self._picture.line][:1]
        if self._picture.form is Form.SPREAD:
            column = [", ".join(map(inside, names))]
        else:
            column = [named(self._columns[self._picture.columns[0]])] if len(names) == 1 else []
        return " – ".join((self._view.title, *of_line, *column))

    def _top(self, column: str) -> list[LineView]:
        """Return the lines that have the most over all groups, of those that have anything shown."""
        overall = self._view.overall.lines if self._view.overall else []
        some = [line for line in overall if shown(line).get(column)]
        return sorted(some, key=lambda line: shown(line).get(column) or 0, reverse=True)[: self._picture.top]

    def _named(self) -> Iterator[tuple[str, GroupView | None]]:
        """Yield the groups with their names; over time also the weeks or months in between that have none."""
        if not self._over_time:
            yield from ((group.label, group) for group in self._view.groups)
            return
        found = {group.group: group for group in self._view.groups}
        for code in _every(sorted(found)):
            yield period(code, self._language), found.get(code)

    def _row(self, label: str, sources: Sequence[GroupView | LineView | None], codes: Sequence[str]) -> Row:
        """Return a row: of each source, the figure of the column beside."""
        found = list(zip(sources, codes, strict=True))
        cells = tuple(shown(source).get(code) for source, code in found)
        hidden = sum(source is not None and code in source.hidden for source, code in found)
        beside, column = "", self._picture.beside
        if column is not None and (more := shown(sources[0]).get(column)) is not None:
            other = self._columns[column]
            beside = f"{inside(other.label)} {figure(more, other.kind, self._language)}"
        return Row(label, cells, hidden, beside)


def shown(source: GroupView | LineView | None) -> Mapping[str, Cell]:
    """Return the figures of a group, or of a line, but those that are withheld."""
    if source is None:
        return {}
    values = source.totals if isinstance(source, GroupView) else source.values
    return {code: value for code, value in values.items() if code not in source.hidden}


def _line(group: GroupView, code: str) -> LineView | None:
    return next((line for line in group.lines if line.code == code), None)


def _every(codes: Sequence[str]) -> list[str]:
    """Return the months, or the weeks, from the first to the last."""
    if not codes:
        return []
    unit = Unit.WEEK if is_week(codes[0]) else Unit.MONTH
    return [name for name, _end in units(unit, first_day(codes[0]), first_day(codes[-1]))]


def compared(view: StatisticView, picture: Picture) -> FunnelView | None:
    """Return the comparison to draw: of the line named, else of the one that says most, having most cases."""
    (column,) = picture.columns
    found = [funnel for funnel in view.comparison if funnel.column == column]
    if picture.line is not None:
        found = [funnel for funnel in found if funnel.line == picture.line]
    drawn = [funnel for funnel in found if funnel.overall is not None]

    def weight(funnel: FunnelView) -> tuple[int, float]:
        with_limits = [position for position in funnel.organisations if position.limits]
        return sum(position.n or 0 for position in with_limits), funnel.overall or 0.0

    return max(drawn, key=weight, default=None)


def grouping(view: StatisticView) -> GroupBy | None:
    """Return what the figures are grouped by."""
    return GroupBy(view.filters.group_by) if view.filters.group_by else None
