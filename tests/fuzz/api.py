"""Requests drawn from the API's own description, by whoever asks; no answer of ours may differ from it, or repeat what was sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
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

from domain.access import Principal
from domain.commands import COMMANDS
from domain.person import Identity
from tests.api.house import House
from tests.builders import SOFIA, SOMEBODY, referral
from workflows.states import State
from workflows.triggers import Trigger

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    allow_header_conformance,
]


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
    by: Sequence[Principal | None],
    mode: GenerationMode,
    examples: int,
    drawn_by: int | None = None,
    *,
    together: bool = False,
) -> int:
    """Send what is drawn for one operation, each by the next of the askers; return how many requests were drawn.

    `together`: each by all of them, for to draw a request takes longer than to send it.

    What should be accepted goes every other time to a case that exists. `drawn_by` is the seed; without it the same is
    drawn each time.
    """
    asked = 0

    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        nonlocal asked
        askers = by if together else [by[asked % len(by)]]
        asked += 1
        if mode is GenerationMode.POSITIVE and asked % 2 and "case_id" in (case.path_parameters or {}):
            case.path_parameters["case_id"] = case_id
            if case.headers and "If-Match" in case.headers:
                case.headers["If-Match"] = f'"{house.version(case_id)}"'
        for who in askers:
            answer = case.call(headers=house.headers(who))
            case.validate_response(answer, checks=CHECKS)
            told = answer.text if answer.status_code >= 400 else ""
            assert not [value for value in personal_in(case.body) if value in told], (
                f"{operation.label}: {told}"
            )

    send = settings(
        max_examples=examples,
        phases=[Phase.generate],
        derandomize=drawn_by is None,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )(run)
    # A route without anything to get wrong has no wrong request.
    with suppress(Unsatisfiable):
        (send if drawn_by is None else seed(drawn_by)(send))()
    return asked


PERSONAL: Final = frozenset(Identity.model_fields) | {"note"}
_SHORT: Final = 6
"""Letters of a value that might be in an answer by chance."""


def personal_in(body: Any) -> Iterator[str]:
    """Yield what a body says of a person, in the fields that are for that."""
    if isinstance(body, Mapping):
        for name, value in body.items():
            if name in PERSONAL and isinstance(value, str) and len(value) > _SHORT:
                yield value
            else:
                yield from personal_in(value)
    elif isinstance(body, list):
        for value in body:
            yield from personal_in(value)
