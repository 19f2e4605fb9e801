"""A case of another organisation against one that does not exist, through the API and the pages: the time tells nothing.

That the same questions are asked of the database is a test's; here the answers are timed. One of each in turn, so that
whatever else the machine does falls on both, each about another case, so that nothing is warm that would not be; and
what is compared is the median of a few hundred, as somebody would who wanted to find out.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle, islice

from adapters.bootstrap import Service
from adapters.database import reading
from domain.use_cases import new_case_id
from projections.case import TABLE
from tests.bench.pages import Visitor
from tests.bench.pairs import Row, alike, judged, readable, told
from tests.bench.queries import Client
from tests.bench.services import ORGANISATION
from tests.databases import Kind
from workflows.roles import Role

REQUESTS = 400
"""Of each, for one ratio."""
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
        what = f"{name} of another organisation, {kind}: time"
        told(f"{what}: warming up")
        _medians(ask, there, missing)
        times = []
        for number in range(1, pairs + 1):
            told(f"{what}: pair {number} of {pairs}")
            times.append(_medians(ask, there, missing))
        mine, other = (statistics.median(side) for side in zip(*times, strict=True))
        detail = f"{readable(mine)} against {readable(other)} a request"
        row = judged(what, "one that does not exist", [a / b for a, b in times], None, detail)
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


def _medians(ask: Ask, there: Sequence[str], missing: Sequence[str]) -> tuple[float, float]:
    """Return the median times of asking for the one and for the other, in turn, each first as often as second."""
    times: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    for number, pair in enumerate(islice(cycle(zip(there, missing, strict=True)), REQUESTS)):
        for side in (0, 1) if number % 2 else (1, 0):
            times[side].append(_timed(ask, pair[side]))
    return statistics.median(times[0]), statistics.median(times[1])


def _timed(ask: Ask, case_id: str) -> float:
    started = time.perf_counter()
    status = ask(case_id)
    seconds = time.perf_counter() - started
    if status != 404:
        raise RuntimeError(f"a case that is not to be known of answered {status}")
    return seconds
