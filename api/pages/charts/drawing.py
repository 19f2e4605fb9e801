"""The forms drawn: a heading that says what is drawn and in what unit, the plot, and notes of what is not in it."""

from collections.abc import Sequence
from typing import Final

from api.pages.charts.numbers import figure
from api.pages.charts.palette import GRID, INK, LOOKS, QUIET, SIZE, THREAD
from api.pages.charts.pictures import Form
from api.pages.charts.plot import Bar, Box, Plot, lines, lying_bars
from api.pages.charts.reading import Matrix, Row
from api.pages.charts.svg import LINE, PAD, WIDTH, Image, width_of, wrapped
from api.pages.texts import mark as _
from api.pages.texts import translated
from workflows.labels import Language

_NAMES: Final = 300
"""The room for the names of rows."""
_BAR: Final = 24


def heading(image: Image, text: str) -> float:
    """Write the heading; return where it ends."""
    found = wrapped(text, (WIDTH - 2 * PAD) * 0.9, 2)
    image.text(found, PAD, PAD + SIZE, font_weight="bold", fill=INK)
    return PAD + LINE * len(found) + PAD


def notes(image: Image, texts: Sequence[str], top: float) -> bytes:
    """Write the notes below, and finish."""
    y = top + LINE + PAD
    for text in texts:
        found = wrapped(text, WIDTH - 2 * PAD, 3)
        image.text(found, PAD, y, fill=QUIET)
        y += LINE * len(found)
    return image.written(y)


def legend(image: Image, names: Sequence[str], top: float) -> float:
    """Write the names of the series beside their looks, in as many rows as it takes; return where they end."""
    x, y = float(PAD), top
    for number, name in enumerate(names):
        room = 30 + width_of(name) + 20
        if x > PAD and x + room > WIDTH:
            x, y = float(PAD), y + LINE + 4
        image.bar(x, y + 2, 20.0, 16.0, number)
        image.text(name, x + 28, y + SIZE)
        x += room
    return y + LINE + PAD


def mark(image: Image, x: float, top: float, bottom: float, text: str) -> None:
    """Mark a figure with an upright line through every row, its text above."""
    image.add(
        "path", d=f"M{x:.1f} {top:.1f} V{bottom:.1f}", stroke=THREAD, stroke_width=2, stroke_dasharray="6 4"
    )
    image.text(text, x, top - 5, text_anchor="middle", fill=THREAD, font_weight="bold")


class Rowed:
    """Bars, parts and spreads: a row each, its name before it, its figures after it."""

    def __init__(
        self, image: Image, matrix: Matrix, form: Form, language: Language, marked: int | None
    ) -> None:
        """Keep what is drawn."""
        self._image, self._matrix, self._form = image, matrix, form
        self._language, self._marked = language, marked

    def draw(self) -> float:
        """Draw; return where it ends."""
        image, matrix, form = self._image, self._matrix, self._form
        top = heading(image, matrix.heading)
        if form is not Form.SPREAD and len(matrix.series) > 1:
            top = legend(image, matrix.series, top)
        if self._marked is not None:
            top += LINE
        names = [wrapped(row.label, _NAMES - 2 * PAD, 2) for row in matrix.rows]
        each = max(
            _BAR * (len(matrix.series) if form is Form.BARS else 1) + 12,
            LINE * max(len(name) for name in names) + 12,
        )
        after = [self._after(row) for row in matrix.rows]
        right = min(320, int(max(width_of(text) for text in after)) + 3 * PAD)
        box = Box(WIDTH, each * len(names) + 2, _NAMES, right, top=1, bottom=1)
        plot = lying_bars(self._lengths(), box, self._most(), end_to_end=form is not Form.BARS)
        if self._marked is not None:
            x = _zero(plot) + self._marked * self._scale(plot)
            said = figure(self._marked, matrix.kind, self._language)
            mark(image, x, top, top + plot.height, said)
        for number, row in enumerate(matrix.rows):
            bars = [series[number] for series in plot.bars]
            centre = top + (bars[0].y + bars[-1].y + bars[-1].height) / 2
            image.text(
                names[number],
                _NAMES - PAD,
                centre + 0.35 * SIZE - LINE * (len(names[number]) - 1) / 2,
                text_anchor="end",
            )
            self._row(row, bars, top, after[number])
        x = _zero(plot)
        image.add("path", d=f"M{x:.1f} {top:.1f} v{plot.height:.1f}", stroke=QUIET, stroke_width=1.5)
        return top + plot.height

    def _row(self, row: Row, bars: Sequence[Bar], top: float, after: str) -> None:
        image = self._image
        match self._form:
            case Form.BARS:
                for number, (bar, cell) in enumerate(zip(bars, row.cells, strict=True)):
                    if cell:
                        image.bar(bar.x, top + bar.y, bar.width, bar.height, number)
                    withheld = cell is None and row.hidden > 0
                    said = after if len(bars) == 1 or withheld else self._said(cell)
                    image.text(said, bar.x + bar.width + PAD, top + bar.y + bar.height / 2 + 0.35 * SIZE)
            case Form.PARTS:
                for number, (bar, cell) in enumerate(zip(bars, row.cells, strict=True)):
                    if cell:
                        image.bar(bar.x, top + bar.y, bar.width, bar.height, number)
                        middle = bar.x + bar.width / 2
                        said = self._said(cell)
                        if width_of(said) + 12 < bar.width:
                            image.boxed(said, middle, top + bar.y + bar.height / 2 + 0.35 * SIZE)
                end = bars[-1].x + bars[-1].width
                image.text(after, end + PAD, top + bars[0].y + bars[0].height / 2 + 0.35 * SIZE)
            case _:
                self._spread(row, bars, top, after)

    def _spread(self, row: Row, bars: Sequence[Bar], top: float, after: str) -> None:
        image = self._image
        before, lower, upper = bars
        middle = top + before.y + before.height / 2
        end = upper.x + upper.width
        if None not in row.cells:
            image.add(
                "rect",
                x=lower.x,
                y=middle - 8,
                width=end - lower.x,
                height=16,
                fill=LOOKS[0].colour,
                fill_opacity=0.25,
                stroke=LOOKS[0].colour,
                stroke_width=1.5,
            )
            image.add("rect", x=upper.x - 3, y=middle - 13, width=6, height=26, fill=LOOKS[0].colour)
        image.text(after, max(end, before.x) + PAD, middle + 0.35 * SIZE)

    def _lengths(self) -> list[list[float | None]]:
        rows = self._matrix.rows
        if self._form is Form.SPREAD:
            steps = [_steps(row.cells) if None not in row.cells else (0.0, 0.0, 0.0) for row in rows]
            return [[step[number] for step in steps] for number in range(3)]
        return [[row.cells[number] for row in rows] for number in range(len(self._matrix.series))]

    def _most(self) -> float:
        rows = self._matrix.rows
        if self._form is Form.PARTS:
            return max(sum(cell or 0 for cell in row.cells) for row in rows)
        return max(self._marked or 0, *(cell or 0 for row in rows for cell in row.cells))

    def _scale(self, plot: Plot) -> float:
        """Return how long a unit is: what is longest stands for the most, but for pygal's margins on both sides."""
        for series, lengths in zip(plot.bars, self._lengths(), strict=True):
            for bar, length in zip(series, lengths, strict=True):
                if length:
                    return bar.width / length
        return plot.width / self._most()

    def _said(self, cell: float | None) -> str:
        return "" if cell is None else figure(cell, self._matrix.kind, self._language)

    def _after(self, row: Row) -> str:
        """Return what is written after the bars of a row."""
        if row.hidden:
            return translated(_("not shown"), self._language)
        if all(cell is None for cell in row.cells):
            return "–"
        if self._form is Form.SPREAD:
            low, middle, high = (self._said(cell) for cell in row.cells)
            return translated(
                _("%(median)s (%(low)s to %(high)s)"), self._language, median=middle, low=low, high=high
            )
        if self._form is Form.PARTS:
            return self._said(sum(cell or 0 for cell in row.cells))
        said = max((self._said(cell) for cell in row.cells), key=len)
        return f"{said} ({row.beside})" if row.beside else said


def _steps(cells: Sequence[float | None]) -> tuple[float, float, float]:
    low, middle, high = (cell or 0 for cell in cells)
    return low, middle - low, high - middle


def _zero(plot: Plot) -> float:
    return plot.bars[0][0].x


class Trend:
    """Lines over weeks or months, each with its name at its end."""

    _BESIDE: Final = 200
    _HEIGHT: Final = 380
    _FEW: Final = 40  # points of a line up to which each has its full marker

    def __init__(self, image: Image, matrix: Matrix, language: Language, marked: int | None) -> None:
        """Keep what is drawn."""
        self._image, self._matrix, self._language, self._marked = image, matrix, language, marked

    def draw(self) -> float:
        """Draw; return where it ends."""
        image, matrix = self._image, self._matrix
        top = heading(image, matrix.heading)
        series: list[list[float | None]] = [
            [row.cells[number] for row in matrix.rows] for number in range(len(matrix.series))
        ]
        if self._marked is not None:
            series.append([float(self._marked)] * len(matrix.rows))
        plot = lines(
            series,
            [row.label for row in matrix.rows],
            Box(WIDTH, self._HEIGHT, PAD, self._BESIDE, bottom=PAD),
            lambda value: figure(value, matrix.kind, self._language),
        )
        axes(image, plot, top)
        ends = []
        for number, name in enumerate(matrix.series):
            look = LOOKS[number]
            for path in plot.paths[number]:
                image.add(
                    "path",
                    d=path,
                    transform=f"translate(0 {top:.1f})",
                    fill="none",
                    stroke=look.colour,
                    stroke_width=2.5,
                    stroke_dasharray=look.dashes or "none",
                )
            size = 4.5 if len(matrix.rows) <= self._FEW else 2.2
            for point in plot.points[number]:
                image.marker(point.x, top + point.y, number, size)
            if plot.points[number]:
                ends.append((top + plot.points[number][-1].y, name, look.colour))
        if self._marked is not None:
            y = top + plot.points[-1][0].y
            image.add(
                "path",
                d=f"M{plot.left:.1f} {y:.1f} h{plot.width:.1f}",
                stroke=THREAD,
                stroke_width=2,
                stroke_dasharray="6 4",
            )
            ends.append((y, figure(self._marked, matrix.kind, self._language), THREAD))
        beside(image, ends, WIDTH - self._BESIDE + PAD, self._BESIDE - 2 * PAD)
        return top + self._HEIGHT


def axes(image: Image, plot: Plot, top: float) -> None:
    """Draw the grid and the labels of both axes."""
    for tick in plot.ticks:
        if tick.is_of_x:
            x = max(tick.at.x, width_of(tick.text) / 2)
            image.text(tick.text, x, top + tick.at.y, text_anchor="middle", fill=QUIET)
        else:
            y = top + tick.at.y - 0.35 * SIZE
            image.add("path", d=f"M{plot.left:.1f} {y:.1f} h{plot.width:.1f}", stroke=GRID, stroke_width=1)
            image.text(tick.text, tick.at.x, top + tick.at.y, text_anchor="end", fill=QUIET)
    image.add(
        "path",
        d=f"M{plot.left:.1f} {top + plot.top:.1f} v{plot.height:.1f} h{plot.width:.1f}",
        stroke=QUIET,
        stroke_width=1.5,
        fill="none",
    )


def beside(image: Image, ends: Sequence[tuple[float, str, str]], x: float, width: float) -> None:
    """Write names beside the ends of lines, from the highest downwards, none over another."""
    free = 0.0
    for y, name, colour in sorted(ends):
        found = wrapped(name, width, 3)
        first = max(y - LINE * len(found) / 2 + 0.85 * SIZE, free)
        image.text(found, x, first, fill=colour)
        free = first + LINE * len(found) + 3
