"""The API in real server processes: several on one database, and clients that do not behave."""

from __future__ import annotations

import json
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx2
import pytest

from adapters.verify import verify
from tests.api.house import House, payload
from tests.api.servers import Server, serving
from tests.builders import DORA, MARIE, referral

REFERRAL = payload(referral())
CONTACT = {"channel": "phone", "reached": True, "note": "Elle va mieux."}
WRITERS = 8
ROUNDS = 6


@pytest.fixture
def servers(house: House, tmp_path: Path) -> Iterator[list[Server]]:
    """Two servers on the house's database, whichever it is."""
    house.cells.clock.now = datetime.now(UTC)
    with serving(house.cells.service.settings, 2, tmp_path) as started:
        yield started
    for server in started:
        assert b"Traceback" not in server.log.read_bytes()


def knock(servers: list[Server], ask: Callable[[str], httpx2.Response]) -> list[httpx2.Response]:
    """Ask from several threads at the same moment, of each server in turn."""
    answers: list[httpx2.Response] = []
    barrier = threading.Barrier(WRITERS)

    def run(address: str) -> None:
        barrier.wait()
        answers.append(ask(address))

    addresses = cycle(server.address for server in servers)
    threads = [threading.Thread(target=run, args=[next(addresses)]) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == WRITERS
    return answers


def test_writers_in_several_processes(house: House, servers: list[Server]) -> None:
    """On one version one wins; under one key all are answered alike; a person has one case: in every round."""
    case_id = house.refer(REFERRAL).json()["case_id"]
    house.act(case_id, "accept", {"counsellor": "marie"}, MARIE)
    path = f"/api/v1/cases/{case_id}/actions/log_contact"
    for round_ in range(ROUNDS):
        version = house.version(case_id)
        headers = house.headers(MARIE, If_Match=f'"{version}"')
        answers = knock(servers, partial(post, path, CONTACT, headers))
        assert Counter(a.status_code for a in answers) == {200: 1, 412: WRITERS - 1}
        assert {a.headers["etag"] for a in answers} == {f'"{version + 1}"'}

        version += 1
        keyed = house.headers(MARIE, If_Match=f'"{version}"', Idempotency_Key=f"round-{round_}")
        answers = knock(servers, partial(post, path, CONTACT, keyed))
        assert {a.status_code for a in answers} == {200}
        assert len({a.content for a in answers}) == 1
        assert house.version(case_id) == version + 1

    other = REFERRAL | {"person": REFERRAL["person"] | {"nir": "255081416802538"}}
    answers = knock(servers, partial(post, "/api/v1/cases", other, house.headers(DORA)))
    assert Counter(a.status_code for a in answers) == {201: 1, 409: WRITERS - 1}
    assert verify(house.cells.service.engine).intact
    lines = [json.loads(line) for server in servers for line in server.log.read_text().splitlines()]
    asked = [line for line in lines if line["event"] == "request" and line["method"] == "POST"]
    assert len(asked) == (2 * ROUNDS + 1) * WRITERS


def post(path: str, body: dict[str, Any], headers: dict[str, str], address: str) -> httpx2.Response:
    return httpx2.post(address + path, json=body, headers=headers, timeout=60)


def test_clients_that_do_not_behave(house: House, servers: list[Server]) -> None:
    """Too much, announced or not; half a request and gone; no HTTP at all: each is answered or let go, and none after it suffers."""
    server = servers[0]
    headers = house.headers(MARIE, Content_Type="application/json")
    ten_megabytes = b"[" + b"1," * 5_000_000 + b"1]"
    announced = httpx2.post(
        f"{server.address}/api/v1/cases", content=ten_megabytes, headers=headers, timeout=60
    )
    assert (announced.status_code, announced.json()["max_body_bytes"]) == (413, 1_048_576)
    assert announced.headers["content-type"] == "application/problem+json"

    def unannounced() -> Iterator[bytes]:
        for start in range(0, len(ten_megabytes), 65_536):
            yield ten_megabytes[start : start + 65_536]

    chunked = httpx2.post(
        f"{server.address}/api/v1/cases", content=unannounced(), headers=headers, timeout=60
    )
    assert chunked.status_code == 413

    host, port = "127.0.0.1", int(server.address.rpartition(":")[2])
    for sent in (
        b"POST /api/v1/cases HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n"
        + f"Authorization: {headers['Authorization']}\r\n\r\n".encode()
        + b'{"half":',
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /api/v1/queue HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"GET " + b"/x" * 100_000 + b" HTTP/1.1\r\n\r\n",
    ):
        # To be hung up on is an answer too.
        with suppress(ConnectionError), socket.create_connection((host, port), timeout=60) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65_536):
                pass
    assert post("/api/v1/cases", REFERRAL, house.headers(MARIE), server.address).status_code == 201
    assert verify(house.cells.service.engine).intact
