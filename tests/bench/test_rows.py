"""Each row can be measured: on a log so small that its figures mean nothing."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from adapters.bootstrap import Service
from tests.bench import commands, hidden, large, logs, pairs, waiting
from tests.bench.pairs import Row
from tests.bench.peers import library
from tests.bench.peers.fed import feed
from tests.databases import Databases, Kind
from tests.house.files import ROOT

CASES = 20


@pytest.fixture
def opened(databases: Databases, database_kind: Kind) -> Iterator[Service]:
    with logs.filled(databases, database_kind, CASES) as made:
        yield made


def test_the_table_has_a_line_for_each_row_that_was_asked_for() -> None:
    asked = ["rebuild", "past", "--cases", str(CASES), "--pairs", "1"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", *asked], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr  # 1: a goal is missed, at this size for sure
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")][1:]
    for kind in ("sqlite", "postgresql"):
        assert sum(f"{kind}, 2 processes" in row for row in rows) == 1
        assert sum(f"{kind}, one process" in row for row in rows) == 1
        assert sum("as of a past day" in row and kind in row for row in rows) == 3
    assert len(rows) == 10


def test_a_row_that_is_not_there_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "nothing"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "no such rows: nothing" in done.stderr


def test_commands_are_timed_while_rebuilds_follow_one_another(
    opened: Service, database_kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "COMMANDS", 5)
    [row] = waiting.rows(opened, database_kind, 1)
    assert row.goal == "≤ 3"
    assert row.ratio > 0


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_case_that_is_hidden_is_timed_against_none(
    opened: Service, database_kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hidden, "REQUESTS", 2)
    rows = list(hidden.rows(opened, database_kind, 1))
    assert len(rows) == 4
    assert {row.goal for row in rows} == {"0.9 to 1.1"}


def test_what_must_be_alike_is_neither_slower_nor_faster() -> None:
    row = pairs.judged("a", "b", [1.0], None, "")
    assert pairs.alike(row, 0.9, 1.1).reached
    assert not pairs.alike(replace(row, ratio=0.8), 0.9, 1.1).reached
    assert not pairs.alike(replace(row, ratio=1.2), 0.9, 1.1).reached


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_librarys_runner_makes_an_equal_projection(opened: Service, databases: Databases) -> None:
    fed = feed(opened, CASES // 2)
    assert len(fed.standings) == CASES // 2
    with databases.fresh("sqlite") as url:
        work = library.runner(commands.native("sqlite", url.removeprefix("sqlite:///")), fed)
        for _ in range(2):  # a second time from nothing again
            assert work()() == len(fed.events)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_peer_whose_projection_is_another_is_not_measured(opened: Service) -> None:
    fed = feed(opened, CASES)
    case, organisation, person, _, version = next(iter(fed.standings))
    with pytest.raises(RuntimeError, match="not ours"):
        fed.require({*fed.standings, (case, organisation, person, "elsewhere", version)})


def test_a_large_log_is_filled_walked_and_rebuilt_in_processes_whose_memory_is_watched(
    databases: Databases, database_kind: Kind
) -> None:
    time, memory = large.rows(databases, database_kind, 2_000, 1)
    assert time.reached in (True, False)
    assert 0.01 < memory.ratio < 1  # a Python process has more than 15 MiB, and none has 1.5 GiB
    assert memory.reached


def test_a_figure_is_judged_by_the_median_of_its_ratios() -> None:
    judged: Callable[..., Row] = pairs.judged
    assert judged("a", "b", [9.0, 1.0, 2.0], 2.0, "").reached
    assert not judged("a", "b", [0.1, 2.1, 2.2], 2.0, "").reached
    assert judged("a", "b", [1.0, 80.0, 75.0], 75.0, "", higher_is_better=True).reached
    assert not judged("a", "b", [74.0], 75.0, "", higher_is_better=True).reached
    for_orientation = judged("a", "b", [9.0], None, "")
    assert for_orientation.reached
    assert for_orientation.cells()[3:5] == ("–", "–")
