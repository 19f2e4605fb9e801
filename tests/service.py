"""A whole service opened for a test: a database and a store of keys of its own, registered cells, a clock to set."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Table

from adapters import tokens
from adapters.bootstrap import Service, open_service
from adapters.database import reading, writing
from adapters.key_file import create_key_file
from adapters.rebuild.conduct import rebuild
from adapters.settings import Settings
from adapters.verify import verify
from domain.access import Principal
from domain.command import Command
from domain.commands.intake import Detect
from domain.events.organisations import OrganisationRegistered
from domain.ports import Answer, Request
from projections.facts import METADATA
from tests.builders import DORA, INES, MARIE, PAUL, SOFIA, TODAY
from tests.databases import Databases, Kind, Template
from tests.payloads import team

REGISTERED: Final = (
    OrganisationRegistered(code="gard", name="CPAM du Gard", wave="pilot", deployed_on=date(2014, 11, 17)),
    OrganisationRegistered(code="isere", name="CPAM de l'Isère", wave="wave_1", deployed_on=date(2017, 4, 1)),
    OrganisationRegistered(
        code="herault", name="CPAM de l'Hérault", wave="wave_1", deployed_on=date(2017, 4, 1)
    ),
)
"""Three cells: two of one wave, so that a statistic by wave is not one by organisation."""

WAVES: Final = {registered.code: registered.wave for registered in REGISTERED}


@dataclass
class SetClock:
    """A clock that stands still until it is set."""

    now: datetime = field(default_factory=lambda: noon(TODAY))

    def __call__(self) -> datetime:
        """Return the instant it shows."""
        return self.now

    def set_day(self, day: date) -> None:
        """Show noon (UTC) of a day."""
        self.now = noon(day)


def noon(day: date) -> datetime:
    """Return noon of a day, UTC: the same civil day in Paris."""
    return datetime.combine(day, time(12), UTC)


def settings_in(home: Path, database_url: str, **changes: Any) -> Settings:
    """Return settings with everything in `home` but the database; the master key is made at the first call."""
    # Tests knock more often than anybody, from one address, while their clock stands still.
    patient = {
        "attempts_per_address": 1_000_000,
        "attempts_per_token": 1_000_000,
        "sign_ins_per_address": 1_000_000,
    }
    settings = Settings(home=home, database_url=database_url, **{**patient, **changes})
    settings.ensure_home()
    if not settings.master_key_file.exists():
        create_key_file(settings.master_key_file)
    return settings


@dataclass
class Cells:
    """The cells of the tests, spoken to as a request would: through the use cases."""

    service: Service
    clock: SetClock

    def refer(self, command: Detect, by: Principal = DORA, request: Request | None = None) -> Answer:
        """Refer somebody."""
        return self.service.use_cases.refer(command, by, request or Request("test"))

    def act(
        self,
        case_id: str,
        *commands: Command,
        by: Principal = MARIE,
        version: int | None = None,
        request: Request | None = None,
    ) -> Answer:
        """Act on a case, one command after the other; return the last answer."""
        answers = [
            self.service.use_cases.act(case_id, command, by, version, request or Request("test"))
            for command in commands
        ]
        return answers[-1]

    def stored(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every read model's rows, tallies and organisations included."""
        return self._rows(METADATA.sorted_tables)

    def durable(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return the rows of the tables that no rebuild brings back: the log, its head, people, answers."""
        from adapters.tables import event_log_head, events, idempotency, people

        return self._rows([events, event_log_head, idempotency, people])

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return both."""
        return self.stored() | self.durable()

    def assert_sound(self) -> None:
        """Check that the log is intact and the read models are those that its events make."""
        assert verify(self.service.engine).intact
        inline = self.stored()
        rebuild(self.service.engine, self.service.settings.deadlines)
        assert self.stored() == inline

    def _rows(self, tables: list[Table]) -> dict[str, list[tuple[Any, ...]]]:
        with reading(self.service.engine) as connection:
            return {
                table.name: [
                    tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key))
                ]
                for table in tables
            }


def open_accounts(service: Service, now: datetime) -> None:
    """Give the counsellors and supervisors of the cells an account: a case is assigned to nobody else."""
    staff = [MARIE, PAUL, SOFIA, INES, *(who for code in WAVES for who in team(code))]
    with writing(service.engine) as connection:
        for who in staff:
            tokens.create(
                connection,
                actor=who.actor,
                role=who.role,
                organisation=who.organisation,
                label="test",
                expires_at=None,
                now=now,
            )


@contextmanager
def open_cells(
    home: Path, database_url: str, clock: SetClock | None = None, **changes: Any
) -> Iterator[Cells]:
    """Open a service on a database without cells, and register them."""
    clock = clock or SetClock()
    settings = settings_in(home, database_url, **changes)
    with open_service(settings, clock=clock) as service:
        service.storage.organisations.register(REGISTERED, "administrator", clock())
        open_accounts(service, clock())
        yield Cells(service, clock)


def _register(database_url: str, home: Path) -> None:
    with open_cells(home, database_url):
        pass


CELLS: Final = Template("cells", _register)


@contextmanager
def fresh_cells(
    databases: Databases,
    kind: Kind,
    home: Path,
    *,
    of: Template = CELLS,
    durable: bool = False,
    **changes: Any,
) -> Iterator[Cells]:
    """Open a service in `home` on a new database with the cells registered, both copied from a template."""
    with databases.fresh(kind, of=of, durable=durable) as url:
        shutil.copytree(databases.beside(of, kind, durable=durable), home, dirs_exist_ok=True)
        clock = SetClock()
        with open_service(settings_in(home, url, **changes), clock=clock) as service:
            yield Cells(service, clock)
