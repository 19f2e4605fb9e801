"""A rebuild from its first word to its last: who does what, in which order, and what is left when it fails."""

import os
import sqlite3
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import random
from time import monotonic, sleep
from typing import Final

import psycopg
from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import IntegrityError

from adapters.bulk_writer import BulkWriter
from adapters.collector import rested
from adapters.connections import reading, writing
from adapters.event_store import EventRecorder
from adapters.instants import read_instant
from adapters.log_head import last_position
from adapters.poison import Parked, park
from adapters.read_model_builder import storable_tally
from adapters.read_model_stamps import stamp
from adapters.rebuild import session, shadow
from adapters.rebuild.crew import Crew, here, workers
from adapters.rebuild.piecework import Job, NewIndex, Result
from adapters.rebuild.segments import segments
from adapters.rebuild.workbench import workbench
from adapters.recompute import Recompute, changed_cases
from adapters.replay import organisations
from adapters.storage_errors import DatabaseLocked, StorageError
from adapters.tables import events as log
from adapters.tables import parked_events
from projections import organisations as register
from projections.read_model import ReadModel, Waves
from projections.registry import READ_MODELS
from projections.tallies import Deltas
from workflows.deadlines import Deadlines

Progress = Callable[[int, int], None]
"""Told how many events are read, and how many there are."""

_WORTH_A_PROCESS: Final = 50_000
"""Events: fewer are rebuilt before another process has started."""

_FEW: Final = 50
"""Cases: as many are caught up with while nobody can append, which takes some hundredths of a second."""

_AT_ONCE: Final = 100
_TOLD_EVERY_SECONDS: Final = 1.0
_SWAP_PATIENCE_SECONDS: Final = 600.0
_FIRST_WAIT_SECONDS: Final = 0.05
"""How long readers of the live tables are waited for while nobody can append, at first; then ever longer."""

_LONGEST_WAIT_SECONDS: Final = 2.0

_LATELY: Final = timedelta(minutes=10)
"""Whoever recorded something since is taken to be at work; not a log of a clock far ahead of ours."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was rebuilt: which read models, from how many events, and what they could not take."""

    names: tuple[str, ...]
    events: int
    parked: tuple[Parked, ...]


def rebuild(
    engine: Engine,
    deadlines: Deadlines,
    names: Collection[str] | None = None,
    progress: Progress | None = None,
    jobs: int | None = None,
) -> Rebuilt:
    """Build read models (all, or those named) anew beside the live ones, and put them in their place.

    `jobs` is the number of processes beside this one, by default that of the cores for a log that is worth it; 0 is
    none. Raises KeyError for an unknown name, RebuildUnderWay, WorkerLost, and the errors of
    `adapters.storage_errors`; the live tables are then as they were.
    """
    models = [READ_MODELS[name] for name in dict.fromkeys(names or READ_MODELS)]
    bench = workbench(_url(engine))
    try:
        with _crew_of(bench, engine, jobs) as ready, session.alone(bench), rested():
            return _Rebuild(bench, models, deadlines, ready, progress).run()
    finally:
        bench.dispose()


def _crew_of(bench: Engine, engine: Engine, jobs: int | None) -> AbstractContextManager[Crew]:
    if jobs is None:
        with reading(bench) as connection:
            jobs = cores() if last_position(connection) >= _WORTH_A_PROCESS else 0
    if not jobs:
        return here()
    bench.dispose()  # workers may be copies of a process that has no file of the database open
    return workers(jobs, _url(engine))


def _url(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def cores() -> int:
    """Return how many processes this machine runs at once."""
    return len(os.sched_getaffinity(0))


class _Rebuild:
    def __init__(
        self,
        engine: Engine,
        models: Sequence[ReadModel],
        deadlines: Deadlines,
        crew: Crew,
        progress: Progress | None,
    ) -> None:
        self._engine = engine
        self._models = models
        self._names = tuple(model.name for model in models)
        self._deadlines = deadlines
        self._crew = crew
        self._progress = progress
        self._recompute = Recompute(models, engine, deadlines, shadow.NEXT)
        self._parked: dict[tuple[str, str], Parked] = {}
        self._done = 0
        self._total = 0
        self._told_at = 0.0
        self._indexed_ahead = False

    def run(self) -> Rebuilt:
        head, token = self._begin()
        try:
            self._fill(head, token)
            events = self._finish(head, token)
        except BaseException:
            self._clean_up(token)
            raise
        shadow.clear_away(self._engine)
        return Rebuilt(self._names, events, tuple(self._parked.values()))

    def _begin(self) -> tuple[int, str]:
        with writing(self._engine) as connection:
            session.strike_out(connection)  # from here on whoever still works for a killed rebuild stops
        shadow.clear_away(self._engine)
        with writing(self._engine) as connection:
            self._total = head = last_position(connection)
            token = session.sign(connection, self._names, head)
            shadow.make(connection, self._models)
            self._indexed_ahead = _would_wait(connection)
            if self._indexed_ahead:
                for table, index in shadow.indexes(t for model in self._models for t in model.tables):
                    shadow.make_index(connection, table, index)
        return head, token

    def _fill(self, head: int, token: str) -> None:
        """Fill the new tables with what the log held at the beginning, or a little later."""
        self._crew.begin(Job(_url(self._engine), token, self._names, self._deadlines, head))
        with reading(self._engine) as connection:
            pieces = segments(connection, head, self._crew.jobs)
        self._crew.run(pieces, self._advance)
        results = self._crew.results()
        self._parked = {(one.read_model, one.case_id): one for r in results for one in r.parked}
        if self._indexed_ahead:
            self._write_tallies(results, token)
            return
        # The workers make the indexes of the rows while this process adds up the tallies.
        self._crew.begin_with([NewIndex(*index) for index in shadow.indexes(m.table for m in self._models)])
        self._write_tallies(results, token)
        tallies = [model.tally for model in self._models if model.tally is not None]
        self._crew.run([NewIndex(*index) for index in shadow.indexes(tallies)], self._advance)

    def _write_tallies(self, results: Sequence[Result], token: str) -> None:
        with reading(self._engine) as connection:
            waves = _waves(connection)
        for model in self._models:
            if model.tally is not None:
                writer = BulkWriter(model.tally, self._engine, f"{model.tally.name}{shadow.NEXT}")
                cells = storable_tally(writer, _sum([result.deltas[model.name] for result in results]), waves)
                with writing(self._engine) as connection:
                    session.head_signed(connection, token)
                    writer.insert(connection, cells)

    def _finish(self, built_to: int, token: str) -> int:
        """Catch up with what was recorded meanwhile, and swap; whoever reads for long makes it try again."""
        until = monotonic() + _SWAP_PATIENCE_SECONDS
        wait = _FIRST_WAIT_SECONDS
        while True:
            built_to = self._catch_up(built_to, token)
            self._forbid_ahead(token)
            try:
                return self._swap(built_to, token, wait)
            except DatabaseLocked:
                if monotonic() > until:
                    raise
                sleep(wait * random())  # noqa: S311 - not to meet the same reader at the same moment
                wait = min(wait * 2, _LONGEST_WAIT_SECONDS)

    def _catch_up(self, built_to: int, token: str) -> int:
        """Compute anew the cases that changed, in rounds, until few are left."""
        while True:
            with reading(self._engine) as connection:
                head = last_position(connection)
                changed = changed_cases(connection, built_to)
                waves = _waves(connection)
            if len(changed) <= _FEW:
                return built_to
            for start in range(0, len(changed), _AT_ONCE):
                with writing(self._engine) as connection:
                    session.head_signed(connection, token)
                    self._take_again(connection, changed[start : start + _AT_ONCE], waves)
            built_to = head

    def _take_again(self, connection: Connection, case_ids: Sequence[str], waves: Waves) -> None:
        try:
            with connection.begin_nested():
                parked = self._recompute.take(connection, case_ids, waves)
        except (sqlite3.IntegrityError, psycopg.errors.UniqueViolation):
            # What has to give way to these cases comes after them: see `_forbid_ahead`.
            shadow.allow(connection, self._models)
            parked = self._recompute.take(connection, case_ids, waves)
        for case_id in case_ids:
            for name in self._names:
                self._parked.pop((name, case_id), None)
        self._parked |= {(one.read_model, one.case_id): one for one in parked}

    def _swap(self, built_to: int, token: str, wait: float) -> int:
        with writing(self._engine) as connection:
            postgresql = connection.dialect.name == "postgresql"
            head = EventRecorder(self._engine).lock_head(connection)
            session.head_signed(connection, token)
            waves = _write_register(connection, self._engine)
            changed = changed_cases(connection, built_to)
            self._take_again(connection, changed, waves)
            self._forbid(connection)
            if postgresql:
                connection.execute(text(f"SET LOCAL lock_timeout = '{round(wait * 1000)}ms'"))
                connection.execute(text("LOCK TABLE read_model_fence IN ACCESS EXCLUSIVE MODE"))
            shadow.swap(connection, self._models)
            for model in self._models:
                stamp(connection, model, self._deadlines, head.position)
            connection.execute(parked_events.delete().where(parked_events.c.read_model.in_(self._names)))
            park(connection, list(self._parked.values()))
            session.strike_out(connection)
            events = head.position
        if self._progress is not None:
            self._progress(events, events)
        return events

    def _forbid_ahead(self, token: str) -> None:
        """Make the unique indexes while commands are given, if the cases allow it: they were read at different moments.

        Of a long log that takes longer than anybody should have to wait for.
        """
        with writing(self._engine) as connection, suppress(IntegrityError):
            session.head_signed(connection, token)
            with connection.begin_nested():
                shadow.forbid(connection, self._models)

    def _forbid(self, connection: Connection) -> None:
        """Make the unique indexes that are missing. The rows of a case that ends with a parked event may be in the way of the others':

        what ended since cannot be read, so that it looks as if it still held what another has by now. They give way.
        """
        try:
            with connection.begin_nested():
                shadow.forbid(connection, self._models)
        except IntegrityError:
            for name, case_id in self._parked:
                table = READ_MODELS[name].table
                if any(index.unique for index in table.indexes):
                    shadow.remove(connection, table, case_id)
            shadow.forbid(connection, self._models)

    def _advance(self, events: int) -> None:
        self._done += events
        if self._progress is not None:
            self._progress(min(self._done, self._total), self._total)
        now = monotonic()
        if now - self._told_at > _TOLD_EVERY_SECONDS:
            self._told_at = now
            with suppress(StorageError):
                session.tell(self._engine, self._done)

    def _clean_up(self, token: str) -> None:
        """Leave nothing behind, if the database lets us: else the next rebuild does."""
        with suppress(StorageError, session.Overtaken):
            with writing(self._engine) as connection:
                session.head_signed(connection, token)
                session.strike_out(connection)
            shadow.clear_away(self._engine)


def _sum(parts: Sequence[Deltas]) -> Deltas:
    total: Deltas = {}
    for part in parts:
        for where, bins in part.items():
            found = total.get(where)
            if found is None:
                total[where] = bins
            else:
                found.update(bins)
    return total


def _would_wait(connection: Connection) -> bool:
    """Tell whether somebody gives commands, who would wait for each index of a full table: SQLite has one lock for all.

    Indexes that are there from the beginning cost a quarter more, in as many short moments as there are writes.
    """
    if connection.dialect.name != "sqlite":
        return False
    newest = connection.execute(select(log.c.recorded_at).order_by(log.c.position.desc()).limit(1)).scalar()
    return newest is not None and abs(datetime.now(UTC) - read_instant(newest)) < _LATELY


def _waves(connection: Connection) -> Waves:
    return {event.code: event.wave for event in organisations(connection)}


def _write_register(connection: Connection, engine: Engine) -> Waves:
    rows = [register.row(event) for event in organisations(connection)]
    connection.execute(register.TABLE.delete())
    writer = BulkWriter(register.TABLE, engine)
    writer.insert(connection, writer.storable(rows))
    return {row.code: row.wave for row in rows}
