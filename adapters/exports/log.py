"""Reading the log up to an event, case by case: the same whatever was appended since, and however long it takes.

Each batch is a short transaction of its own. The log is append-only, so what lies at or before a position is the same
at any later instant: no transaction has to stay open while a file is written, which on SQLite would let the
write-ahead log grow, and on PostgreSQL would keep a rebuild from swapping its tables in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Engine

from adapters.connections import glance, positional
from adapters.hash_chain import Head
from adapters.instants import instant_text
from adapters.mapper import day_of
from adapters.replay import ORGANISATIONS
from domain.as_of import AsOf, Basis, happened_by
from domain.case_state import CaseState
from domain.days import end_of
from domain.errors import FilRougeError
from domain.fold import corrected, fold_facts
from domain.upcasts import decode

_BATCH: Final = 4_000
"""Events read in one transaction."""

_COLUMNS: Final = "case_id, version, topic, schema_version, occurred_on, recorded_at, actor, acting_as, organisation, payload"
_STREAMS: Final = (
    f"SELECT {_COLUMNS} FROM events WHERE (case_id, version) > (?, ?) AND case_id < ? AND position <= ? "  # noqa: S608
    "ORDER BY case_id, version LIMIT ?"
)


class AnotherHistory(FilRougeError):
    """The log does not hold, at the position of a manifest, the event that was there: it is not the same history."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it is read today, corrections applied; of its envelope, what may be told of who and where."""

    version: int
    on: date
    data: Any
    actor: str
    acting_as: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Known:
    """A case as it was known, and the events that made it so, in the order of the stream."""

    case: CaseState
    entries: list[Entry]


def require(engine: Engine, head: Head) -> None:
    """Raise AnotherHistory unless the log holds this event."""
    if head.position == 0:
        return
    found = glance(engine, positional("SELECT hash FROM events WHERE position = ?", engine), (head.position,))
    if found != [(head.hash,)]:
        raise AnotherHistory(f"the log does not hold the event {head}")


class LogReader:
    """Reads the log of `engine` up to `position`, as of a day if there is one."""

    def __init__(self, engine: Engine, position: int, as_of: AsOf | None = None) -> None:
        self._engine = engine
        self._position = position
        self._as_of = as_of
        recorded = as_of is not None and as_of.basis is Basis.RECORDED
        self._before = instant_text(end_of(as_of.on)) if as_of is not None and recorded else None
        self.read = 0
        """How many events were read so far."""

    def cases(self) -> Iterator[Known]:
        """Yield each case that was known, in the order of the ids.

        Raises UnknownEvent for an event beyond this code, msgspec.ValidationError for one that is not what it says.
        """
        for case_id, stream in groupby(self._rows(), itemgetter(0)):
            known = self._known(case_id, list(stream))
            if known is not None:
                yield known

    def _rows(self) -> Iterator[Sequence[Any]]:
        statement = positional(_STREAMS, self._engine)
        after: tuple[str, int] = ("", 0)
        while True:
            some = glance(self._engine, statement, (*after, ORGANISATIONS, self._position, _BATCH))
            for row in some:
                self.read += 1
                yield row
            if len(some) < _BATCH:
                return
            after = (some[-1][0], some[-1][1])

    def _known(self, case_id: str, rows: list[Sequence[Any]]) -> Known | None:
        rows = [row for row in rows if self._is_known(row[5])]
        if not rows:
            return None
        facts = [(decode(row[2], row[3], row[9]), day_of(row[4])) for row in rows]
        actor, organisation = rows[0][6], rows[0][8]
        kept = range(len(rows))
        if self._as_of is not None and self._as_of.basis is Basis.HAPPENED:
            found = happened_by(self._as_of.on, case_id, organisation, actor, facts)
            if found is None:
                return None
            case, kept_then = found
            return Known(case, _entries(rows, facts, kept_then))
        return Known(fold_facts(case_id, organisation, actor, facts), _entries(rows, facts, kept))

    def _is_known(self, recorded_at: str) -> bool:
        return self._before is None or recorded_at < self._before


def _entries(rows: list[Sequence[Any]], facts: list[tuple[Any, date]], kept: Sequence[int]) -> list[Entry]:
    read = corrected(facts)
    return [
        Entry(rows[index][1], read[index][1], read[index][0], rows[index][6], rows[index][7], rows[index][8])
        for index in kept
    ]
