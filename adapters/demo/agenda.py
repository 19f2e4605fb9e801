"""The work on a plan as it is foreseen: what is to be done on which day, put in order before it is played."""

from collections.abc import Iterator
from datetime import date

from adapters.demo.journey import Journey, Mistaken
from adapters.demo.steps import Step
from domain.command import Command


class Agenda:
    """Entries by day; what is added first comes first on the same day."""

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        """Start empty."""
        self._entries: list[tuple[date, int, Command | Mistaken]] = []

    def add(self, day: date, what: Command | Mistaken) -> None:
        """Foresee a command on a day."""
        self._entries.append((day, len(self._entries), what))

    def played(self, j: Journey) -> Iterator[Step]:
        """Yield the steps in order."""
        for day, _, what in sorted(self._entries, key=lambda entry: entry[:2]):
            yield from j.correct(day, what) if isinstance(what, Mistaken) else j.ask(day, what)
