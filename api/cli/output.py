"""Where the command line writes: results to standard output, everything else to standard error.

With `--json` standard output holds one JSON document and nothing more. Progress bars are drawn on standard error, and
only for somebody who watches: never into a file or a pipe.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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

_WHOLE: Final = 24  # characters of a name that no table breaks


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

    Where there is no room for all, what folds first is the headers: short names stay whole.
    """
    from rich.markup import escape
    from rich.table import Table

    drawn = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for number, header in enumerate(headers):
        words = [row[number] for row in rows] if number < texts else []
        drawn.add_column(
            escape(header),
            justify="left" if number < texts else "right",
            overflow="fold",
            min_width=min(_WHOLE, max(map(len, words), default=0)),
        )
    for number, row in enumerate(rows):
        total = last_is_total and number == len(rows) - 1
        drawn.add_row(*map(escape, row), style="bold" if total else None)
    console = _console(sys.stdout)
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
