"""The published cases as a test plays them, and what the database then holds, put in a form that can be stored.

What cannot be the same twice is left out: ciphertext (that there is some stays), the persons' pseudonyms, the ids of
the cases, hashes and positions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from adapters.bootstrap import Service, open_service
from adapters.database import reading
from adapters.demo.accounts import REGISTRAR
from adapters.demo.organisations import REGISTER
from adapters.demo.published_cases import published_cases
from adapters.tables import events
from domain.case_state import CaseState
from domain.commands.intake import Detect
from domain.ports import Request
from projections.registry import READ_MODELS
from tests.service import SetClock, noon, settings_in

UNTIL: Final = date(2018, 3, 31)
"""The day of the published figures; the cases' days are counted back from the Friday before."""

STORED: Final = Path(__file__).parent
NAMES: Final = ("genevieve", "patricia", "renaud")


@dataclass
class Played:
    """A service in which the three cases were played, by their names."""

    service: Service
    cases: Mapping[str, str]

    def state(self, name: str) -> CaseState:
        """Return the case as its events make it."""
        return self.service.storage.begin().load(self.cases[name]).state

    def golden(self, name: str) -> dict[str, Any]:
        """Return the case's events and its rows in every read model, as they are stored beside this file."""
        case_id = self.cases[name]
        with reading(self.service.engine) as connection:
            recorded = connection.execute(
                select(events).where(events.c.case_id == case_id).order_by(events.c.version)
            ).all()
            rows = {
                model.name: [
                    _shown(row._mapping)
                    for row in connection.execute(
                        model.table.select()
                        .where(model.table.c.case_id == case_id)
                        .order_by(*model.table.primary_key)
                    )
                ]
                for model in READ_MODELS.values()
            }
        return {"events": [event_shown(row._mapping) for row in recorded], "read_models": rows}


@contextmanager
def played(home: Path, database_url: str) -> Iterator[Played]:
    """Play the three cases, one request a command, each at its own instant."""
    clock = SetClock(noon(date(2014, 11, 17)))
    with open_service(settings_in(home, database_url), clock=clock) as service:
        service.storage.organisations.register(REGISTER, REGISTRAR, clock())
        cases = {}
        for name, case in zip(NAMES, published_cases(UNTIL), strict=True):
            for step in case.script():
                clock.now = step.at
                request = Request("golden")
                if isinstance(step.command, Detect):
                    answer = service.use_cases.refer(step.command, step.by, request)
                    cases[name] = answer.case_id
                else:
                    answer = service.use_cases.act(
                        cases[name], step.command, step.by, answer.version, request
                    )
        yield Played(service, cases)


def stored(name: str) -> Any:
    """Return what is stored of a case."""
    return json.loads((STORED / f"{name}.json").read_text(encoding="utf-8"))


def store(name: str, golden: Mapping[str, Any]) -> None:
    """Store what a case came to."""
    text = json.dumps(golden, ensure_ascii=False, indent=2)
    (STORED / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def event_shown(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return an event without what cannot be the same twice."""
    payload = json.loads(row["payload"])
    for name, told in (("note", "<sealed>"), ("person_id", "<person>")):
        if name in payload:
            payload[name] = told
    columns = ("version", "topic", "schema_version", "occurred_on", "recorded_at", "actor", "acting_as")
    return {name: row[name] for name in (*columns, "organisation")} | {"payload": payload}


def _shown(row: Mapping[Any, Any]) -> dict[str, Any]:
    told = {"case_id": "<case>", "person_id": "<person>"}
    return {
        str(name): told.get(str(name), value.isoformat() if isinstance(value, date) else value)
        for name, value in row.items()
    }
