"""The colours of the charts and of the pages: one list, of which the style sheet's are the same.

On white each has a contrast of 4.5:1 or more (WCAG 2.1: 4.5 for text, 3 for graphics), but those of the grid, which
carries no information. No series is told by its colour alone: each has its dashes, its marker or its pattern, and its
name beside it.
"""

from dataclasses import dataclass
from typing import Final

PAPER: Final = "#ffffff"
INK: Final = "#1f3a5f"
"""The dark blue of titles, of the first series and of what is ordinary."""
THREAD: Final = "#b3122d"
"""The red of the thread that the service is named after: what is to be looked at."""
TEXT: Final = "#222222"
QUIET: Final = "#595959"
"""The grey of what is secondary: axes, notes, the ordinary organisations of a funnel plot."""
GRID: Final = "#d9d9d9"

FONT: Final = "system-ui, sans-serif"
SIZE: Final = 16
"""Of every text of a chart, in the units of its 800 wide: 18 pixels at 900."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a series looks: each of the four is enough to tell it."""

    colour: str
    dashes: str
    marker: str
    pattern: str


LOOKS: Final = (
    Look(INK, "", "circle", ""),
    Look(THREAD, "9 5", "square", "slanted"),
    Look(QUIET, "2 4", "triangle", "dotted"),
    Look("#8a5a00", "12 4 2 4", "diamond", "crossed"),
    Look("#2c6e49", "16 6", "ring", "level"),
)
"""In the order of the series; there are never more."""
