"""A process that sends command after command and acknowledges each, until it is killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

import msgspec

from adapters.bootstrap import Service, open_service
from adapters.database import StorageError
from domain.errors import Refused, StaleVersion
from domain.ports import Answer, Request
from tests.adapters.playing import PEOPLE
from tests.builders import DETECTED_ON, ORGANISATIONS
from tests.journeys import next_move, referral
from tests.service import SetClock, noon, settings_in


class Acknowledged(msgspec.Struct):
    """What a client was told: its command is written."""

    case_id: str
    version: int
    events: list[str]
    key: str = ""


def run(home: Path, database_url: str, name: str, seed: int, acknowledge: Connection) -> None:
    """Open the service, say so, and act until killed or without a database, acknowledging each answer."""
    clock = SetClock(noon(DETECTED_ON))
    with suppress(StorageError), open_service(settings_in(home, database_url), clock=clock) as service:
        acknowledge.send_bytes(b"ready")
        for key, answer in _commands(service, clock, name, Random(seed)):
            told = Acknowledged(answer.case_id, answer.version, list(answer.events), key)
            acknowledge.send_bytes(msgspec.json.encode(told))


def _commands(service: Service, clock: SetClock, name: str, random: Random) -> Iterator[tuple[str, Answer]]:
    cases: list[str] = []
    number = 0
    while True:
        clock.now += timedelta(days=random.choice((0, 0, 1, 3)))
        number += 1
        key = f"{name}-{number}"
        request = Request(key, idempotency_key=key, fingerprint=key)
        try:
            if not cases or random.random() < 0.2:
                answer = _refer(service, random, request)
                cases.append(answer.case_id)
            elif (moved := _move(service, clock, random, request, random.choice(cases))) is not None:
                answer = moved
            else:
                continue
        except (Refused, StaleVersion):  # the other process was first: the same people come to both
            continue
        yield key, answer


def _refer(service: Service, random: Random, request: Request) -> Answer:
    by, command = referral(random, random.choice(ORGANISATIONS), random.choice(PEOPLE))
    return service.use_cases.refer(command.model_copy(update={"note": "Elle a mal."}), by, request)


def _move(service: Service, clock: SetClock, random: Random, request: Request, case_id: str) -> Answer | None:
    work = service.storage.begin()
    case = work.load(case_id)
    others = {c: o for c, o in work.open_cases_of(case.state.person_id).items() if c != case_id}
    move = next_move(case, clock().date(), random, other_open_cases=others)
    if move is None:
        return None
    return service.use_cases.act(case_id, move.command, move.by, case.version, request)
