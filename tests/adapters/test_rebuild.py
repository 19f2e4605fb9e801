"""A rebuild while others read and write, stopped at any moment, or twice at once: nothing is lost, doubled or halved."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

import pytest
from sqlalchemy import inspect, text

from adapters.database import reading, writing
from adapters.rebuild import conduct, piecework, segments, session
from adapters.rebuild.conduct import rebuild
from adapters.rebuild.crew import WorkerLost
from adapters.rebuild.session import RebuildUnderWay, under_way
from adapters.storage_errors import DatabaseLocked
from domain.commands.follow_up import Reopen
from domain.commands.intake import Reject
from domain.vocabulary import ReopenReason
from projections.registry import READ_MODELS
from tests.adapters import killed
from tests.adapters.playing import Play, with_number
from tests.builders import SOFIA, referral
from tests.cli.processes import PATIENCE_SECONDS
from tests.databases import Databases, Kind, Template
from tests.service import Cells, fresh_cells, open_cells
from workflows.closing import ClosingReason


def _play(database_url: str, home: Path) -> None:
    with open_cells(home, database_url) as cells:
        play = Play(cells, Random(17))
        for _ in play.turns(25, 12):
            pass
        left = {"today": play.today.isoformat(), "cases": play.cases, "asked": play.asked}
        (home / LEFT).write_text(json.dumps(left))


LEFT = "played.json"
PLAYED = Template("played", _play)


@pytest.fixture
def cells(database_kind: Kind, databases: Databases, tmp_path: Path) -> Iterator[Cells]:
    """Cells with some cases with a history, on each database."""
    with fresh_cells(databases, database_kind, tmp_path / "home", of=PLAYED) as opened:
        yield opened


@pytest.fixture
def empty(database_kind: Kind, databases: Databases, tmp_path: Path) -> Iterator[Cells]:
    """Cells without a case, on each database."""
    with fresh_cells(databases, database_kind, tmp_path / "empty") as opened:
        yield opened


@pytest.fixture
def played(cells: Cells) -> Play:
    """What went on there, to go on."""
    left = json.loads((cells.service.settings.home / LEFT).read_text())
    today = date.fromisoformat(left.pop("today"))
    cells.clock.set_day(today)
    return Play(cells, Random(18), today, **left)


def build(cells: Cells, progress: Callable[[int, int], None] | None = None, jobs: int = 2) -> None:
    """Rebuild every read model by several processes."""
    rebuild(cells.service.engine, cells.service.settings.deadlines, progress=progress, jobs=jobs)


def leftovers(cells: Cells) -> list[str]:
    """Return the tables of a rebuild that are still there."""
    with reading(cells.service.engine) as connection:
        found = inspect(connection).get_table_names()
        signed = connection.execute(text("SELECT count(*) FROM rebuild_under_way")).scalar()
    return [name for name in found if name.endswith(("_next", "_old"))] + ["signature"] * int(signed or 0)


def indexes_of(cells: Cells) -> set[tuple[str, str, bool]]:
    """Return the indexes of the read models' tables: the table, the name, and whether it forbids something."""
    with reading(cells.service.engine) as connection:
        look = inspect(connection)
        return {
            (table.name, str(index["name"]).removesuffix("_2"), bool(index["unique"]))
            for model in READ_MODELS.values()
            for table in model.tables
            for index in look.get_indexes(table.name)
        }


def spoil(cells: Cells) -> dict[str, list[tuple[object, ...]]]:
    """Change what is stored, so that it can be told from what a rebuild makes; return it as it then is."""
    with writing(cells.service.engine) as connection:
        connection.execute(text("UPDATE outcomes SET closing_reason = 'spoilt'"))
        connection.execute(text("DELETE FROM durations_tally"))
    return cells.stored()


# ---------------------------------------------------------------- while others read and write


_AGREEING = (
    "SELECT (SELECT count(*) FROM cases), (SELECT count(*) FROM detection_sources), "
    "(SELECT count(*) FROM outcomes), (SELECT count(DISTINCT case_id) FROM events WHERE topic = 'case.detected')"
)


def look(cells: Cells, until: Event) -> int:
    """Look again and again; whatever moment it is, the read models are whole and agree with the log."""
    looked = 0
    while not until.is_set():
        with reading(cells.service.engine) as connection:
            connection.execute(text("SELECT position FROM event_log_head"))
            found = connection.execute(text(_AGREEING)).one()
        assert len(set(found)) == 1
        assert found[0] > 0
        looked += 1
    return looked


@pytest.mark.parametrize("jobs", [0, 2])
def test_commands_and_queries_go_on_during_a_rebuild(
    cells: Cells, played: Play, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "_FEWEST_EVENTS", 30)
    monkeypatch.setattr(piecework, "_AT_ONCE", 3)
    monkeypatch.setattr(conduct, "_FEW", 2)
    spoil(cells)
    over, acted = Event(), Event()

    def act() -> int:
        turns = 0
        for _ in played.turns(40, 4):
            turns += 1
            if turns > 10:
                acted.set()
        acted.set()
        return turns

    with ThreadPoolExecutor(3) as pool:
        acting: list[object] = []

        def progress(*_: int) -> None:
            """The rebuild has begun and is not over: others now do a good part of their work."""
            if not acting:
                acting.append(pool.submit(act))
                assert acted.wait(PATIENCE_SECONDS)

        lookers = [pool.submit(look, cells, over) for _ in range(2)]
        try:
            build(cells, progress, jobs)
        finally:
            over.set()
        assert acting[0].result(PATIENCE_SECONDS) > 10  # type: ignore[attr-defined]
        assert all(looker.result(PATIENCE_SECONDS) for looker in lookers)
    inline = cells.stored()
    build(cells, jobs=0)
    assert cells.stored() == inline
    assert leftovers(cells) == []


def test_a_place_is_caught_up_with_as_taken_before_it_is_as_given_up(
    empty: Cells, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person's present case ends and the former one goes on: the former comes first, and only one may be open."""
    person = referral(person=with_number(9))
    former = empty.refer(person).case_id
    empty.act(former, Reject(reason=ClosingReason.NOT_RELEVANT), by=SOFIA)
    present = empty.refer(person).case_id
    swap = conduct._Rebuild._swap
    locked: list[bool] = []

    def locked_at_first(conducted: conduct._Rebuild, *how: Any) -> int:
        if not locked:
            empty.act(present, Reject(reason=ClosingReason.NOT_RELEVANT), by=SOFIA)
            empty.act(former, Reopen(reason=ReopenReason.NEW_NEED), by=SOFIA)
            locked.append(True)
            raise DatabaseLocked("a reader stays for long")
        return swap(conducted, *how)

    monkeypatch.setattr(conduct._Rebuild, "_swap", locked_at_first)
    monkeypatch.setattr(conduct, "_FEW", 0)
    monkeypatch.setattr(conduct, "_AT_ONCE", 1)
    build(empty, jobs=0)
    assert former < present
    with reading(empty.service.engine) as connection:
        still_open = text("SELECT case_id FROM cases WHERE is_open")
        assert connection.execute(still_open).scalars().all() == [former]
        assert "one_open_case" in {
            str(one["name"]).removesuffix("_2") for one in inspect(connection).get_indexes("cases")
        }
    empty.assert_sound()


@pytest.mark.parametrize("lately", [timedelta(0), timedelta.max], ids=["nobody works", "others work"])
def test_several_processes_make_the_very_rows_and_indexes_that_one_makes(
    cells: Cells, played: Play, lately: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether indexes come after the rows or, so that whoever gives commands need not wait for them, before."""
    monkeypatch.setattr(conduct, "_LATELY", lately)
    inline, indexes = cells.stored(), indexes_of(cells)
    spoil(cells)
    build(cells)
    assert cells.stored() == inline
    assert indexes_of(cells) == indexes


@pytest.mark.parametrize(
    ("ahead", "at_work"), [(-timedelta(hours=1), False), (timedelta(0), True), (timedelta(days=365), False)]
)
def test_who_recorded_something_lately_is_at_work_a_log_of_another_time_is_not(
    empty: Cells, ahead: timedelta, at_work: bool
) -> None:
    """Only then are indexes made first, which takes ever longer as the log grows; PostgreSQL keeps nobody waiting."""
    empty.clock.now = datetime.now(UTC) + ahead
    empty.refer(referral())
    with reading(empty.service.engine) as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        assert conduct._would_wait(connection) is (at_work and on_sqlite)


# ---------------------------------------------------------------- stopped


@pytest.mark.parametrize("moment", killed.MOMENTS)
def test_a_rebuild_killed_at_any_moment_leaves_the_live_tables_as_they_were(
    cells: Cells, played: Play, moment: str
) -> None:
    """The one who conducts it, by SIGKILL; its workers stop by themselves, and the next rebuild begins anew."""
    whole = cells.stored()
    spoilt = spoil(cells)
    assert killed.at(moment, cells) == -9
    assert cells.stored() == (whole if moment in killed.AFTER_THE_SWAP else spoilt)
    with reading(cells.service.engine) as connection:
        assert under_way(connection) is None
    build(cells)
    assert cells.stored() == whole
    assert leftovers(cells) == []


def test_a_worker_that_is_killed_ends_the_rebuild_and_nothing_else(cells: Cells, played: Play) -> None:
    spoilt = spoil(cells)

    def kill_one(*_: int) -> None:
        for child in multiprocessing.active_children():
            child.kill()

    with pytest.raises(WorkerLost):
        build(cells, kill_one)
    assert cells.stored() == spoilt
    assert leftovers(cells) == []
    build(cells)
    assert cells.stored() != spoilt


def test_a_worker_that_outlives_its_rebuild_writes_nothing_more(cells: Cells, played: Play) -> None:
    """Another rebuild has begun since: the tables that it would write to are not its own any more."""
    with writing(cells.service.engine) as connection:
        former = session.sign(connection, ["durations"], 1)
        session.sign(connection, ["durations"], 1)
    with pytest.raises(session.Overtaken), writing(cells.service.engine) as connection:
        session.head_signed(connection, former)


def test_a_rebuild_that_fails_leaves_nothing_behind(
    cells: Cells, played: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt = spoil(cells)

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        build(cells, stop)
    assert cells.stored() == spoilt
    assert leftovers(cells) == []


# ---------------------------------------------------------------- twice at once


def test_a_second_rebuild_is_refused_while_one_is_under_way(cells: Cells, played: Play) -> None:
    seen: list[tuple[str, ...]] = []

    def another(*_: int) -> None:
        if seen:
            return
        with pytest.raises(RebuildUnderWay):
            build(cells)
        with reading(cells.service.engine) as connection:
            found = under_way(connection)
        assert found is not None
        seen.append(found.names)

    build(cells, another, jobs=0)
    assert set(seen) == {tuple(READ_MODELS)}
    with reading(cells.service.engine) as connection:
        assert under_way(connection) is None
