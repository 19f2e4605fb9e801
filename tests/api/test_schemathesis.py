"""What a machine can think of from the description alone: no error of ours, and nothing that is not described."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from adapters.verify import verify
from domain.access import Principal
from tests.api.house import DAVID, NADIA, OLGA, House, opened
from tests.builders import DORA, MARIE, SOFIA, referral
from tests.databases import Databases

EXAMPLES = 12
"""A few of each: the run is bounded, `make test` has other things to do."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    allow_header_conformance,
]

ASKERS = {
    "GET /api/v1/statistics/durations": (OLGA,),
    "GET /api/v1/statistics/detection-sources": (OLGA,),
    "GET /api/v1/statistics/outcomes": (OLGA,),
    "GET /api/v1/cases/{case_id}": (MARIE, DAVID),
    "GET /api/v1/cases/{case_id}/history": (NADIA,),
    "POST /api/v1/cases": (DORA,),
    "GET /api/v1/referrals": (DORA,),
    "GET /api/v1/referrals/{case_id}": (DORA,),
}


@pytest.fixture(scope="module")
def town(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    with (
        databases.fresh("sqlite", migrated=True) as url,
        opened(tmp_path_factory.mktemp("home"), url) as house,
    ):
        case_id: str = house.refer(referral()).json()["case_id"]
        house.act(case_id, "accept", {"counsellor": "marie"}, MARIE)
        yield house, case_id


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_no_request_is_answered_otherwise_than_described(
    town: tuple[House, str], mode: GenerationMode
) -> None:
    house, case_id = town
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", house.client.app)
    asked = 0
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        name = f"{operation.method.upper()} {operation.path}"
        for by in ASKERS.get(name, (MARIE, SOFIA)):
            asked += ask(house, case_id, operation, by, mode)
    assert asked > 100
    assert verify(house.cells.service.engine).intact


def ask(house: House, case_id: str, operation: Any, by: Principal, mode: GenerationMode) -> int:
    """Send what is drawn for one operation, every other time about a case that exists, at its version."""
    asked = 0

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        nonlocal asked
        asked += 1
        if asked % 2 and "case_id" in (case.path_parameters or {}):
            case.path_parameters["case_id"] = case_id
            if case.headers and "If-Match" in case.headers:
                case.headers["If-Match"] = f'"{house.version(case_id)}"'
        answer = case.call(headers=house.headers(by))
        case.validate_response(answer, checks=CHECKS)

    try:
        run()
    except Exception as unsatisfiable:
        if type(unsatisfiable).__name__ != "Unsatisfiable":
            raise
    return asked
