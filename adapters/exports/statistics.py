"""A statistic as tidy rows: one for each figure, with the group and the line that it belongs to.

A figure that is hidden has its row, marked so and without its value: what is left out must be seen to be left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from adapters.exports.sheet import Cell, Field, Sheet, Type
from projections.figures import Column, Group, Shape, Value
from workflows.labels import Language

FIELDS: Final = (
    Field("group", Type.TEXT, "The group: a month, a week, an organisation, a wave; empty for all together."),
    Field("group_label", Type.TEXT, "The group in words."),
    Field("line", Type.TEXT, "The line within the group; empty for a total of the group."),
    Field("line_label", Type.TEXT, "The line in words."),
    Field("figure", Type.TEXT, "The column of the statistic: what is counted or measured."),
    Field("figure_label", Type.TEXT, "The same in words."),
    Field("kind", Type.TEXT, "count, share (percent), days, cents or rate."),
    Field("value", Type.NUMBER, "The figure; empty where there is none, and where it is hidden."),
    Field("hidden", Type.BOOLEAN, "Whether it is hidden, because it would tell of too few."),
)


def sheet(shape: Shape, groups: Iterable[Group], labels: Mapping[str, str], language: Language) -> Sheet:
    """Return the figures of `groups`, in their order; `labels` are those of groups that are not their own."""
    return Sheet(FIELDS, _rows(shape, groups, labels, language))


def _rows(
    shape: Shape, groups: Iterable[Group], labels: Mapping[str, str], language: Language
) -> Iterator[tuple[Cell, ...]]:
    for group in groups:
        where = (group.group, labels.get(group.group, group.group))
        for cells in _figures(shape.totals, group.totals, group.hidden, language):
            yield (*where, "", "", *cells)
        for line in group.lines:
            label = shape.lines.label_of(line.code, language) if shape.lines else line.code
            for cells in _figures(shape.own, line.values, line.hidden, language):
                yield (*where, line.code, label, *cells)


def _figures(
    columns: Iterable[Column], values: Mapping[str, Value], hidden: frozenset[str], language: Language
) -> Iterator[tuple[Cell, ...]]:
    for column in columns:
        withheld = column.code in hidden
        value = None if withheld else values.get(column.code)
        yield column.code, column.label(language), column.kind.value, value, withheld
