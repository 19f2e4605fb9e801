"""The queue's page and a case's page, at a hundred times as many cases: the time that the server takes."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from starlette.testclient import TestClient

from adapters import sessions
from adapters.bootstrap import Service
from adapters.database import reading, writing
from api.app import create_app
from domain.access import Principal
from domain.person import Identity
from projections.case import TABLE
from projections.counsellor_queue import TABLE as QUEUE
from tests.bench.pairs import Row, Work, compare
from tests.bench.services import ORGANISATION
from tests.databases import Kind
from workflows.roles import Role

SUPERVISOR = Principal("bench-supervisor", Role.SUPERVISOR, ORGANISATION)
REQUESTS = 20
MOST = 50
_AT_ONCE = 1_000


def rows(many: Service, few: Service, kind: Kind, pairs: int, sizes: tuple[int, int]) -> Iterator[Row]:
    """Compare each page with itself on the smaller service."""
    large, small = Visitor(many), Visitor(few)
    shown = min(len(small.open_cases()), MOST)  # as many rows on both
    for name, of_large, of_small in (
        (f"the queue's page, {shown} rows", f"/dossiers?limit={shown}", f"/dossiers?limit={shown}"),
        ("a case's page", f"/dossiers/{large.open_cases()[0]}", f"/dossiers/{small.open_cases()[0]}"),
    ):
        yield compare(
            f"{name}, {kind}: time at {sizes[0]:,} cases",
            large.asking(of_large),
            f"at {sizes[1]:,}",
            small.asking(of_small),
            goal=1.5,
            pairs=pairs,
            unit="request",
        )


class Visitor:
    """A supervisor with a browser."""

    def __init__(self, opened: Service) -> None:
        """Give every case a person, whom the pages name, and sign the supervisor in."""
        self._service = opened
        _enrol_everybody(opened)
        self.client = TestClient(create_app(opened), base_url="http://127.0.0.1")
        with writing(opened.engine) as connection:
            begun = sessions.begin(
                connection,
                SUPERVISOR,
                "bench",
                limits=opened.settings.session_limits,
                now=datetime.now(UTC),
            )
        self.headers = {"Cookie": f"filrouge={begun.plaintext}", "Accept": "text/html"}

    def open_cases(self) -> list[str]:
        """Return the first open cases of the organisation, by the day they are due."""
        query = QUEUE.select().where(QUEUE.c.organisation == ORGANISATION)
        with reading(self._service.engine) as connection:
            found = connection.execute(query.order_by(QUEUE.c.due_on, QUEUE.c.case_id).limit(MOST))
            return [row.case_id for row in found]

    def asking(self, path: str) -> Work:
        """Return the work of asking for a page."""

        def run() -> int:
            for _ in range(REQUESTS):
                answer = self.client.get(path, headers=self.headers)
                if answer.status_code != 200:
                    raise RuntimeError(f"{path} answered {answer.status_code}")
            return REQUESTS

        def ready() -> Callable[[], int]:
            return run

        return ready


def _enrol_everybody(opened: Service) -> None:
    """The log that was written in bulk names people whom nobody enrolled."""
    now = datetime.now(UTC)
    with reading(opened.engine) as connection:
        people = list(connection.execute(TABLE.select().with_only_columns(TABLE.c.person_id)).scalars())
    for start in range(0, len(people), _AT_ONCE):
        some = people[start : start + _AT_ONCE]
        newcomers = opened.vault.newcomers()
        for one in some:
            newcomers.add(one, Identity(family_name=f"Martin-{one[-4:]}", given_name="Camille"))
        with writing(opened.engine) as connection:
            newcomers.write(connection, now)
