"""What a read model is: a name, a version, rows that are a pure function of the folded case, and tallies of them.

The rows of a case are computed from its state alone, so that updating them after a command and rebuilding them
from the events are the same computation. A *tally* adds up one read model's rows over all cases, by scope and
period, so that a statistic reads a few tally rows however many cases there are.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import Table

from domain.case_state import CaseState
from workflows.deadlines import Deadlines

Bin = tuple[str, int]
"""What is counted: a key, and the bin it falls in (days for a duration; else 0)."""

Bins = Iterable[Bin] | Mapping[Bin, int]
"""What a row counts: once in each bin, or in each as many as are named (cents of euro)."""

Count = tuple[str, date, Bins]
"""What counts in one organisation on one day."""


@dataclass(frozen=True, slots=True)
class ReadModel:
    """One read model. `rows` gives the rows of one case; `counts`, what one of its rows adds to the tally
    (by the days in the columns `dated_by`, in months, and in weeks too where it is kept `weekly`).

    `version` changes with anything that would give other rows for the same events.
    """

    name: str
    version: int
    table: Table
    row: type[Struct]
    rows: Callable[[CaseState, Deadlines], Iterable[Struct]]
    counts: Callable[[Any], Iterable[Count]] | None = None
    tally: Table | None = None
    dated_by: tuple[str, ...] = ()
    depends_on_deadlines: bool = False
    weekly: bool = False

    def stamp(self, deadlines: Deadlines) -> str:
        """Return what the stored rows were computed with: the code's version, and the settings that matter."""
        return f"{self.version}:{deadlines}" if self.depends_on_deadlines else str(self.version)

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables of this read model, its tally included."""
        return (self.table,) if self.tally is None else (self.table, self.tally)


Waves = Mapping[str, str]
"""The deployment wave of each registered organisation."""
