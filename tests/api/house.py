"""The API over a whole service, with an account of every role: what a test speaks to.

with fresh_house(databases, "sqlite", home) as house:
answer = house.get("/queue", MARIE)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

import httpx2
from fastapi import FastAPI
from starlette.testclient import TestClient

from adapters import tokens
from adapters.database import writing
from adapters.exports import jobs
from adapters.exports.make import Source
from adapters.exports.pseudonyms import Pseudonyms
from adapters.exports.worker import Worker
from api.app import create_app
from domain.access import Principal
from domain.command import Command
from tests.builders import ANNA, DENIS, DORA, INES, MARIE, PAUL, SOFIA, SOMEBODY
from tests.databases import Databases, Kind
from tests.service import Cells, SetClock, fresh_cells, open_cells
from workflows.roles import Role

ALMA: Final = Principal("alma", Role.ADMINISTRATOR, None)
AUDE: Final = Principal("aude", Role.AUDITOR, "gard")
OLGA: Final = Principal("olga", Role.ANALYST, None)
NADIA: Final = Principal("nadia", Role.AUDITOR, None)
DAVID: Final = Principal("david", Role.DATA_PROTECTION_OFFICER, None)
SIMON: Final = Principal("simon", Role.SUPERVISOR, "isere")
DIANE: Final = Principal("diane", Role.DETECTOR, "isere")

EVERYBODY: Final = (
    DORA, MARIE, PAUL, SOFIA, ANNA, AUDE, DENIS, ALMA,
    OLGA, NADIA, DAVID, INES, SIMON, DIANE,
)  # fmt: skip

API: Final = "/api/v1"


def payload(command: Command) -> dict[str, Any]:
    """Return a command as a client would send it."""
    return command.model_dump(mode="json", exclude_defaults=True)


@dataclass
class House:
    """A client, a token for everybody, and the service behind."""

    cells: Cells
    client: TestClient
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def app(self) -> FastAPI:
        """The application."""
        return cast("FastAPI", self.client.app)

    def headers(self, by: Principal | None, **more: str) -> dict[str, str]:
        """Return the headers that somebody sends; `more` are spelt with underscores."""
        spelt = {name.replace("_", "-"): value for name, value in more.items()}
        return spelt if by is None else {"Authorization": f"Bearer {self.tokens[by.actor]}", **spelt}

    def get(self, path: str, by: Principal | None, **headers: str) -> httpx2.Response:
        """Read `path`, under /api/v1 unless it is one of the service's own."""
        return self.client.get(address(path), headers=self.headers(by, **headers))

    def post(self, path: str, by: Principal | None, content: Any, **headers: str) -> httpx2.Response:
        """Send JSON: a command, plain data, or bytes as they are."""
        if isinstance(content, Command):
            content = payload(content)
        sent = {"content": content} if isinstance(content, bytes | str) else {"json": content}
        spelt = {"Content_Type": "application/json", **headers}
        return self.client.post(address(path), headers=self.headers(by, **spelt), **sent)

    def delete(self, path: str, by: Principal | None) -> httpx2.Response:
        """Delete what is at `path`."""
        return self.client.delete(address(path), headers=self.headers(by))

    def refer(
        self, command: Command | dict[str, Any], by: Principal = DORA, **headers: str
    ) -> httpx2.Response:
        """Refer somebody."""
        return self.post("/cases", by, command, **headers)

    def act(
        self,
        case_id: str,
        trigger: str,
        content: Any,
        by: Principal | None,
        version: int | None = None,
        **headers: str,
    ) -> httpx2.Response:
        """Fire a trigger, on the version given or else on the one the case is at."""
        if version is None:
            version = self.version(case_id)
        more = {"If_Match": f'"{version}"', **headers}
        return self.post(f"/cases/{case_id}/actions/{trigger}", by, content, **more)

    def make_exports(self) -> int:
        """Make the exports that wait, as a worker would; return how many were ended."""
        service = self.cells.service
        source = Source(service.engine, Pseudonyms(service.keys.pseudonym))
        return Worker(source, jobs.folder(service.settings.home), "test", service.clock).work()

    def version(self, case_id: str) -> int:
        """Return the version a case is at, whoever may see it."""
        return self.cells.service.storage.begin().load(case_id).version


def address(path: str) -> str:
    """Return the address of a path under /api/v1, or of one of the service's own."""
    return (
        path if path == "/" or path.startswith((API, "/healthz", "/readyz", "/metrics")) else f"{API}{path}"
    )


@contextmanager
def opened(home: Path, database_url: str, clock: SetClock | None = None, **settings: Any) -> Iterator[House]:
    """Open the service, make a token for everybody, and put the API in front."""
    with open_cells(home, database_url, clock, **settings) as cells, fronted(cells) as house:
        yield house


@contextmanager
def fresh_house(
    databases: Databases, kind: Kind, home: Path, *, demonstration: bool = False, **settings: Any
) -> Iterator[House]:
    """Open a house on a new database: for all but what depends on how a service is first opened."""
    with (
        fresh_cells(databases, kind, home, **settings) as cells,
        fronted(cells, demonstration=demonstration) as house,
    ):
        yield house


@contextmanager
def fronted(cells: Cells, *, demonstration: bool = False) -> Iterator[House]:
    """Put the API in front of an open service."""
    # Exports are made when a test says so, not by a worker of its own.
    app = create_app(cells.service, with_exports=False, demonstration=demonstration)
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield House(cells, client, tokens_of(cells))


def tokens_of(cells: Cells) -> dict[str, str]:
    """Make a token for everybody."""
    with writing(cells.service.engine) as connection:
        return {
            by.actor: tokens.create(
                connection,
                actor=by.actor,
                role=by.role,
                organisation=by.organisation,
                label="test",
                expires_at=None,
                now=cells.clock(),
            ).plaintext
            for by in EVERYBODY
        }


PERSONAL: Final = (SOMEBODY.family_name, SOMEBODY.given_name, str(SOMEBODY.nir))
"""What is somebody's in the usual referral."""
