"""Try the API and the forms for as long as asked, on both databases; what goes wrong can be done again by its seed.

python -m tests.fuzz --minutes 10                            what `make fuzz` does
python -m tests.fuzz --seed 17 --on sqlite --what forms      one round: the one that failed

A round is a town of its own, filled anew, and some hundreds of requests drawn by its seed. Exits with 1 when an answer
is not what it should be; what was sent and answered is then on standard error.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from itertools import count, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from schemathesis.generation import GenerationMode

from adapters.verify import verify
from tests.api.crossing import WHO, Town, town_in
from tests.api.logs import Log, logged
from tests.builders import DENIS, SOFIA
from tests.databases import KINDS, Databases, Kind, Run
from tests.fuzz.api import a_case, ask, described, each_trigger_apart
from tests.fuzz.forms import sheets_of, shuffled, try_forms, with_every_state
from workflows.states import State
from workflows.triggers import Trigger

FORMS: Final = 400
"""Forms sent in a round."""

Round = Callable[[Town, Log, int], int]
"""Tries one town by a seed; returns how many requests that were."""


def forms(town: Town, log: Log, seed: int) -> int:
    """Fill the forms in."""

    def since() -> str:
        text = log.text
        log.clear()
        return text

    town = with_every_state(town)
    try_forms(town, shuffled(sheets_of(town), seed), since, FORMS, seed)
    return FORMS


def api(town: Town, log: Log, seed: int) -> int:
    """Send what the description tells of, right or wrong by turns, in every role; and each trigger's payloads to a case."""
    house = town.house
    document = house.get("/openapi.json", None).json()
    asked = 0
    mode = list(GenerationMode)[seed % len(GenerationMode)]
    for operation in described(house, document):
        asked += ask(house, town.cases["mine"], operation, list(WHO.values()), mode, len(WHO), seed)
    state = list(State)[seed // len(GenerationMode) % len(State)]
    for operation in described(house, each_trigger_apart(document)):
        trigger = Trigger(operation.path.rpartition("/")[2])  # type: ignore[call-arg]
        by = [SOFIA if SOFIA.role in trigger.roles else DENIS]
        asked += ask(house, a_case(house, state), operation, by, GenerationMode.POSITIVE, 3, seed)
    assert '"level": "error"' not in log.text, log.text[-2_000:]
    return asked


ROUNDS: Final[dict[str, Round]] = {"forms": forms, "api": api}


def main(arguments: list[str] | None = None) -> int:
    """Run rounds until the time is over; return the exit status."""
    asked = _asked(arguments)
    until = time.monotonic() + asked.minutes * 60
    run = Run.begin()
    try:
        databases = Databases(run.folder)
        for seed, what, kind in _rounds(asked):
            if not _tried(databases, seed, what, kind):
                return 1
            if time.monotonic() >= until:
                return 0
    finally:
        run.end()
    return 0


def _rounds(asked: argparse.Namespace) -> Iterator[tuple[int, str, Kind]]:
    """Yield what to try, for ever: everything in turn, each time by the next seed."""
    for seed in count(asked.seed):
        for what, kind in product(asked.what, asked.on):
            yield seed, what, kind


def _tried(databases: Databases, seed: int, what: str, kind: Kind) -> bool:
    started = time.monotonic()
    with TemporaryDirectory() as home, logged() as log:
        try:
            with town_in(databases, Path(home), kind, demonstration=True) as town:
                requests = ROUNDS[what](town, log, seed)
                assert verify(town.house.cells.service.engine).intact, "the history is not intact any more"
        except Exception:  # noqa: BLE001 - whatever it is, it is told with what does it again
            sys.stderr.write(f"{traceback.format_exc()}\n")
            sys.stdout.write(f"seed {seed}, {what}, {kind}: FAILED\n")
            sys.stdout.write(f"again: make fuzz MINUTES=0 SEED={seed} WHAT={what} ON={kind}\n")
            return False
    sys.stdout.write(
        f"seed {seed}, {what}, {kind}: {requests} requests, {time.monotonic() - started:.0f} s\n"
    )
    sys.stdout.flush()
    return True


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.fuzz", description="Send what nobody would think of.")
    parser.add_argument("--minutes", type=float, default=0, help="for how long; 0: one round")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="of the first round")
    parser.add_argument("--on", nargs="+", choices=KINDS, default=list(KINDS), help="which databases")
    parser.add_argument("--what", nargs="+", choices=ROUNDS, default=list(ROUNDS), help="which door")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
