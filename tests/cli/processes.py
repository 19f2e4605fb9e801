"""The real command in a process of its own: started, listened to, asked over HTTP, told to stop."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

FILROUGE = Path(sys.executable).with_name("filrouge")
PATIENCE_SECONDS = 120
"""How long a step may take on a machine that does ten other things; nothing is measured."""


def run(*arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run `filrouge` to its end."""
    return subprocess.run(
        [FILROUGE, *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **(environment or {})},
        timeout=PATIENCE_SECONDS,
    )


@dataclass
class Running:
    """A `filrouge` that runs, and what it has written so far."""

    process: subprocess.Popen[str]
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    _lines: SimpleQueue[tuple[list[str], str | None]] = field(default_factory=SimpleQueue)
    _ended: int = 0

    def __post_init__(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        for stream, into in ((self.process.stdout, self.out), (self.process.stderr, self.err)):
            Thread(target=self._read, args=(stream, into), daemon=True).start()

    def _read(self, stream: IO[str], into: list[str]) -> None:
        for line in stream:
            self._lines.put((into, line.rstrip("\n")))
        self._lines.put((into, None))

    def until(self, text: str) -> str:
        """Return the next line that holds `text`, on either stream."""
        while self._ended < 2:
            try:
                into, line = self._lines.get(timeout=PATIENCE_SECONDS)
            except Empty:
                break
            if line is None:
                self._ended += 1
                continue
            into.append(line)
            if text in line:
                return line
        raise AssertionError(f"never said {text!r}: {self.out} {self.err}")

    def ends(self) -> int:
        """Wait for its end; return its exit status. All it wrote is then in `out` and `err`."""
        status = self.process.wait(timeout=PATIENCE_SECONDS)
        while self._ended < 2:
            into, line = self._lines.get(timeout=PATIENCE_SECONDS)
            if line is None:
                self._ended += 1
            else:
                into.append(line)
        return status

    def stopped_by(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal and wait for its end; return its exit status."""
        self.process.send_signal(number)
        return self.ends()

    def address(self) -> str:
        """Wait until it says what to open; return that."""
        found = re.search(r"http://\S+:\d+", self.until("http://"))
        assert found is not None
        return found[0]

    def tokens(self) -> dict[str, str]:
        """Wait for the end of a demonstration's greeting; return its tokens, and API, by name."""
        self.until("Ctrl-C")
        exported = (line.removeprefix("export ").partition("=") for line in self.out if "export" in line)
        return {name: value for name, _, value in exported}


@contextmanager
def running(*arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[Running]:
    """Start `filrouge` on any free port; kill it at the end of the block if it still runs."""
    process = subprocess.Popen(
        [FILROUGE, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "FILROUGE_PORT": "0", **(environment or {})},
    )
    started = Running(process)
    try:
        yield started
    finally:
        if process.poll() is None:
            process.kill()
        started.ends()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def ask(url: str, token: str | None = None, language: str = "fr") -> tuple[int, Any]:
    """Return the status and the JSON (or the text) that `url` answers."""
    headers = {"Accept-Language": language} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urlopen(Request(url, headers=headers), timeout=PATIENCE_SECONDS) as answered:  # noqa: S310 - our own server
            status, body = answered.status, answered.read().decode()
    except HTTPError as error:
        with error:
            status, body = error.code, error.read().decode()
    return status, json.loads(body) if body.startswith("{") else body
