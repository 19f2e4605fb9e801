"""The worker: a process of its own that makes the exports that wait, one after the other, and then ends."""

import time
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import Engine

from adapters import database
from adapters.exports import jobs
from adapters.exports.event_log import TooFewCases
from adapters.exports.jobs import Job, Problem, Withdrawn
from adapters.exports.make import Source, make
from adapters.exports.parquet_file import ParquetMissing
from adapters.exports.pseudonyms import Pseudonyms
from adapters.key_file import load_master_keys
from adapters.keys import open_key_store
from adapters.settings import Settings
from domain.errors import UnknownEvent
from domain.use_cases import Clock, system_clock

_TELL_SECONDS: Final = 1.0

_PROBLEMS: Final[tuple[tuple[type[Exception], Problem], ...]] = (
    (TooFewCases, Problem.TOO_FEW_CASES),
    (ParquetMissing, Problem.FORMAT_MISSING),
    (UnknownEvent, Problem.UNREADABLE_EVENT),
)

log = structlog.get_logger(__name__)


class Worker:
    """Makes exports into a folder."""

    def __init__(self, source: Source, folder: Path, name: str, clock: Clock = system_clock) -> None:
        self._source = source
        self._folder = folder
        self._name = name
        self._clock = clock
        self._told_at = 0.0

    @property
    def _engine(self) -> Engine:
        return self._source.engine

    def work(self) -> int:
        """Make everything that waits; return how many exports were ended."""
        number = 0
        while (job := jobs.claim(self._engine, self._name, self._clock())) is not None:
            try:
                self._end(job)
            except Withdrawn:
                jobs.discard_leftovers(self._folder, job)
                log.info("export", export=job.export_id, state="withdrawn")
            number += 1
        return number

    def _end(self, job: Job) -> None:
        """Make one export, or note why it cannot be made. Raises Withdrawn."""
        jobs.discard_leftovers(self._folder, job)
        self._told_at = time.monotonic()
        try:
            manifest = make(
                self._source,
                job.order,
                self._folder / job.file,
                progress=lambda done, _: self._tell(job, done),
            )
        except Withdrawn:
            raise
        except Exception as error:
            jobs.discard_leftovers(self._folder, job)
            problem = next((p for kind, p in _PROBLEMS if isinstance(error, kind)), Problem.UNEXPECTED)
            jobs.fail(self._engine, job, self._name, problem, self._clock())
            known = problem is not Problem.UNEXPECTED
            log.warning(
                "export",
                export=job.export_id,
                state="failed",
                problem=problem.value,
                exc_info=None if known else error,
            )
            return
        jobs.finish(self._engine, job, self._name, manifest, self._clock())
        log.info("export", export=job.export_id, state="done", rows=manifest.rows, size=manifest.size)

    def _tell(self, job: Job, done: int) -> None:
        now = time.monotonic()
        if now - self._told_at >= _TELL_SECONDS:
            self._told_at = now
            jobs.go_on(self._engine, job, self._name, done, self._clock())


def run(settings: Settings, name: str) -> int:
    """Open what exports are made from, and make those that wait; return how many were ended."""
    engine = database.engine(settings.database_url, lock_timeout_seconds=settings.lock_timeout_seconds)
    try:
        database.require_current_schema(engine)
        keys = open_key_store(
            settings.keys_url,
            load_master_keys(settings),
            make=False,
            lock_timeout_seconds=settings.lock_timeout_seconds,
        )
        try:
            source = Source(engine, Pseudonyms(keys.pseudonym))
            return Worker(source, jobs.folder(settings.home), name).work()
        finally:
            keys.close()
    finally:
        engine.dispose()
