"""An SVG image put together: presentation attributes alone, no style sheet, no script, nothing from elsewhere."""

from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from api.pages.charts.palette import FONT, LOOKS, PAPER, SIZE, TEXT

WIDTH: Final = 800
"""The units an image is wide; as large as its page makes it."""

PAD: Final = 8
LINE: Final = SIZE + 4
"""From one line of text to the next."""

_EM: Final = 0.56
"""How wide a letter is, of its size: a little more than system fonts have on average."""


def width_of(text: str, size: int = SIZE) -> float:
    """Return about how wide a text is."""
    return len(text) * size * _EM


def wrapped(text: str, width: float, most: int) -> list[str]:
    """Cut a text into lines of a width, at its spaces; of more than `most`, the last ends with an ellipsis."""
    found: list[str] = []
    for word in text.split(" "):
        if found and width_of(f"{found[-1]} {word}") <= width:
            found[-1] += f" {word}"
        else:
            found.append(word)
    if len(found) > most:
        found = [*found[: most - 1], f"{found[most - 1]}…"]
    return found


class Image:
    """An image that is drawn from top to bottom."""

    def __init__(self, title: str, description: str, language: str) -> None:
        """Begin an image; its title and its description are read by those who do not see it."""
        self.root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "role": "img",
                "aria-labelledby": "t d",
                "{http://www.w3.org/XML/1998/namespace}lang": language,
                "font-family": FONT,
                "font-size": str(SIZE),
                "fill": TEXT,
            },
        )
        ET.SubElement(self.root, "title", {"id": "t"}).text = title
        ET.SubElement(self.root, "desc", {"id": "d"}).text = description
        self.paper = self.add("rect", x=0, y=0, fill=PAPER)
        self._patterns: set[str] = set()

    def add(self, tag: str, **attributes: object) -> ET.Element:
        """Add an element; an attribute with an underscore is written with a hyphen."""
        written = {name.replace("_", "-"): _written(value) for name, value in attributes.items()}
        return ET.SubElement(self.root, tag, written)

    def text(self, lines: str | Sequence[str], x: float, y: float, **attributes: object) -> None:
        """Write lines of text; `y` is the base of the first."""
        lines = [lines] if isinstance(lines, str) else lines
        for number, line in enumerate(lines):
            self.add("text", x=x, y=y + number * LINE, **attributes).text = line

    def boxed(self, text: str, x: float, y: float) -> None:
        """Write a text in the middle of `x`, on paper of its own: it is read over any pattern."""
        width = width_of(text) + 6
        self.add("rect", x=x - width / 2, y=y - SIZE, width=width, height=SIZE + 5, rx=3, fill=PAPER)
        self.text(text, x, y, text_anchor="middle")

    def bar(self, x: float, y: float, width: float, height: float, series: int) -> None:
        """Draw a bar in the look of its series."""
        look = LOOKS[series]
        fill = self._pattern(series) if look.pattern else look.colour
        self.add(
            "rect", x=x, y=y, width=width, height=height, fill=fill, stroke=look.colour, stroke_width=1.5
        )

    def marker(self, x: float, y: float, look: int, size: float, *, hollow: bool = False) -> None:
        """Draw the marker of a look around a point."""
        colour, shape = LOOKS[look].colour, LOOKS[look].marker
        paint = {
            "fill": PAPER if hollow or shape == "ring" else colour,
            "stroke": colour,
            "stroke_width": 1.5,
        }
        corners = {
            "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
            "triangle": ((0, -1.3), (1.2, 1), (-1.2, 1)),
            "diamond": ((0, -1.5), (1.5, 0), (0, 1.5), (-1.5, 0)),
        }.get(shape)
        if corners is None:
            self.add("circle", cx=x, cy=y, r=size, **paint)
        else:
            path = " L".join(f"{x + size * dx:.1f} {y + size * dy:.1f}" for dx, dy in corners)
            self.add("path", d=f"M{path} Z", **paint)

    def written(self, height: float) -> bytes:
        """Return the image, so high, as a file."""
        self.root.set("viewBox", f"0 0 {WIDTH} {height:.0f}")
        self.paper.set("width", str(WIDTH))
        self.paper.set("height", f"{height:.0f}")
        return bytes(ET.tostring(self.root, encoding="utf-8", xml_declaration=True))

    def _pattern(self, series: int) -> str:
        look = LOOKS[series]
        if look.pattern not in self._patterns:
            self._patterns.add(look.pattern)
            node = self.add("pattern", id=look.pattern, width=8, height=8, patternUnits="userSpaceOnUse")
            ET.SubElement(node, "rect", {"width": "8", "height": "8", "fill": PAPER})
            drawn = {
                "slanted": "M-2 2 L2 -2 M-2 10 L10 -2 M6 10 L10 6",
                "dotted": "M1 2 h2 M5 6 h2",
                "crossed": "M0 0 L8 8 M8 0 L0 8",
                "level": "M0 2 h8 M0 6 h8",
            }[look.pattern]
            ET.SubElement(
                node, "path", {"d": drawn, "stroke": look.colour, "stroke-width": "2", "fill": "none"}
            )
        return f"url(#{look.pattern})"


def _written(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
