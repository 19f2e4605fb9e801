"""What a worker does: the cases of one segment of the log after the other, into the new tables.

Folded while nothing is locked, written in one short transaction: some hundred cases hold SQLite's write lock for a
hundredth of a second. While others give commands it takes less at a time and leaves them the lock in between; and
PostgreSQL's processors too, which serve us as readily as them: a worker is niced, what works for it in the server is not.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from time import perf_counter, sleep
from typing import Any, Final

from sqlalchemy import Engine

from adapters.connections import glancing, writing
from adapters.poison import Parked, readable
from adapters.read_model_builder import Builder, Prepared
from adapters.rebuild.session import head_signed
from adapters.rebuild.shadow import NEXT, make_index
from adapters.replay import ORGANISATIONS, cases, strung_after
from projections.registry import READ_MODELS
from projections.tallies import Deltas
from workflows.deadlines import Deadlines

_READ_AT_ONCE: Final = 2_000
"""Cases whose events are read together, some megabytes: those of cases that follow one another lie on the same pages,
and SQLite reads every page anew once anybody has written.
"""

_AT_ONCE: Final = 500
_READ_AT_ONCE_AMONG_OTHERS: Final = 200
_AT_ONCE_AMONG_OTHERS: Final = 40
_LEAVE_TO_OTHERS: Final = 3.0
"""While others give commands, for each second in which they may wait for us so many are left to them."""


@dataclass(frozen=True, slots=True)
class Job:
    """Which rebuild this is: its signature, the read models by name, and where the database is."""

    url: str
    token: str
    names: tuple[str, ...]
    deadlines: Deadlines
    head: int


@dataclass(frozen=True, slots=True)
class Segment:
    """The cases after one id and up to another, included; none means no bound."""

    after: str | None
    upto: str | None


@dataclass(frozen=True, slots=True)
class NewIndex:
    """One index to make on its new table."""

    table: str
    name: str


Task = Segment | NewIndex


@dataclass(slots=True)
class Result:
    """What came of all the tasks of one worker, beside the rows."""

    deltas: dict[str, Deltas]
    parked: list[Parked]


class Piecework:
    """One worker's work for one rebuild."""

    def __init__(self, job: Job, engine: Engine, turn: AbstractContextManager[Any]) -> None:
        """Prepare; `turn` is held while writing into SQLite, so that the workers do not wait for each other by trying.

        PostgreSQL takes what they write at the same time.
        """
        models = [READ_MODELS[name] for name in job.names]
        self._job = job
        self._engine = engine
        self._is_served = engine.dialect.name == "postgresql"
        self._turn = nullcontext() if self._is_served else turn
        self._builder = Builder(models, engine, job.deadlines, NEXT)
        self._head = job.head
        self._is_among_others = False
        self._parked: list[Parked] = []

    def result(self) -> Result:
        """Return what came of the tasks so far."""
        return Result(self._builder.deltas(), self._parked)

    def do(self, task: Task) -> Iterator[int]:
        """Carry a task out, yielding how many events were read from time to time."""
        if isinstance(task, NewIndex):
            with self._turn, writing(self._engine) as connection:
                head_signed(connection, self._job.token)
                make_index(connection, task.table, task.name)
            return
        after, upto = task.after or "", task.upto or ORGANISATIONS
        while rows := self._read(after, upto):
            after = rows[-1][0]
            while rows:
                at_once = _AT_ONCE_AMONG_OTHERS if self._is_among_others else _AT_ONCE
                some, rows = rows[:at_once], rows[at_once:]
                prepared, events = self._prepared(some)
                self._write(prepared)
                yield events

    def _read(self, after: str, upto: str) -> Sequence[tuple[str, str]]:
        at_once = _READ_AT_ONCE_AMONG_OTHERS if self._is_among_others and self._is_served else _READ_AT_ONCE
        began = perf_counter()
        rows = strung_after(self._engine, after, "case_id <= ?", (upto,), at_once)
        if self._is_served:
            self._rest(began)
        return rows

    def _prepared(self, rows: Sequence[tuple[str, str]]) -> tuple[Prepared, int]:
        try:
            return self._builder.prepare(cases(rows))
        except Exception:  # noqa: BLE001 - shown where it happened
            return self._prepared_closely([case_id for case_id, _ in rows])

    def _prepared_closely(self, case_ids: Sequence[str]) -> tuple[Prepared, int]:
        """Do so case by case, each as far as each read model can take it."""
        models = self._builder.models
        with glancing(self._engine) as connection:
            found = [readable(connection, case_id, models, self._job.deadlines) for case_id in case_ids]
        for one in found:
            self._parked += one.parked
        states = {m.name: [s for one in found if (s := one.states[m.name]) is not None] for m in models}
        return self._builder.prepare_each(states), sum(one.events for one in found)

    def _write(self, prepared: Prepared) -> None:
        with self._turn, writing(self._engine) as connection:
            began = perf_counter()
            head = head_signed(connection, self._job.token)
            Builder.write(connection, prepared)
        self._is_among_others = head != self._head
        self._head = head
        self._rest(began)

    def _rest(self, began: float) -> None:
        if self._is_among_others:
            sleep((perf_counter() - began) * _LEAVE_TO_OTHERS)
