"""A case of another organisation against one that does not exist, through the API and the pages: the time tells nothing.

That the same questions are asked of the database is a test's; here the answers are timed, in short turns and many of
them, so that whatever else the machine does falls on both; each about another case, so that nothing is warm that would
not be.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle, islice

from adapters.bootstrap import Service
from adapters.database import reading
from domain.use_cases import new_case_id
from projections.case import TABLE
from tests.bench.pages import Visitor
from tests.bench.pairs import Row, Work, alike, compare
from tests.bench.queries import Client
from tests.bench.services import ORGANISATION
from tests.databases import Kind
from workflows.roles import Role

REQUESTS = 50
PAIRS = 41
CASES = 1_000
LOW, HIGH = 0.9, 1.1

_CASES_ASKED_FOR = 200

_FIELDS = {"If-Match": '"1"', "Content-Type": "application/json"}
_CALL = b'{"channel": "phone", "reached": true}'

Ask = Callable[[str], int]


def rows(opened: Service, kind: Kind, pairs: int) -> Iterator[Row]:
    """Compare, for each way to a case."""
    there = _elsewhere(opened)
    missing = [new_case_id() for _ in there]
    for name, ask in _ways(opened).items():
        row = compare(
            f"{name} of another organisation, {kind}: time",
            _asking(ask, there),
            "one that does not exist",
            _asking(ask, missing),
            goal=None,
            pairs=pairs,
            unit="request",
        )
        yield alike(row, LOW, HIGH)


def _ways(opened: Service) -> Mapping[str, Ask]:
    client, visitor = Client(opened), Visitor(opened)
    program, browser = client.of(Role.COUNSELLOR), visitor.headers
    http = visitor.client
    return {
        "a case": lambda case_id: http.get(f"/api/v1/cases/{case_id}", headers=program).status_code,
        "a history": lambda case_id: (
            http.get(f"/api/v1/cases/{case_id}/history", headers=program).status_code
        ),
        "a command on a case": lambda case_id: (
            http.post(
                f"/api/v1/cases/{case_id}/actions/log_contact", headers={**program, **_FIELDS}, content=_CALL
            ).status_code
        ),
        "the page of a case": lambda case_id: http.get(f"/dossiers/{case_id}", headers=browser).status_code,
    }


def _elsewhere(opened: Service) -> list[str]:
    """Return cases of other organisations."""
    query = TABLE.select().where(TABLE.c.organisation != ORGANISATION).limit(_CASES_ASKED_FOR)
    with reading(opened.engine) as connection:
        return [row.case_id for row in connection.execute(query)]


def _asking(ask: Ask, cases: Sequence[str]) -> Work:
    """Return the work of asking for each of some cases, none of which is to be known of."""
    endless = cycle(cases)

    def run() -> int:
        for case_id in islice(endless, REQUESTS):
            status = ask(case_id)
            if status != 404:
                raise RuntimeError(f"a case that is not to be known of answered {status}")
        return REQUESTS

    def ready() -> Callable[[], int]:
        return run

    return ready
