"""Where the command line writes: results to standard output, everything else to standard error.

With `--json` standard output holds one JSON document and nothing more. Progress bars are drawn on standard error, and
only for somebody who watches: never into a file or a pipe.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TextIO, TypeVar

if TYPE_CHECKING:
    from rich.console import Console

from api.cli.words import number as figure
from api.cli.words import say

Report = Callable[[int, int], None]
"""Told how much is done, and of how much."""

One = TypeVar("One")
Columns = Mapping[str, Callable[[One], str]]
"""What a list of things says of each: the key of the column's header, and what stands in it."""

_UNWATCHED_WIDTH: Final = (
    400  # columns of a table that goes to a file or a pipe, unless COLUMNS says otherwise
)

_WHOLE: Final = 24  # characters of a name that no table breaks; of other words half as many


def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    width = None if stream.isatty() or "COLUMNS" in os.environ else _UNWATCHED_WIDTH
    return Console(file=stream, width=width, highlight=False, emoji=False)


def tell(key: str, **values: object) -> None:
    """Say something that was asked for, on standard output."""
    line(say(key, **values))


def line(text: str = "") -> None:
    """Write a line of the result as it is."""
    sys.stdout.write(f"{text}\n")


def note(key: str, **values: object) -> None:
    """Say something beside the result, on standard error."""
    sys.stderr.write(f"{say(key, **values)}\n")


def complain(text: str) -> None:
    """Say what went wrong, on standard error."""
    from rich.markup import escape

    console = _console(sys.stderr)
    console.print(f"[bold red]{escape(say('error.prefix'))}[/] {escape(text)}", soft_wrap=True)


def write_json(value: object) -> None:
    """Write one JSON document on standard output."""
    import msgspec

    plain = msgspec.to_builtins(value)
    sys.stdout.write(json.dumps(plain, ensure_ascii=False, indent=2) + "\n")


def table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], *, texts: int = 1, last_is_total: bool = False
) -> None:
    """Write a table; its first `texts` columns hold words, the others figures, which are right-aligned.

    Where there is no room for all, what folds first is the headers: short names stay whole, and figures always. What
    then still has no room goes on beneath, under the first column again: a figure that is cut is a wrong one.
    """
    console = _console(sys.stdout)
    columns = [
        _Sized.of(header, [row[n] for row in rows], n < texts, n == 0) for n, header in enumerate(headers)
    ]
    widest = max((column.least for column in columns[1:]), default=0)
    columns[0] = replace(columns[0], least=max(1, min(columns[0].least, console.width - widest - _APART)))
    for number, block in enumerate(_blocks(columns, console.width)):
        if number:
            line()
        _draw(console, [columns[n] for n in block], last_is_total=last_is_total)


@dataclass(frozen=True, slots=True)
class _Sized:
    """A column: what stands in it, and between how few and how many characters it takes."""

    header: str
    cells: Sequence[str]
    of_words: bool
    least: int
    most: int

    @classmethod
    def of(cls, header: str, cells: Sequence[str], of_words: bool, first: bool) -> "_Sized":
        longest = max(map(len, cells), default=0)
        word = max((len(word) for cell in cells for word in cell.split()), default=0)
        if first:  # names and ids, which are looked up and copied
            least = max(word, min(_WHOLE, longest))
        elif of_words:
            least = max(min(word, _WHOLE), min(_WHOLE // 2, longest))
        else:
            least = longest
        least = max([least, *map(len, header.split())])
        return cls(header, cells, of_words, least, max(least, longest, len(header)))


_APART: Final = 2  # between two columns


def _blocks(columns: Sequence[_Sized], width: int) -> list[list[int]]:
    """Return which columns stand beside each other: as many as there is room for, each time after the first."""
    blocks: list[list[int]] = [[0]]
    room = width - columns[0].least
    for number, column in enumerate(columns[1:], 1):
        room -= column.least + _APART
        if room < 0 and len(blocks[-1]) > 1:
            blocks.append([0])
            room = width - columns[0].least - column.least - _APART
        blocks[-1].append(number)
    return blocks


def _widths(columns: Sequence[_Sized], width: int) -> list[int]:
    """Return how wide each column is: what it must be, then what it could use, from the left."""
    room = width - sum(column.least + _APART for column in columns) + _APART
    widths = []
    for column in columns:
        more = max(0, min(room, column.most - column.least))
        room -= more
        widths.append(column.least + more)
    return widths


def _draw(console: "Console", columns: Sequence[_Sized], *, last_is_total: bool) -> None:
    from rich.markup import escape
    from rich.table import Table

    drawn = Table(box=None, pad_edge=False, header_style="bold", padding=(0, _APART, 0, 0))
    for column, width in zip(columns, _widths(columns, console.width), strict=True):
        drawn.add_column(
            escape(column.header),
            justify="left" if column.of_words else "right",
            overflow="fold",
            width=width,
        )
    rows = list(zip(*(column.cells for column in columns), strict=True))
    for number, row in enumerate(rows):
        total = last_is_total and number == len(rows) - 1
        drawn.add_row(*map(escape, row), style="bold" if total else None)
    with console.capture() as captured:
        console.print(drawn)
    for row_line in captured.get().splitlines():
        line(row_line.rstrip())


def listing(found: Sequence[One], columns: Columns[One]) -> None:
    """Write a table of words, with a line for each of what was found."""
    rows = [[written(one) for written in columns.values()] for one in found]
    table([say(header) for header in columns], rows, texts=len(columns))


@contextmanager
def progress(key: str, rate: str | None = None) -> Iterator[Report]:
    """Draw a progress bar for the block while standard error is a terminal; yield what to tell it.

    `rate` is the key of how fast it goes, of so many a second. Nothing is drawn, and no thread is started that would
    draw it, before the first report.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    speed = [TextColumn("{task.fields[rate]}")] if rate else []
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        *speed,
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=_console(sys.stderr), transient=True)
    task = bar.add_task(say(key), total=None, rate="")

    def report(done: int, total: int) -> None:
        bar.start()
        found = bar.tasks[0].speed if rate else None
        told = say(rate, rate=figure(round(found))) if rate and found else ""
        bar.update(task, completed=done, total=total, rate=told)

    try:
        yield report
    finally:
        bar.stop()


def mark(good: bool) -> str:
    """Return the sign in front of a line of `check`."""
    encoding = (sys.stdout.encoding or "ascii").lower()
    signs = ("✓", "✗") if "utf" in encoding else ("ok", "!!")
    return signs[0] if good else signs[1]
