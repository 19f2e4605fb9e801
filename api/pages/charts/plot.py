"""What pygal works out: scales, axes, where each bar, line and point lies. The only place that knows pygal.

Its SVG is not sent as it is: it carries a style sheet, places for a script, and the day it was made. Its axes, bars,
lines and points are read from it, and drawn anew.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import pygal  # type: ignore[import-untyped]
from pygal.style import Style  # type: ignore[import-untyped]

from api.pages.charts.palette import FONT, SIZE

# pygal adds a finder of modules, for maps of its own, that is of a kind Python no longer knows: every import that fails
# would warn of it.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]

Values = Sequence[float | None]
Write = Callable[[float], str]
"""How a figure of an axis is written."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a picture lies in its image, and what room is left beside its plot; in the image's units."""

    width: int
    height: int
    left: int
    right: int
    top: int = 10
    bottom: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar lying down: its upper left corner, its length and its thickness."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Point:
    """A point."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A label of an axis, where it is written, and on which side."""

    text: str
    at: Point
    is_of_x: bool


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot: its corners, its ticks, and what each series became; all in the units of the image."""

    left: float
    top: float
    width: float
    height: float
    ticks: list[Tick]
    bars: list[list[Bar]]
    points: list[list[Point]]
    paths: list[list[str]]


_LETTER: Final = 0.75
"""The room that a letter of a label takes, of its size, with the room between labels."""

_STYLE: Final = Style(
    font_family=FONT,
    label_font_size=SIZE,
    major_label_font_size=SIZE,
    value_font_size=SIZE,
)


def _common(box: Box) -> dict[str, Any]:
    return {
        "width": box.width,
        "height": box.height,
        "margin_left": box.left or 1,
        "margin_right": box.right or 1,
        "margin_top": box.top or 1,
        "margin_bottom": box.bottom or 1,
        "show_legend": False,
        "js": [],
        "css": [],
        "style": _STYLE,
        "truncate_label": -1,
        "strict": True,
    }


def lying_bars(series: Sequence[Values], box: Box, most: float, *, end_to_end: bool) -> Plot:
    """Place bars, one row after the other from the top; the longest possible stands for `most`. None has no length."""
    kind = pygal.HorizontalStackedBar if end_to_end else pygal.HorizontalBar
    graph = kind(range=(0, most), show_x_labels=False, show_y_labels=False, **_common(box))
    for values in series:
        graph.add("", [value or 0 for value in reversed(values)])
    plot = _read(graph)
    for bars in plot.bars:
        bars.reverse()
    return plot


def lines(series: Sequence[Values], names: Sequence[str], box: Box, write: Write) -> Plot:
    """Place lines over the same named steps; where there is no figure the line is interrupted."""
    room = (box.width - box.left - box.right) / (max(map(len, names)) * SIZE * _LETTER)
    every = ceil(len(names) / max(1, int(room)))
    graph = pygal.Line(
        include_x_axis=True,
        allow_interruptions=True,
        show_minor_x_labels=False,
        min_scale=4,
        max_scale=7,
        value_formatter=write,
        **_common(box),
    )
    # pygal finds its major labels by their text: the others are numbered, and not shown.
    graph.x_labels = [name if i % every == 0 else str(i) for i, name in enumerate(names)]
    graph.x_labels_major = list(names[::every])
    for values in series:
        graph.add("", list(values))
    return _read(graph)


def scattered(
    series: Sequence[Sequence[tuple[float, float]]], joined: int, box: Box, write_x: Write, write_y: Write
) -> Plot:
    """Place points; those of the first `joined` series are joined to lines."""
    graph = pygal.XY(
        min_scale=4, max_scale=7, x_value_formatter=write_x, value_formatter=write_y, **_common(box)
    )
    for number, values in enumerate(series):
        graph.add("", list(values), stroke=number < joined)
    return _read(graph)


_MOVE: Final = re.compile(r"translate\((-?[\d.]+), (-?[\d.]+)\)")
_PAIR: Final = re.compile(r"([ML ]?)(-?[\d.]+) (-?[\d.]+)")


def _read(graph: Any) -> Plot:
    root = graph.render_tree()
    inside = next(_with_class(root, "plot"))
    moved = _MOVE.fullmatch(inside.get("transform", ""))
    left, top = (float(part) for part in moved.groups()) if moved else (0.0, 0.0)
    background = next(_with_class(inside, "background"))
    found: dict[int, dict[str, list[Any]]] = {}
    for node in _with_class(root, "series"):
        number = int(_classes(node)[1].removeprefix("serie-"))
        kept = found.setdefault(number, {"rect": [], "circle": [], "path": []})
        for child in node.iter("rect", "circle", "path"):
            kept[child.tag].append(child)
    numbers = sorted(found)
    return Plot(
        left,
        top,
        float(background.get("width")),
        float(background.get("height")),
        list(_ticks(inside, left, top)),
        [[_bar(node, left, top) for node in found[number]["rect"]] for number in numbers],
        [[_point(node, "cx", "cy", left, top) for node in found[number]["circle"]] for number in numbers],
        [[_path(node.get("d"), left, top) for node in found[number]["path"]] for number in numbers],
    )


def _ticks(inside: Any, left: float, top: float) -> Iterator[Tick]:
    for name in ("x", "y"):
        for axis in _with_class(inside, "axis"):
            if name in _classes(axis):
                for text in axis.iter("text"):
                    yield Tick(text.text or "", _point(text, "x", "y", left, top), name == "x")


def _classes(node: Any) -> list[str]:
    return str(node.get("class", "")).split()


def _with_class(root: Any, name: str) -> Iterator[Any]:
    return (node for node in root.iter("g", "rect") if name in _classes(node))


def _bar(node: Any, left: float, top: float) -> Bar:
    x, y, width, height = (float(node.get(name, 0)) for name in ("x", "y", "width", "height"))
    return Bar(left + x, top + y, width, height)


def _point(node: Any, x: str, y: str, left: float, top: float) -> Point:
    return Point(left + float(node.get(x)), top + float(node.get(y)))


def _path(drawn: str, left: float, top: float) -> str:
    """Return a path of straight lines, moved."""
    pairs = [(float(x), float(y)) for _command, x, y in _PAIR.findall(drawn)]
    return "M" + " L".join(f"{left + x:.1f} {top + y:.1f}" for x, y in pairs)
