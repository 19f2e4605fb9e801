"""The queue and every statistic through the API, at a hundred times as many cases."""

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.testclient import TestClient

from adapters import tokens
from adapters.bootstrap import Service
from adapters.database import writing
from api.app import create_app
from projections import reports
from tests.bench.pairs import Work
from tests.bench.services import COUNSELLOR, ORGANISATION
from workflows.roles import Role

FEW, MANY = 1_000, 100_000
REQUESTS = 20

QUEUES = {
    "the counsellor's queue": (Role.COUNSELLOR, "/api/v1/queue"),
    "the supervisor's queue, overdue": (Role.SUPERVISOR, "/api/v1/queue?overdue=true"),
}
STATISTICS = {
    f"{name}{', by ' + group if group else ''}": (Role.ANALYST, f"/api/v1/statistics/{name}{_}")
    for name, statistic in reports.STATISTICS.items()
    for group, _ in (
        ("", ""),
        *((by.value, f"?group_by={by.value}") for by in statistic.groupings),
        ("month of one year", "?group_by=month&from=2016-01-01&to=2016-12-31"),
    )
}


class Client:
    """Asks one service in each role."""

    def __init__(self, opened: Service) -> None:
        """Make a token for each role that is needed."""
        self._client = TestClient(create_app(opened), base_url="http://127.0.0.1")
        self._tokens = {
            role: _token(opened, role) for role in (Role.COUNSELLOR, Role.SUPERVISOR, Role.ANALYST)
        }

    def of(self, role: Role) -> dict[str, str]:
        """Return what a role shows."""
        return {"Authorization": f"Bearer {self._tokens[role]}"}

    def asking(self, role: Role, path: str) -> Work:
        """Return the work of asking for `path`."""
        headers = self.of(role)

        def run() -> int:
            for _ in range(REQUESTS):
                answer = self._client.get(path, headers=headers)
                if answer.status_code != 200:
                    raise RuntimeError(f"{path} answered {answer.status_code}")
            return REQUESTS

        def ready() -> Callable[[], int]:
            return run

        return ready


def _token(opened: Service, role: Role) -> str:
    national = role is Role.ANALYST
    with writing(opened.engine) as connection:
        issued = tokens.create(
            connection,
            actor=COUNSELLOR.actor if role is Role.COUNSELLOR else f"bench-{role.value}",
            role=role,
            organisation=None if national else ORGANISATION,
            label="bench",
            expires_at=None,
            now=datetime.now(UTC),
        )
    return issued.plaintext
