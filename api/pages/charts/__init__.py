"""Charts: a statistic's answer as an SVG image, and in a sentence or two.

Nothing here asks a database, nor knows what may be seen: what is drawn is the answer that stands in the table beside.
The same answer gives the same bytes. An image has no style sheet, no script and no reference: it may be served under
`default-src 'none'`.
"""

from typing import Final

from api.pages.charts import limits
from api.pages.charts.drawing import Rowed, Trend, notes
from api.pages.charts.palette import QUIET, SIZE
from api.pages.charts.pictures import PICTURES, Form, Picture
from api.pages.charts.reading import compared, grouping, matrix_of, named
from api.pages.charts.svg import LINE, PAD, WIDTH, Image, wrapped
from api.pages.charts.words import Words
from api.views.statistics import ColumnView, FunnelView, StatisticView
from workflows.labels import Language

__all__ = ["MEDIA_TYPE", "alternative", "chart"]

MEDIA_TYPE: Final = "image/svg+xml"

LEAST_COMPARED: Final = 2
"""The organisations it takes for a comparison to be drawn."""


def chart(view: StatisticView, language: Language) -> bytes | None:
    """Return a statistic's picture; none where its table alone says it better."""
    picture = _picture(view)
    if picture is None:
        return None
    image = Image(view.title, alternative(view, language), language)
    if picture.form is Form.LIMITS:
        return _funnel_plot(image, view, picture, language)
    matrix, words = matrix_of(view, picture, language), Words(language)
    if matrix.is_empty:
        return _said(image, words.nothing(view))
    if picture.form is Form.TREND:
        end = Trend(image, matrix, language, picture.mark).draw()
    else:
        end = Rowed(image, matrix, picture.form, language, picture.mark).draw()
    return notes(image, words.notes(matrix), end)


def alternative(view: StatisticView, language: Language) -> str:
    """Return what the picture says, in a sentence or two; of a statistic without a picture, its totals."""
    picture, words = _picture(view), Words(language)
    if picture is None:
        return words.totals(view)
    if picture.form is Form.LIMITS:
        funnel = compared(view, picture)
        if funnel is None:
            return words.nothing(view)
        if len(limits.placed(funnel)) < LEAST_COMPARED:
            return words.too_few()
        kind = _column(view, picture).kind
        return words.of_limits(funnel, _compared_label(view, funnel, picture), kind)
    matrix = matrix_of(view, picture, language)
    return words.nothing(view) if matrix.is_empty else words.of_matrix(matrix, picture, view)


def _picture(view: StatisticView) -> Picture | None:
    return PICTURES[view.statistic].get(grouping(view))


def _funnel_plot(image: Image, view: StatisticView, picture: Picture, language: Language) -> bytes:
    funnel, words = compared(view, picture), Words(language)
    if funnel is None:
        return _said(image, words.nothing(view))
    if len(limits.placed(funnel)) < LEAST_COMPARED:
        return _said(image, words.too_few())
    what = _compared_label(view, funnel, picture)
    end = limits.draw(image, funnel, what, _column(view, picture).kind, language)
    return notes(image, words.outside(funnel), end)


def _said(image: Image, text: str) -> bytes:
    """Return a low image that says something in words."""
    found = wrapped(text, WIDTH - 4 * PAD, 4)
    image.text(found, 2 * PAD, 2 * PAD + SIZE, fill=QUIET)
    return image.written(4 * PAD + LINE * len(found))


def _column(view: StatisticView, picture: Picture) -> ColumnView:
    return next(column for column in view.columns if column.code == picture.columns[0])


def _compared_label(view: StatisticView, funnel: FunnelView, picture: Picture) -> str:
    """Return what is compared: the column, and the line it is of."""
    lines = view.overall.lines if view.overall else []
    of_line = next((line.label for line in lines if line.code == funnel.line), None)
    return " – ".join((view.title, *([of_line] if of_line else []), named(_column(view, picture))))
