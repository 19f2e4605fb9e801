"""Walking the chain: was every event ever recorded kept as it was, where it was?

The walk goes through the log once, in order, in constant memory, and stops at
the first event that does not follow from the one before. What came before is
then proven; `adapters.verify_diagnosis` says what happened there. A log whose
links all hold is also checked against its own head (a tail cut off), against a
head noted elsewhere (a history rewritten to its end), and for the versions of
each case to run without a gap.

What it cannot see: events added at the end, with correct links and a corrected
head, by someone who may write to the database. The chain uses no secret.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from adapters import verify_diagnosis
from adapters.connections import reading
from adapters.hash_chain import GENESIS, Head, link
from adapters.recorded_event import COLUMNS
from adapters.tables import event_log_head, events
from adapters.verify_finding import Finding, Kind, Words

Progress = Callable[[int, int], None]
"""Called with the number of events checked so far, and of all of them."""

_BATCH: Final = 1000
_NO_HEAD: Final = (
    "chaque ajout laisse une tête, et il n'y en a pas",
    "every append leaves a head behind, and there is none",
)


@dataclass(frozen=True)
class VerifyReport:
    """What a walk through the log found. `head` is the last event whose link holds: note it elsewhere."""

    checked: int
    head: Head
    finding: Finding | None

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return self.finding is None


def verify(engine: Engine, progress: Progress | None = None, expect_head: Head | None = None) -> VerifyReport:
    """Check the whole event log, as it stands at one instant, and name the first event that is not as recorded.

    `expect_head` is the head of an earlier walk: the log may have grown since,
    but must still hold that event, with that hash, at that position.

    Raises `DatabaseLocked` and `DatabaseUnavailable`.
    """
    with reading(engine) as connection:
        return _Walk(connection, progress or (lambda _done, _total: None), expect_head).run()


class _Walk:
    def __init__(self, connection: Connection, progress: Progress, expect_head: Head | None) -> None:
        self._connection = connection
        self._progress = progress
        self._expected = expect_head
        stored = connection.execute(sa.select(event_log_head.c.position, event_log_head.c.hash)).first()
        self._head = Head(*stored) if stored is not None else None
        self._verified = Head(0, GENESIS)
        self._before = GENESIS  # the hash of the event before the last verified one
        self._anchor = Head(0, GENESIS)  # what the log holds where `expect_head` points

    def run(self) -> VerifyReport:
        finding = (
            self._links()
            or self._end()
            or self._anchored()
            or verify_diagnosis.broken_stream(self._connection)
        )
        return VerifyReport(self._verified.position, self._verified, finding)

    def _links(self) -> Finding | None:
        """Follow the links to the first that does not hold."""
        total = self._connection.execute(sa.select(sa.func.count()).select_from(events)).scalar_one()
        self._progress(0, total)
        for done, row in enumerate(self._rows(), start=1):
            columns = tuple(row[:-1])
            if self._head is not None and columns[0] > self._head.position == self._verified.position:
                return verify_diagnosis.beyond_head(tuple(row))
            if columns[0] != self._verified.position + 1 or link(self._verified.hash, columns) != row[-1]:
                return verify_diagnosis.broken_link(
                    self._connection, self._verified, self._before, tuple(row), self._head
                )
            self._before = self._verified.hash
            self._verified = Head(columns[0], row[-1])
            if self._expected is not None and columns[0] == self._expected.position:
                self._anchor = self._verified
            if done % _BATCH == 0:
                self._progress(done, total)
        self._progress(total, total)
        return None

    def _rows(self) -> Iterator[Any]:
        columns = [events.c[name] for name in COLUMNS]
        statement = sa.select(*columns).order_by(events.c.position).execution_options(yield_per=_BATCH)
        with self._connection.execute(statement) as rows:
            yield from rows

    def _end(self) -> Finding | None:
        """Compare the last event with the head that every append leaves behind."""
        if self._head is None:
            return Finding(Kind.HEAD, self._verified.position, None, None, _NO_HEAD)
        if self._head.position > self._verified.position:
            return verify_diagnosis.cut_tail(self._verified, self._head.position)
        if self._head.hash != self._verified.hash:
            return verify_diagnosis.other_last_event(
                self._connection, self._verified, self._before, self._head
            )
        return None

    def _anchored(self) -> Finding | None:
        """Compare with the head noted elsewhere."""
        if self._expected is None or self._expected == self._anchor:
            return None
        if self._expected.position > self._verified.position:
            return verify_diagnosis.cut_tail(self._verified, self._expected.position)
        return Finding(
            Kind.REWRITTEN,
            self._expected.position,
            None,
            None,
            _rewritten(self._expected.position),
        )


def _rewritten(position: int) -> Words:
    french = (
        f"les maillons tiennent, mais l'événement {position} n'est pas celui qui avait été noté : lui-même, ou un "
        "événement antérieur, a été réécrit avec tous ceux qui suivent"
    )
    english = (
        f"the links hold, but event {position} is not the one that was noted: it, or an event before it, was "
        "rewritten together with all that follow"
    )
    return french, english
