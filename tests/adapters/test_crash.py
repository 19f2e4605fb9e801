"""Killed in the middle of a stream of commands: what was acknowledged is there, and nothing is there by half."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection, wait
from pathlib import Path
from queue import SimpleQueue
from random import Random

import msgspec
import pytest

from adapters import tokens
from adapters.database import reading, writing
from tests.adapters.clients import Asked, Client
from tests.adapters.stream import Acknowledged, run
from tests.cli.processes import PATIENCE_SECONDS, running
from tests.service import Cells, open_cells
from tests.support.postgresql import Server
from workflows.roles import Role

KILLS = 20
PROCESSES = 2

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.adapters.stream"])


@dataclass
class Stream:
    """A process that acts, and the end of the pipe where its acknowledgements arrive."""

    process: multiprocessing.process.BaseProcess
    told: Connection

    def acknowledged(self) -> Iterator[Acknowledged]:
        """Yield what arrives until there is nothing more to come."""
        while True:
            try:
                message = self.told.recv_bytes()
            except EOFError:
                return
            yield msgspec.json.decode(message, type=Acknowledged)


@contextmanager
def acting(home: Path, url: str, name: str, seed: int) -> Iterator[Stream]:
    """Start a process that acts on the database, and have it killed at the latest when the block ends."""
    told, telling = processes.Pipe(duplex=False)
    process = processes.Process(target=run, args=(home, url, name, seed, telling))
    process.start()
    telling.close()
    try:
        assert told.recv_bytes() == b"ready"
        yield Stream(process, told)
    finally:
        process.kill()
        process.join()
        process.close()
        told.close()


def acknowledged_until_killed(home: Path, url: str, round_: int) -> list[Acknowledged]:
    """Let processes act together, kill them all (SIGKILL) after some acknowledgements, return every one made."""
    random = Random(round_)
    names = [f"{round_}-{number}" for number in range(PROCESSES)]
    with (
        acting(home, url, names[0], random.getrandbits(32)) as one,
        acting(home, url, names[1], random.getrandbits(32)) as other,
    ):
        streams = {one.told: one, other.told: other}
        heard = []
        for _ in range(random.randint(1, 10)):
            (first, *_) = wait(list(streams))
            assert isinstance(first, Connection)
            heard.append(msgspec.json.decode(first.recv_bytes(), type=Acknowledged))
        for stream in streams.values():
            stream.process.kill()
        for stream in streams.values():
            heard += stream.acknowledged()
    return heard


def check(cells: Cells, acknowledged: list[Acknowledged]) -> None:
    """What was acknowledged is there, whole; so is whatever else is there; nothing else changed."""
    tables = cells.durable()
    by_request: dict[str, list[tuple[str, int, str]]] = {}
    request_of: dict[tuple[str, int], str] = {}
    for _, case_id, version, topic, *rest in tables["events"]:
        if not case_id.startswith("organisation:"):
            request_of[case_id, version] = correlation_id = rest[6]
            by_request.setdefault(correlation_id, []).append((case_id, version, topic))

    def written(answer: Acknowledged) -> str:
        """Find an answer's events, exactly those, all under one request; return that request."""
        request = request_of[answer.case_id, answer.version]
        first = answer.version - len(answer.events) + 1
        assert [event for event in by_request[request] if event[0] == answer.case_id] == [
            (answer.case_id, version, topic) for version, topic in enumerate(answer.events, first)
        ]
        return request

    for one in acknowledged:
        assert written(one) == one.key
    # Events and the answer that stands for them are one commit: neither is there without the other.
    kept = [msgspec.json.decode(row[4], type=Acknowledged) for row in tables["idempotency"]]
    assert sorted(map(written, kept)) == sorted(by_request)
    with reading(cells.service.engine) as connection:
        cells.service.vault.identities(connection, [row[0] for row in tables["people"]])
    cells.assert_sound()


@pytest.mark.durable
def test_twenty_kills_in_the_middle_of_a_stream_of_commands(
    migrated_database_url: str, tmp_path: Path
) -> None:
    acknowledged: list[Acknowledged] = []
    with open_cells(tmp_path, migrated_database_url) as cells:
        for round_ in range(KILLS):
            acknowledged += acknowledged_until_killed(tmp_path, migrated_database_url, round_)
            check(cells, acknowledged)
    assert len({one.key for one in acknowledged}) == len(acknowledged) > KILLS


def test_a_database_server_that_crashed_comes_back_with_what_was_acknowledged(
    own_postgresql: Server, tmp_path: Path
) -> None:
    acknowledged: list[Acknowledged] = []
    url = own_postgresql.url()
    with open_cells(tmp_path, url):
        pass
    for round_ in range(3):
        with acting(tmp_path, url, str(round_), round_) as stream, closing(stream.told):
            acknowledged += [
                msgspec.json.decode(stream.told.recv_bytes(), type=Acknowledged) for _ in range(10)
            ]
            own_postgresql.stop("immediate")  # no goodbye to anybody, nothing flushed: the start recovers
            acknowledged += stream.acknowledged()
        own_postgresql.start()
        with open_cells(tmp_path, url) as cells:
            check(cells, acknowledged)


def test_a_killed_web_server_has_kept_what_it_answered_and_takes_the_rest_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real server and real clients: what was never answered is sent again, and is there once."""
    monkeypatch.setenv("FILROUGE_HOME", str(tmp_path))
    url = f"sqlite:///{tmp_path / 'filrouge.db'}"
    with open_cells(tmp_path, url) as cells, writing(cells.service.engine) as connection:
        issued = tokens.create(
            connection,
            actor="marie",
            role=Role.COUNSELLOR,
            organisation="gard",
            label="test",
            expires_at=None,
            now=datetime.now(UTC),
        )
    acknowledged: list[Acknowledged] = []
    unanswered: list[Asked] = []
    for round_ in range(4):
        said: SimpleQueue[Acknowledged] = SimpleQueue()
        with running("serve") as server, ThreadPoolExecutor(3) as pool:
            address = server.address()
            clients = [Client(address, issued.plaintext, f"r{round_}-{number}", said) for number in range(3)]
            acknowledged += [clients[0].repeat(asked) for asked in unanswered]
            done = [pool.submit(client.until_nobody_answers) for client in clients]
            acknowledged += [said.get(timeout=PATIENCE_SECONDS) for _ in range(5 + 3 * round_)]
            server.process.kill()
            for each in done:
                each.result()
        while not said.empty():
            acknowledged.append(said.get())
        unanswered = [client.unanswered for client in clients if client.unanswered is not None]
        with open_cells(tmp_path, url) as cells:
            check(cells, acknowledged)
