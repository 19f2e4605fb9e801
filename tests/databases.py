"""Fresh databases for the tests, on SQLite and on a real PostgreSQL, in milliseconds.

One PostgreSQL serves a whole run, whatever the number of pytest workers: the first test
that asks for it starts it (1.5 s), a database of its own is then a clone of a template.
Files that need not outlive the run are kept in memory where there is room: a clone then
costs 15 ms of processor time, and 80 ms on a disk that others write to. Nothing is ever skipped for want of a server. `TEST_DATABASE_URL`, the address
of a server where databases may be created and dropped, is used instead when it is set.

    run = Run.begin()                       # once, in the process that everything hangs from
    databases = Databases(run.folder)       # in each worker
    with databases.fresh("postgresql", migrated=True) as url: ...
    with databases.fresh("postgresql", of=template) as url: ...     # filled once, copied ever after
    run.end()
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import IO, Literal, TypeVar, cast

import psycopg
from sqlalchemy import URL, make_url

from tests.support.postgresql import Server, hand_over, provide_binaries

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")

Made = TypeVar("Made")

MEMORY = Path("/dev/shm")  # noqa: S108 - only folders of our own are made in it
MEMORY_WANTED = 2 * 1024**3
"""Bytes free: a database takes 10 MB, the largest log 50, and a worker has a few at a time."""


def roomy() -> Path | None:
    """Return a folder in memory with room for a run's databases, where the system has one."""
    if os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free > MEMORY_WANTED:
        return MEMORY
    return None


def disk(folder: Path) -> Path:
    """Return the part of a run's folder that is on a disk: programs, and what must survive a crash."""
    return folder / "disk"


@dataclass(frozen=True)
class Template:
    """What databases are copies of, made once a run; and a folder of the files that go with it."""

    name: str
    fill: Callable[[str, Path], None]
    """What makes it, in the empty database of an address and in a folder."""


def _migrate(url: str, _: Path) -> None:
    from adapters.database import upgrade

    upgrade(url)


MIGRATED = Template("migrated", _migrate)
"""Today's tables, and nothing else."""


@dataclass(frozen=True)
class Run:
    """One test run: its private temporary folder, and the keeper that clears it away."""

    folder: Path
    keeper: subprocess.Popen[bytes]

    @classmethod
    def begin(cls) -> Run:
        """Make the folder and start the keeper, who also acts when this process is killed."""
        folder = Path(tempfile.mkdtemp(prefix="filrouge-", dir=roomy()))
        disk(folder).symlink_to(tempfile.mkdtemp(prefix="filrouge-disk-"))
        for made in (folder, disk(folder).resolve()):
            hand_over(made)
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.support.keeper", folder],
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the tests, the keeper has work to do after it
        )
        return cls(folder, keeper)

    def end(self) -> None:
        """Let the keeper clear up, and wait until it has."""
        cast("IO[bytes]", self.keeper.stdin).close()
        self.keeper.wait(timeout=60)


@contextmanager
def one_of_each(make: Callable[[Kind], AbstractContextManager[Made]]) -> Iterator[Callable[[Kind], Made]]:
    """Yield a way to what is made at most once on each kind of database: for tests that only look at it."""
    with ExitStack() as stack:
        yield cache(lambda kind: stack.enter_context(make(kind)))


def driver_address(url: str | URL) -> str:
    """Return a SQLAlchemy address as psycopg wants it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def run_prefix(folder: Path) -> str:
    """What the names of a run's databases begin with: runs that share a server do not meet."""
    return f"filrouge_test_{folder.name.removeprefix('filrouge-').lower()}_"


def drop_leftovers(given: str, folder: Path) -> None:
    """Drop what a run left on a server that outlives it: its template, the databases of killed tests."""
    with psycopg.connect(driver_address(given), autocommit=True) as connection:
        prefix = run_prefix(folder)
        names = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
        ).fetchall()
        for (name,) in names:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


class Databases:
    """Makes databases for one worker of the run in `folder`."""

    def __init__(self, folder: Path, worker: str = "main") -> None:
        self.folder = folder
        self.worker = worker
        self._numbers = count(1)
        # Asked of the run once and then remembered: a flock and a connection less each test.
        self._admin_url = cache(self._find_admin_url)
        self._template = cache(self._find_template)

    @contextmanager
    def fresh(
        self, kind: Kind, *, migrated: bool = False, of: Template | None = None, durable: bool = False
    ) -> Iterator[str]:
        """Yield the address of a new database, empty, `migrated` or a copy `of` a template; remove it afterwards.

        `durable` asks for a PostgreSQL that really writes to disk before it answers (a server
        named by TEST_DATABASE_URL is taken as it is).
        """
        make = self._sqlite if kind == "sqlite" else self._postgresql
        with make(of or (MIGRATED if migrated else None), durable=durable) as url:
            yield url

    def beside(self, template: Template, kind: Kind, *, durable: bool = False) -> Path:
        """Return the folder of the files that go with a template: to be copied, not to be written in."""
        return self.folder / f"beside-{Path(self._template(template, kind, durable=durable)).name}"

    @contextmanager
    def own_server(self) -> Iterator[Server]:
        """Yield a durable PostgreSQL that no other test uses, to be stopped, killed, started again (1 s)."""
        folder = disk(self.folder) / f"own-{self.worker}-{next(self._numbers)}"
        server = Server(folder, self._binaries(), durable=True)
        server.create()
        try:
            yield server
        finally:
            if (server.data / "postmaster.pid").exists():
                server.stop("immediate")
            shutil.rmtree(server.folder)

    # ------------------------------------------------------------ SQLite

    @contextmanager
    def _sqlite(self, of: Template | None, *, durable: bool) -> Iterator[str]:
        on = disk(self.folder) if durable else self.folder
        folder = on / f"sqlite-{self.worker}-{next(self._numbers)}"
        folder.mkdir()
        path = folder / "filrouge.sqlite"
        if of is not None:
            shutil.copyfile(self._template(of, "sqlite", durable=False), path)
        try:
            yield f"sqlite:///{path}"
        finally:
            shutil.rmtree(folder)

    # ------------------------------------------------------------ PostgreSQL

    @contextmanager
    def _postgresql(self, of: Template | None, *, durable: bool) -> Iterator[str]:
        name = f"{run_prefix(self.folder)}{self.worker}_{next(self._numbers)}"
        template = "template0" if of is None else self._template(of, "postgresql", durable=durable)
        self._command(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY', durable=durable)
        try:
            yield self._address(name, durable=durable)
        finally:
            self._command(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', durable=durable)

    def _command(self, sql: str, *, durable: bool) -> None:
        with psycopg.connect(driver_address(self._admin_url(durable=durable)), autocommit=True) as connection:
            connection.execute(sql.encode())

    def _address(self, database: str, *, durable: bool) -> str:
        url = make_url(self._admin_url(durable=durable)).set(database=database)
        return url.render_as_string(hide_password=False)

    def _find_admin_url(self, *, durable: bool) -> str:
        given = os.environ.get("TEST_DATABASE_URL")
        if given:
            return make_url(given).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        binaries = self._binaries()
        folder = disk(self.folder) / "durable" if durable else self.folder / "fast"
        server = Server(folder, binaries, durable)
        with self._once(f"server-{server.folder.name}") as first:
            if first:
                server.create()
        return server.url()

    def _binaries(self) -> Path:
        with self._once("binaries"):
            return provide_binaries(disk(self.folder))

    # ------------------------------------------------------------ once a run

    def _find_template(self, template: Template, kind: Kind, *, durable: bool) -> str:
        """Return the file (SQLite) or the database (PostgreSQL) that is copied."""
        name = f"{run_prefix(self.folder)}{template.name}{'_durable' if durable else ''}"
        if kind == "sqlite":
            name = str(self.folder / f"{name}.sqlite")
        beside = self.folder / f"beside-{Path(name).name}"
        with self._once(beside.name) as first:
            if first:
                beside.mkdir(exist_ok=True)
                if kind == "sqlite":
                    self._make_sqlite(name, template, beside)
                else:
                    self._make_postgresql(name, template, beside, durable=durable)
        return name

    def _make_sqlite(self, path: str, template: Template, beside: Path) -> None:
        template.fill(f"sqlite:///{path}", beside)
        with sqlite3.connect(path) as connection:  # everything into the one file that is copied
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def _make_postgresql(self, name: str, template: Template, beside: Path, *, durable: bool) -> None:
        self._command(f'CREATE DATABASE "{name}" TEMPLATE template0', durable=durable)
        template.fill(self._address(name, durable=durable), beside)
        # A template that somebody is connected to cannot be cloned.
        self._command(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false', durable=durable)
        self._command(
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'",
            durable=durable,
        )

    @contextmanager
    def _once(self, what: str) -> Iterator[bool]:
        """Yield whether this is the run's first time for `what`; the other workers wait until it is done.

        A first time that fails is nobody's: the next worker tries again and fails with the reason too.
        """
        with (self.folder / f"{what}.lock").open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.seek(0)
            first = not lock.read()
            yield first
            if first:
                lock.write("done")
