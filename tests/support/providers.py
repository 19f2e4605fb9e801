"""Identity providers as processes: `oidc-provider-mock`, and our own for what ProConnect does otherwise."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
from joserfc.jwk import ECKey

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Issuer:
    """A provider that listens, and for ours the key it signs with."""

    address: str
    key: ECKey | None = field(default=None, repr=False)

    def knows(self, subject: str, **claims: Any) -> None:
        """Tell it who somebody is."""
        path = "people" if self.key is not None else "users"
        httpx2.put(f"{self.address}/{path}/{subject}", json=claims).raise_for_status()

    def asked(self, path: str) -> int:
        """Return how often something was asked of ours."""
        asked: list[str] = httpx2.get(f"{self.address}/asked").json()
        return asked.count(path)

    def behaves(self, **manners: Any) -> None:
        """Tell ours how to misbehave from now on; nothing makes it behave again."""
        httpx2.put(f"{self.address}/manners", json=manners).raise_for_status()


@contextmanager
def oidc_provider_mock() -> Iterator[Issuer]:
    """Run `oidc-provider-mock`."""
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", "0", "--require-nonce", "true"]
    with _running(command, "stderr") as process:
        assert process.stderr is not None
        lines = (re.search(r"http://127\.0\.0\.1:\d+", line) for line in process.stderr)
        found = next(filter(None, lines), None)
        assert found is not None, "oidc-provider-mock did not start"
        Thread(target=process.stderr.read, daemon=True).start()  # what it says besides must not fill the pipe
        yield Issuer(found[0])


@contextmanager
def own_provider() -> Iterator[Issuer]:
    """Run our own."""
    key = ECKey.generate_key("P-256", private=True, auto_kid=True)
    with _running([sys.executable, "-m", "tests.support.provider"], "stdout") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(key.as_dict(private=True)) + "\n")
        process.stdin.flush()
        yield Issuer(process.stdout.readline().strip(), key)


@contextmanager
def _running(command: list[str], heard: str) -> Iterator[subprocess.Popen[str]]:
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    streams[heard] = subprocess.PIPE
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        text=True,
        stdin=streams["stdin"],
        stdout=streams["stdout"],
        stderr=streams["stderr"],
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()
