"""The exports that were asked for over the API: rows that outlive the process that took them in.

One worker makes one export at a time. It holds the export for a while, and longer each time it tells how far it is;
one that vanished loses it, and the next worker begins it again. Instants here are those of the machine's clock.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Row

from adapters.database import reading, writing
from adapters.exports.manifest import Manifest, Order
from adapters.instants import instant_text, read_instant
from adapters.tables import exports

LEASE_SECONDS: Final = 60
MOST_ATTEMPTS: Final = 3
"""How often an export is begun: what brings a worker down three times is not tried for ever."""

MOST_WAITING: Final = 20
"""How many exports of one author may wait or be made at the same time."""

_CLAIM_LOCK: Final = 0x66726578  # any number of our own: PostgreSQL knows advisory locks by number


class State(Enum):
    """How far an export is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


_UNFINISHED: Final = (State.WAITING.value, State.RUNNING.value)


class Problem(Enum):
    """Why an export failed."""

    TOO_FEW_CASES = "too_few_cases"
    FORMAT_MISSING = "format_missing"
    UNREADABLE_EVENT = "unreadable_event"
    INTERRUPTED = "interrupted"
    UNEXPECTED = "unexpected"


class Withdrawn(Exception):
    """The export was deleted, or given to another worker, while this one was making it."""


@dataclass(frozen=True, slots=True)
class Job:
    """One export. `done` of `total` events are read."""

    export_id: str
    author: str
    order: Order
    state: State
    done: int
    total: int
    asked_at: datetime
    ended_at: datetime | None
    problem: Problem | None
    manifest: Manifest | None

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.export_id}{self.order.format.ending}"


def folder(home: Path) -> Path:
    """Return where the files are kept, made when it is not there: readable by its owner only."""
    path = home / "exports"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def add(connection: Connection, export_id: str, order: Order, at: datetime) -> Job:
    """Take in an export."""
    values = {
        "export_id": export_id,
        "author": order.author,
        "what": msgspec.json.encode(order).decode(),
        "state": State.WAITING.value,
        "done": 0,
        "total": order.position,
        "attempts": 0,
        "asked_at": instant_text(at),
    }
    connection.execute(exports.insert().values(values))
    job = find(connection, order.author, export_id)
    if job is None:
        raise LookupError(export_id)
    return job


def find(connection: Connection, author: str, export_id: str) -> Job | None:
    """Return an export of this author's."""
    query = sa.select(exports).where(exports.c.export_id == export_id, exports.c.author == author)
    row = connection.execute(query).one_or_none()
    return None if row is None else _job(row)


def listed(connection: Connection, author: str, after: str | None, limit: int) -> list[Job]:
    """Return at most `limit` exports of this author's, the latest first, after the id `after`."""
    query = sa.select(exports).where(exports.c.author == author)
    if after is not None:
        query = query.where(exports.c.export_id < after)
    return [_job(row) for row in connection.execute(query.order_by(exports.c.export_id.desc()).limit(limit))]


def waiting(connection: Connection, author: str) -> int:
    """Return how many exports of this author's are not at their end."""
    query = sa.select(sa.func.count()).select_from(exports)
    return int(
        connection.execute(
            query.where(exports.c.author == author, exports.c.state.in_(_UNFINISHED))
        ).scalar_one()
    )


def remove(connection: Connection, author: str, export_id: str) -> bool:
    """Forget an export of this author's; whoever is making it will find out. Return whether there was one."""
    found = connection.execute(
        exports.delete().where(exports.c.export_id == export_id, exports.c.author == author)
    )
    return found.rowcount > 0


def are_unfinished(engine: Engine) -> bool:
    """Tell whether there is anything to make."""
    with reading(engine) as connection:
        query = sa.select(exports.c.export_id).where(exports.c.state.in_(_UNFINISHED)).limit(1)
        return connection.execute(query).first() is not None


def claim(engine: Engine, worker: str, now: datetime) -> Job | None:
    """Give the oldest export to this worker, unless another one is at work; one that was begun too often fails."""
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CLAIM_LOCK)))
        at = instant_text(now)
        held = (exports.c.state == State.RUNNING.value) & (exports.c.lease_until > at)
        if connection.execute(sa.select(exports.c.export_id).where(held).limit(1)).first() is not None:
            return None
        connection.execute(
            exports.update()
            .where(exports.c.state.in_(_UNFINISHED), exports.c.attempts >= MOST_ATTEMPTS)
            .values(state=State.FAILED.value, problem=Problem.INTERRUPTED.value, ended_at=at, worker=None)
        )
        query = sa.select(exports).where(exports.c.state.in_(_UNFINISHED)).order_by(exports.c.export_id)
        row = connection.execute(query.limit(1)).one_or_none()
        if row is None:
            return None
        connection.execute(
            exports.update()
            .where(exports.c.export_id == row.export_id)
            .values(
                state=State.RUNNING.value,
                done=0,
                attempts=row.attempts + 1,
                worker=worker,
                lease_until=_lease(now),
            )
        )
        return _job(row)


def go_on(engine: Engine, job: Job, worker: str, done: int, now: datetime) -> None:
    """Note how far an export is, and hold it for longer. Raises Withdrawn."""
    _of(engine, job, worker, done=done, lease_until=_lease(now))


def finish(engine: Engine, job: Job, worker: str, manifest: Manifest, now: datetime) -> None:
    """Note that an export is made. Raises Withdrawn."""
    _of(
        engine,
        job,
        worker,
        state=State.DONE.value,
        done=job.total,
        manifest=msgspec.json.encode(manifest).decode(),
        ended_at=instant_text(now),
    )


def fail(engine: Engine, job: Job, worker: str, problem: Problem, now: datetime) -> None:
    """Note that an export cannot be made. Raises Withdrawn."""
    _of(engine, job, worker, state=State.FAILED.value, problem=problem.value, ended_at=instant_text(now))


def release(engine: Engine, worker: str) -> None:
    """Take back what a worker that is known to be gone was making."""
    with writing(engine) as connection:
        connection.execute(
            exports.update()
            .where(exports.c.worker == worker, exports.c.state == State.RUNNING.value)
            .values(state=State.WAITING.value, worker=None, lease_until=None)
        )


def clear(engine: Engine, within: Path, before: datetime) -> int:
    """Remove the exports that ended before an instant, and every file that is of none; return how many exports."""
    there = list(within.iterdir())  # looked at first: a file of later than this is not judged
    with writing(engine) as connection:
        old = exports.c.ended_at < instant_text(before)
        removed = connection.execute(exports.delete().where(old)).rowcount
        known = set(connection.execute(sa.select(exports.c.export_id)).scalars())
    for path in there:
        if path.name.lstrip(".").partition(".")[0] not in known:
            path.unlink(missing_ok=True)
    return removed


def discard_leftovers(within: Path, job: Job) -> None:
    """Remove what an earlier attempt at an export left behind."""
    for path in (*within.glob(f"{job.export_id}.*"), *within.glob(f".{job.export_id}.*")):
        path.unlink(missing_ok=True)


def _of(engine: Engine, job: Job, worker: str, **values: Any) -> None:
    with writing(engine) as connection:
        found = connection.execute(
            exports.update()
            .where(
                exports.c.export_id == job.export_id,
                exports.c.worker == worker,
                exports.c.state == State.RUNNING.value,
            )
            .values(values)
        )
        if found.rowcount == 0:
            raise Withdrawn(job.export_id)


def _lease(now: datetime) -> str:
    return instant_text(now + timedelta(seconds=LEASE_SECONDS))


def _job(row: Row[Any]) -> Job:
    return Job(
        row.export_id,
        row.author,
        msgspec.json.decode(row.what, type=Order),
        State(row.state),
        row.done,
        row.total,
        read_instant(row.asked_at),
        read_instant(row.ended_at) if row.ended_at else None,
        Problem(row.problem) if row.problem else None,
        msgspec.json.decode(row.manifest, type=Manifest) if row.manifest else None,
    )
