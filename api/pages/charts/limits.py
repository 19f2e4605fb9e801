"""The funnel plot: each organisation by its number of cases, between the limits that chance alone explains."""

from collections.abc import Sequence
from math import sqrt
from typing import Final

from api.pages.charts.drawing import axes, beside, heading
from api.pages.charts.numbers import figure
from api.pages.charts.palette import INK, QUIET, SIZE, THREAD
from api.pages.charts.plot import Box, Point, scattered
from api.pages.charts.svg import LINE, PAD, WIDTH, Image, width_of
from api.pages.texts import mark as _
from api.pages.texts import translated
from api.views.statistics import FunnelView, PositionView
from projections.comparison import Verdict, share_limits
from projections.figures import Kind
from workflows.labels import Language

FAR: Final = (Verdict.FAR_ABOVE.value, Verdict.FAR_BELOW.value)
OUTSIDE: Final = (Verdict.ABOVE.value, Verdict.BELOW.value)

_BESIDE: Final = 160
_HEIGHT: Final = 420
_STEPS: Final = 40
"""The points of a curve of limits."""
_NAMED: Final = 8
"""The most organisations named in the picture; the table has them all."""

_WITHIN, _FAR, _OUTSIDE = 0, 1, 3
"""The looks of the organisations."""

_LIMITS: Final = ("upper_998", "upper_95", "lower_95", "lower_998")


def placed(funnel: FunnelView) -> list[PositionView]:
    """Return the organisations that have a place, by their number of cases."""
    found = [position for position in funnel.organisations if position.limits and position.value is not None]
    return sorted(found, key=lambda position: (position.n or 0, position.group))


def verdict(position: PositionView) -> str:
    """Return where an organisation lies, by its code."""
    return position.verdict.code if position.verdict else ""


def draw(image: Image, funnel: FunnelView, title: str, kind: Kind, language: Language) -> float:
    """Draw the funnel; return where it ends."""
    found = placed(funnel)
    top = _legend(image, heading(image, title), language)
    steps = _steps(found)
    at = [limits_at(n, funnel, found, kind) for n in steps]
    joined = [
        [(float(n), limits[number]) for n, limits in zip(steps, at, strict=True)] for number in range(4)
    ]
    joined.append([(float(n), funnel.overall or 0.0) for n in steps])
    dots = [(float(position.n or 0), position.value or 0.0) for position in found]
    plot = scattered(
        [*joined, dots],
        len(joined),
        Box(WIDTH, _HEIGHT, PAD, _BESIDE, bottom=PAD + SIZE),
        lambda value: figure(value, Kind.COUNT, language),
        lambda value: figure(value, kind, language),
    )
    axes(image, plot, top)
    image.text(
        translated(_("Number of cases"), language),
        plot.left + plot.width / 2,
        top + _HEIGHT - 2,
        text_anchor="middle",
        fill=QUIET,
    )
    ends = []
    for number, name in enumerate((*_LIMITS, "overall")):
        colour, dashes, width = _line(name)
        for path in plot.paths[number]:
            image.add(
                "path",
                d=path,
                transform=f"translate(0 {top:.1f})",
                fill="none",
                stroke=colour,
                stroke_width=width,
                stroke_dasharray=dashes,
            )
        said = figure(95 if name.endswith("95") else 99.8, Kind.SHARE, language)
        if name == "overall":
            said = translated(
                _("all: %(figure)s"), language, figure=figure(funnel.overall or 0, kind, language)
            )
        ends.append((top + plot.points[number][-1].y, said, colour))
    beside(image, ends, WIDTH - _BESIDE + PAD, _BESIDE - 2 * PAD)
    _points(image, found, plot.points[len(joined)], top)
    return top + _HEIGHT


def _steps(found: Sequence[PositionView]) -> list[int]:
    """Return the numbers of cases at which the limits are worked out, from the fewest to the most."""
    first, last = found[0].n or 0, found[-1].n or 0
    return sorted({round(first + (last - first) * step / _STEPS) for step in range(_STEPS + 1)})


def limits_at(
    n: int, funnel: FunnelView, found: Sequence[PositionView], kind: Kind
) -> tuple[float, float, float, float]:
    """Return the limits at a number of cases, the highest first.

    Of a share they depend on it alone; of a mean they are as far from it as those of one organisation, by the root of
    the number of cases.
    """
    overall = funnel.overall or 0.0
    if kind is Kind.SHARE:
        inner, outer = share_limits(overall / 100, n)
        return 100 * outer[1], 100 * inner[1], 100 * inner[0], 100 * outer[0]
    known = found[0]
    if known.limits is None or known.n is None:
        raise ValueError("an organisation without limits has no place in the funnel")
    narrower = sqrt(known.n / n)
    near, far = ((upper - overall) * narrower for upper in (known.limits.upper_95, known.limits.upper_998))
    return overall + far, overall + near, overall - near, overall - far


def _legend(image: Image, top: float, language: Language) -> float:
    """Write what each marker means; return where it ends."""
    x = 2.0 * PAD
    said = (
        (_WITHIN, translated(_("within the limits"), language)),
        (_OUTSIDE, translated(_("beyond those of 95%"), language)),
        (_FAR, translated(_("beyond those of 99.8%"), language)),
    )
    for look, text in said:
        _marker(image, x, top + SIZE - 5, look)
        image.text(text, x + 14, top + SIZE)
        x += width_of(text) + 40
    return top + LINE + PAD


def _marker(image: Image, x: float, y: float, look: int) -> None:
    image.marker(x, y, look, 6 if look == _FAR else 5, hollow=look == _WITHIN)


def _line(name: str) -> tuple[str, str, float]:
    if name == "overall":
        return INK, "none", 2
    return (QUIET, "6 4", 1.5) if name.endswith("95") else (QUIET, "none", 1.5)


def _points(image: Image, found: Sequence[PositionView], points: Sequence[Point], top: float) -> None:
    """Draw the organisations: those outside by their own marker, and by name the farthest."""
    named = 0
    for position, point in zip(found, points, strict=True):
        code = verdict(position)
        look = _FAR if code in FAR else _OUTSIDE if code in OUTSIDE else _WITHIN
        _marker(image, point.x, top + point.y, look)
    boxes: list[tuple[float, float, float, float]] = []
    for position, point in zip(found, points, strict=True):
        if verdict(position) not in FAR or named == _NAMED:
            continue
        width = width_of(position.label)
        left = point.x + 11 + width < WIDTH - _BESIDE
        x = point.x + 11 if left else point.x - 11 - width
        y = top + point.y + 0.35 * SIZE
        box = (x, y - SIZE, x + width, y + 4)
        if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in boxes):
            continue
        boxes.append(box)
        named += 1
        image.text(position.label, x, y, fill=THREAD)
