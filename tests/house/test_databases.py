"""The ground that the other tests stand on: real servers, databases of one's own, nothing left behind."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, text

from tests.databases import Databases, Kind, driver_address
from tests.support.postgresql import Server

ROOT = Path(__file__).parents[2]


def test_a_database_is_empty_and_of_the_kind_asked_for(database_url: str, database_kind: Kind) -> None:
    engine = create_engine(database_url)
    assert engine.dialect.name == database_kind
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_two_databases_at_once_are_two(databases: Databases, database_kind: Kind) -> None:
    with databases.fresh(database_kind) as one, databases.fresh(database_kind) as other:
        engine, neighbour = create_engine(one), create_engine(other)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE only_here (id INTEGER)"))
        assert inspect(engine).get_table_names() == ["only_here"]
        assert inspect(neighbour).get_table_names() == []
        engine.dispose()
        neighbour.dispose()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_the_server_is_the_one_that_production_runs(database_url: str) -> None:
    with psycopg.connect(driver_address(database_url)) as connection:
        assert connection.info.server_version >= 180000
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


@pytest.mark.skipif("TEST_DATABASE_URL" in os.environ, reason="a server that is given is taken as it is")
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
@pytest.mark.durable
def test_a_durable_database_waits_for_the_disk(database_url: str) -> None:
    with psycopg.connect(driver_address(database_url)) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_a_killed_server_starts_again_with_what_was_committed(own_postgresql: Server) -> None:
    with psycopg.connect(driver_address(own_postgresql.url())) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        connection.commit()
        own_postgresql.stop("immediate")
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    own_postgresql.start()
    with psycopg.connect(driver_address(own_postgresql.url())) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_the_keeper_clears_up_after_a_run_that_is_killed() -> None:
    """A process that began a run and started a server is killed; then neither folders nor server are left."""
    run = subprocess.Popen(
        [sys.executable, "-c", KILLED_RUN],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={k: v for k, v in os.environ.items() if k != "TEST_DATABASE_URL"},
    )
    assert run.stdout is not None
    folder, on_disk, pid = run.stdout.readline().split()
    server = os.pidfd_open(int(pid))
    run.kill()
    # The keeper holds stderr too: its end of file means that the keeper has finished.
    assert run.communicate() == ("", "")
    assert not Path(folder).exists()
    assert not Path(on_disk).exists()
    ended, _, _ = select.select([server], [], [], 60)  # readable once the process is no more
    assert ended
    os.close(server)


KILLED_RUN = """
import sys
from tests.databases import Databases, Run, disk

run = Run.begin()
databases = Databases(run.folder)
with databases.fresh("postgresql") as url:
    server = (run.folder / "fast" / "data" / "postmaster.pid").read_text().split()[0]
    print(run.folder, disk(run.folder).resolve(), server, flush=True)
    sys.stdin.read()
"""
