"""A picture in words: what stands in for it where it is not seen, and what must be said beside it."""

from collections.abc import Sequence
from typing import Final

from api.pages.charts.limits import FAR, OUTSIDE, placed, verdict
from api.pages.charts.numbers import in_words
from api.pages.charts.pictures import Form, Picture, Rows
from api.pages.charts.reading import Matrix, Row, inside, shown
from api.pages.texts import counted, translated
from api.pages.texts import mark as _
from api.views.statistics import FunnelView, StatisticView
from projections.comparison import MINIMUM, Verdict
from projections.figures import Kind
from workflows.labels import Language

_FIRST: Final = 3
"""How many rows, or names, a sentence tells where there are more than `_FEW`; the table has them all."""
_FEW: Final = 7


class Words:
    """What is said of a picture, in a language."""

    def __init__(self, language: Language) -> None:
        """Keep the language."""
        self._language = language

    def nothing(self, view: StatisticView) -> str:
        """Say that there is nothing to draw, and why."""
        groups = [*view.groups, *([view.overall] if view.overall else [])]
        if any(group.hidden or any(line.hidden for line in group.lines) for group in groups):
            return self._t(_("The figures are too small to be shown: they could tell of somebody."))
        return self._t(_("Nothing is counted under these filters."))

    def totals(self, view: StatisticView) -> str:
        """Tell the totals of a statistic that is not drawn."""
        if not view.groups:
            return self.nothing(view)
        values = shown(view.groups[0])
        said = [
            self._item(column.label, self._f(found, column.kind))
            for column in view.columns
            if column.of == "totals" and (found := values.get(column.code)) is not None
        ]
        return self._t(_("%(what)s: %(items)s."), what=view.title, items=self._joined(said))

    def of_matrix(self, matrix: Matrix, picture: Picture, view: StatisticView) -> str:
        """Tell the main thing of rows of figures, and what is not shown."""
        if picture.form is Form.TREND:
            main = self._trend(matrix)
        elif picture.form is Form.SPREAD:
            main = self._spread(matrix, picture, view)
        else:
            main = self._rows(matrix)
        return " ".join((main, *self._hidden(matrix)))

    def notes(self, matrix: Matrix) -> list[str]:
        """Return what is written below a picture."""
        found = self._hidden(matrix)
        if matrix.left_out:
            found.append(
                counted(
                    "%(num)s other is in the table.",
                    "%(num)s others are in the table.",
                    matrix.left_out,
                    self._language,
                )
            )
        return found

    def of_limits(self, funnel: FunnelView, what: str, kind: Kind) -> str:
        """Tell which organisations lie outside what chance explains."""
        said = self._t(
            _("%(what)s: %(overall)s over all; %(organisations)s."),
            what=what,
            overall=self._f(funnel.overall or 0, kind),
            organisations=counted(
                "%(num)s organisation compared",
                "%(num)s organisations compared",
                len(placed(funnel)),
                self._language,
            ),
        )
        return " ".join((said, *self.outside(funnel)))

    def outside(self, funnel: FunnelView) -> list[str]:
        """Return which organisations lie outside the limits, and which are not compared."""
        found = placed(funnel)
        far = [position.label for position in found if verdict(position) in FAR]
        near = sum(verdict(position) in OUTSIDE for position in found)
        said = []
        if far:
            some = ", ".join(far[:_FIRST]) + ("…" if len(far) > _FIRST else "")
            said.append(
                counted(
                    "%(num)s lies outside the limits of 99.8%%: %(names)s.",
                    "%(num)s lie outside the limits of 99.8%%: %(names)s.",
                    len(far),
                    self._language,
                    names=some,
                )
            )
        if near:
            said.append(
                counted(
                    "%(num)s lies between the limits of 95%% and of 99.8%%.",
                    "%(num)s lie between the limits of 95%% and of 99.8%%.",
                    near,
                    self._language,
                )
            )
        if not far and not near:
            said.append(self._t(_("None lies outside the limits of chance.")))
        small = sum(verdict(position) == Verdict.TOO_SMALL.value for position in funnel.organisations)
        if small:
            said.append(
                counted(
                    "%(num)s with fewer than %(minimum)s cases is not compared.",
                    "%(num)s with fewer than %(minimum)s cases are not compared.",
                    small,
                    self._language,
                    minimum=MINIMUM,
                )
            )
        hidden = sum(position.n is None for position in funnel.organisations)
        return [*said, *self._withheld(hidden)]

    def too_few(self) -> str:
        """Say that there are not two organisations to compare."""
        return self._t(
            _(
                "Fewer than two organisations can be compared: it takes %(minimum)s cases, and figures that may be shown."
            ),
            minimum=MINIMUM,
        )

    def _rows(self, matrix: Matrix) -> str:
        rows = [row for row in matrix.rows if any(cell is not None for cell in row.cells)]
        several = len(matrix.series) > 1
        said = []
        for row in rows if len(rows) <= _FEW else _largest(rows)[:_FIRST]:
            cells = [
                f"{inside(name)} {self._f(cell, matrix.kind)}" if several else self._f(cell, matrix.kind)
                for name, cell in zip(matrix.series, row.cells, strict=True)
                if cell is not None
            ]
            said.append(self._item(row.label, ", ".join(cells)))
        more = len(rows) + matrix.left_out - len(said)
        items = self._joined(said)
        if more > 0:
            items = self._joined(
                [
                    items,
                    counted("%(num)s more in the table", "%(num)s more in the table", more, self._language),
                ]
            )
        return self._t(_("%(what)s: %(items)s."), what=matrix.heading, items=items)

    def _trend(self, matrix: Matrix) -> str:
        said = []
        for number, name in enumerate(matrix.series):
            points = [(cell, row.label) for row in matrix.rows if (cell := row.cells[number]) is not None]
            if not points:
                continue
            most, when = max(points, key=lambda point: point[0])
            said.append(
                self._t(
                    _("%(name)s from %(start)s to %(end)s, %(most)s at most (%(when)s)"),
                    name=name,
                    start=self._f(points[0][0], matrix.kind),
                    end=self._f(points[-1][0], matrix.kind),
                    most=self._f(most, matrix.kind),
                    when=when,
                )
            )
        return self._t(
            _("%(what)s, from %(first)s to %(last)s: %(items)s."),
            what=matrix.heading,
            first=matrix.rows[0].label,
            last=matrix.rows[-1].label,
            items=self._joined(said),
        )

    def _spread(self, matrix: Matrix, picture: Picture, view: StatisticView) -> str:
        """Tell the first row that has figures: that of the published average, or of the first group."""
        row = next(row for row in matrix.rows if None not in row.cells)
        _low, median, high = (self._f(cell or 0, matrix.kind) for cell in row.cells)
        said = self._t(
            _("%(name)s: median %(median)s; 9 in 10 within %(p90)s."), name=row.label, median=median, p90=high
        )
        share = _share_within(view, picture)
        if share is None:
            return said
        return " ".join(
            (
                said,
                self._t(
                    _("%(share)s within %(days)s."),
                    share=self._f(share, Kind.SHARE),
                    days=self._f(picture.mark or 0, matrix.kind),
                ),
            )
        )

    def _hidden(self, matrix: Matrix) -> list[str]:
        return self._withheld(matrix.hidden)

    def _withheld(self, number: int) -> list[str]:
        if not number:
            return []
        return [
            counted(
                "%(num)s figure is not shown: it could tell of somebody.",
                "%(num)s figures are not shown: they could tell of somebody.",
                number,
                self._language,
            )
        ]

    def _item(self, name: str, said: str) -> str:
        return self._t(_("%(name)s %(figure)s"), name=name, figure=said)

    def _joined(self, said: Sequence[str]) -> str:
        return (" ; " if self._language == "fr" else "; ").join(said)

    def _f(self, value: float, kind: Kind) -> str:
        return in_words(value, kind, self._language)

    def _t(self, message: str, **values: object) -> str:
        return translated(message, self._language, **values)


def _largest(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: sum(cell or 0 for cell in row.cells), reverse=True)


def _share_within(view: StatisticView, picture: Picture) -> float | None:
    """Return the share within the marked limit, of the one group's first line that has one."""
    if picture.rows is not Rows.LINES or not view.groups:
        return None
    column = f"share_within_{picture.mark}"
    shares = (
        line.values.get(column) for line in view.groups[0].lines if line.values.get("median") is not None
    )
    return next(shares, None)
