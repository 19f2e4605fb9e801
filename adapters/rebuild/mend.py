"""What is put right in the live tables themselves: a read model that fell behind, events that were parked.

Both compute whole cases anew while no event can be appended. That is for few cases; with many, a rebuild beside the
live tables keeps nobody waiting.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Engine

from adapters.connections import reading, writing
from adapters.event_store import EventRecorder
from adapters.poison import Parked, park, parked_now, unpark
from adapters.read_model_stamps import Stamp, expected, stamp, stamps
from adapters.read_models import ReadModelState, standings
from adapters.rebuild import session
from adapters.rebuild.conduct import Progress, Rebuilt, rebuild
from adapters.rebuild.workbench import workbench
from adapters.recompute import Recompute, changed_cases
from adapters.replay import organisations
from projections.read_model import Waves
from projections.registry import READ_MODELS
from workflows.deadlines import Deadlines

_AT_ONCE: Final = 50
"""Cases computed anew under the lock, some hundredths of a second."""

_CATCH_UP_AT_MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Retried:
    """What a retry did: how many parked events were taken up, and those that could not be."""

    taken: int
    left: tuple[Parked, ...]


def retry(engine: Engine, deadlines: Deadlines, names: Collection[str] | None = None) -> Retried:
    """Take up the parked events of current read models (all, or those named).

    Those of a read model that is not current wait for its rebuild. Raises RebuildUnderWay.
    """
    bench = workbench(engine.url.render_as_string(hide_password=False))
    try:
        with session.alone(bench):
            with reading(bench) as connection:
                waiting = [one for one in parked_now(connection) if not names or one.read_model in names]
            left: list[Parked] = []
            for name in dict.fromkeys(one.read_model for one in waiting):
                left += _retry(bench, deadlines, name, [one for one in waiting if one.read_model == name])
        return Retried(len(waiting) - len(left), tuple(left))
    finally:
        bench.dispose()


def _retry(engine: Engine, deadlines: Deadlines, name: str, waiting: list[Parked]) -> list[Parked]:
    if name not in READ_MODELS:
        return waiting
    left: list[Parked] = []
    recompute = Recompute([READ_MODELS[name]], engine, deadlines)
    for start in range(0, len(waiting), _AT_ONCE):
        case_ids = [one.case_id for one in waiting[start : start + _AT_ONCE]]
        with _appending_nothing(engine) as (connection, waves):
            if not _is_current(connection, name, deadlines):
                return waiting
            unpark(connection, name, case_ids)
            found = recompute.take(connection, case_ids, waves)
            park(connection, found)
        left += found
    return left


def bring_up_to_date(
    engine: Engine,
    deadlines: Deadlines,
    names: Collection[str] | None = None,
    progress: Progress | None = None,
    jobs: int | None = None,
) -> Rebuilt:
    """Make every read model current that is not (of all, or of those named), at the least cost.

    Those that a later version of the program computed are left alone: it would else rebuild them again, and so on.
    Raises RebuildUnderWay, and what a rebuild raises.
    """
    with reading(engine) as connection:
        stored = stamps(connection)
        found = {one.name: one.state for one in standings(connection, deadlines)}
    wanted = [name for name in found if not names or name in names]
    behind = [name for name in wanted if found[name] is ReadModelState.BEHIND]
    others = [
        name
        for name in wanted
        if found[name] in (ReadModelState.STALE, ReadModelState.MISSING)
        and not _is_of_a_later_version(stored.get(name), name)
    ]
    caught_up = _catch_up(engine, deadlines, behind) if behind else Rebuilt((), 0, ())
    if caught_up is None:
        others += behind
        caught_up = Rebuilt((), 0, ())
    if not others:
        return caught_up
    rebuilt = rebuild(engine, deadlines, others, progress, jobs)
    return Rebuilt((*caught_up.names, *rebuilt.names), rebuilt.events, (*caught_up.parked, *rebuilt.parked))


def _is_of_a_later_version(stored: Stamp | None, name: str) -> bool:
    version = "" if stored is None else stored.version.partition(":")[0]
    return version.isdecimal() and int(version) > READ_MODELS[name].version


def _catch_up(engine: Engine, deadlines: Deadlines, names: Collection[str]) -> Rebuilt | None:
    """Compute anew the cases that these read models lack events of; None when they are too many."""
    bench = workbench(engine.url.render_as_string(hide_password=False))
    try:
        with session.alone(bench), _appending_nothing(bench) as (connection, waves):
            stored = stamps(connection)
            models = [READ_MODELS[name] for name in names if _is_ours(stored[name].version, name, deadlines)]
            lacking = [since for model in models if (since := stored[model.name].behind_since) is not None]
            changed = changed_cases(connection, min(lacking) - 1) if lacking else []
            if len(changed) > _CATCH_UP_AT_MOST:
                return None
            for model in models:
                unpark(connection, model.name, changed)
            parked = Recompute(models, bench, deadlines).take(connection, changed, waves)
            park(connection, parked)
            head = EventRecorder(bench).lock_head(connection).position
            for model in models:
                stamp(connection, model, deadlines, head)
        return Rebuilt(
            tuple(model.name for model in models), head - min(lacking) + 1 if lacking else 0, tuple(parked)
        )
    finally:
        bench.dispose()


@contextmanager
def _appending_nothing(engine: Engine) -> Iterator[tuple[Connection, Waves]]:
    with writing(engine) as connection:
        EventRecorder(engine).lock_head(connection)
        yield connection, {event.code: event.wave for event in organisations(connection)}


def _is_ours(version: str, name: str, deadlines: Deadlines) -> bool:
    return version == expected(deadlines)[name]


def _is_current(connection: Connection, name: str, deadlines: Deadlines) -> bool:
    stored = stamps(connection).get(name)
    return stored is not None and stored.behind_since is None and _is_ours(stored.version, name, deadlines)
