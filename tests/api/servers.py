"""Real servers: uvicorn in processes of their own, over one database, reached over sockets."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from adapters.settings import Settings
from adapters.settings_words import PREFIX


@dataclass(frozen=True)
class Server:
    """A server that answers, and where its log goes."""

    address: str
    log: Path
    process: subprocess.Popen[bytes]


@contextmanager
def serving(settings: Settings, count: int, logs: Path) -> Iterator[list[Server]]:
    """Start `count` servers on the same database and keys, wait until each is ready, and stop them all."""
    with ExitStack() as stack:
        servers = [stack.enter_context(_server(settings, logs / f"server-{n}.log")) for n in range(count)]
        for server in servers:
            _until_ready(server)
        yield servers


@contextmanager
def _server(settings: Settings, log: Path) -> Iterator[Server]:
    with socket.socket() as listening, log.open("wb") as written:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)  # so that a client may knock before the server is there
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "uvicorn",
                "--factory",
                "api.cli.worker:create",
                f"--fd={listening.fileno()}",
                "--no-access-log",
            ],
            cwd=Path(__file__).parents[2],
            env=_environment(settings),
            pass_fds=[listening.fileno()],
            stdout=written,
            stderr=written,
        )
        try:
            yield Server(f"http://127.0.0.1:{listening.getsockname()[1]}", log, process)
        finally:
            process.terminate()
            process.wait(timeout=60)


def _environment(settings: Settings) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return kept | {
        f"{PREFIX}HOME": str(settings.home),
        f"{PREFIX}DATABASE_URL": settings.database_url,
        f"{PREFIX}KEYS_URL": settings.keys_url,
        f"{PREFIX}MAX_BODY_BYTES": str(settings.max_body_bytes),
        f"{PREFIX}ATTEMPTS_PER_ADDRESS": str(settings.attempts_per_address),
        f"{PREFIX}ATTEMPTS_PER_TOKEN": str(settings.attempts_per_token),
        "PYTHONWARNINGS": "default",
    }


def _until_ready(server: Server) -> None:
    """Wait for the first answer: the socket listens already, so the client waits in it."""
    try:
        answer = httpx2.get(f"{server.address}/readyz", timeout=60)
    except httpx2.HTTPError:
        raise AssertionError(server.log.read_text()) from None
    assert answer.status_code == 200, answer.text + server.log.read_text()
