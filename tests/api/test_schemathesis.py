"""What a machine can think of from the description alone: no error of ours, and nothing that is not described."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
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
from domain.commands import COMMANDS
from projections.reports import STATISTICS
from tests.api.house import DAVID, NADIA, OLGA, House, fresh_house
from tests.builders import DENIS, DORA, MARIE, SOFIA, SOMEBODY, referral
from tests.databases import Databases
from workflows.states import State
from workflows.triggers import Trigger

EXAMPLES = 8
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
    **{f"GET /api/v1/statistics/{name}": (OLGA,) for name in STATISTICS},
    "GET /api/v1/cases/{case_id}": (MARIE, DAVID),
    "GET /api/v1/cases/{case_id}/history": (NADIA,),
    "POST /api/v1/cases": (DORA,),
    "POST /api/v1/exports": (OLGA, SOFIA),
    "GET /api/v1/referrals": (DORA,),
    "GET /api/v1/referrals/{case_id}": (DORA,),
}


@pytest.fixture(scope="module")
def town(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """A house with a case that Marie follows."""
    with fresh_house(databases, "sqlite", tmp_path_factory.mktemp("home")) as house:
        case_id: str = house.refer(referral()).json()["case_id"]
        house.act(case_id, "accept", {"counsellor": "marie"}, MARIE)
        yield house, case_id


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_no_request_is_answered_otherwise_than_described(
    town: tuple[House, str], mode: GenerationMode
) -> None:
    house, case_id = town
    asked = 0
    for operation in described(house, house.get("/openapi.json", None).json()):
        name = f"{operation.method.upper()} {operation.path}"
        for by in ASKERS.get(name, (MARIE, SOFIA)):
            asked += ask(house, case_id, operation, by, mode)
    assert asked > 80
    assert verify(house.cells.service.engine).intact


@pytest.mark.parametrize("state", State)
def test_no_payload_of_any_trigger_in_any_state_is_answered_otherwise(
    town: tuple[House, str], state: State
) -> None:
    """Each trigger as an operation of its own, so that what is drawn is a payload of that trigger; on a fresh case."""
    house, _ = town
    asked = 0
    document = each_trigger_apart(house.get("/openapi.json", None).json())
    for operation in described(house, document):
        trigger = Trigger(operation.path.rpartition("/")[2])  # type: ignore[call-arg]
        by = DENIS if trigger is Trigger.ERASE_PERSONAL_DATA else SOFIA
        asked += ask(house, a_case(house, state), operation, by, GenerationMode.POSITIVE, examples=2)
    assert asked >= 2 * len(document["paths"])
    assert verify(house.cells.service.engine).intact


def described(house: House, document: dict[str, Any]) -> Iterator[Any]:
    """Yield the operations of a document, to be asked of the house."""
    schema = schemathesis.openapi.from_dict(document)
    schema.app = house.client.app
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        yield result.ok()


def each_trigger_apart(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document of the one route that acts, told trigger by trigger."""
    path = "/api/v1/cases/{case_id}/actions/{trigger}"
    told = document["paths"][path]["post"]
    paths = {}
    for trigger, command in COMMANDS.items():
        if trigger is not Trigger.DETECT:
            body = {"schema": {"$ref": f"#/components/schemas/{command.__name__}"}}
            paths[path.replace("{trigger}", trigger.value)] = {
                "post": told
                | {
                    "operationId": trigger.value,
                    "parameters": [p for p in told["parameters"] if p["name"] != "trigger"],
                    "requestBody": {"required": True, "content": {"application/json": body}},
                }
            }
    return document | {"paths": paths}


def a_case(house: House, state: State) -> str:
    """Return a new case, brought to a state through the API."""
    person = SOMEBODY.model_copy(update={"nir": None})
    case_id: str = house.refer(referral(person=person)).json()["case_id"]
    for trigger, sent in PATHS[state]:
        done = house.act(case_id, trigger, sent, SOFIA)
        assert done.status_code == 200, done.text
    return case_id


Steps = list[tuple[str, dict[str, Any]]]

_CONSENTED: Steps = [("accept", {"counsellor": "marie"}), ("record_consent", {"share_with": ["ccas"]})]
_REVIEWED: Steps = [
    *_CONSENTED,
    ("complete_bilan", {"basic_cover": "current", "complementary_cover": "none"}),
]
_PLAN: dict[str, Any] = {"actions": [{"kind": "request_css", "due_on": "2026-12-31", "need_ids": ["n1"]}]}
_PLANNED: Steps = [
    *_REVIEWED,
    ("build_plan", _PLAN),
    ("record_quote", {"need_id": "n1", "total_cents": 100_000}),
    ("request_funding", {"quote_id": "q1", "funder": "fass", "amount_cents": 50_000}),
]
PATHS: dict[State, Steps] = {
    State.DETECTED: [],
    State.CONSENTED: _CONSENTED,
    State.BILAN_DONE: _REVIEWED,
    State.PLAN_BUILT: _PLANNED,
    State.CARE_PERFORMED: [*_PLANNED, ("record_care_performed", {"need_id": "n1"})],
    State.REFERRED_ONWARD: [*_PLANNED, ("refer_onward", {"partner": "ccas"})],
    State.CLOSED: [*_CONSENTED, ("close", {"reason": "moved"})],
}


def ask(
    house: House,
    case_id: str,
    operation: Any,
    by: Principal,
    mode: GenerationMode,
    examples: int = EXAMPLES,
) -> int:
    """Send what is drawn for one operation; what should be accepted, every other time on a case that exists."""
    asked = 0

    @settings(
        max_examples=examples,
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
        if mode is GenerationMode.POSITIVE and asked % 2 and "case_id" in (case.path_parameters or {}):
            case.path_parameters["case_id"] = case_id
            if case.headers and "If-Match" in case.headers:
                case.headers["If-Match"] = f'"{house.version(case_id)}"'
        answer = case.call(headers=house.headers(by))
        case.validate_response(answer, checks=CHECKS)

    # A route without anything to get wrong has no wrong request.
    with suppress(Unsatisfiable):
        run()
    return asked
