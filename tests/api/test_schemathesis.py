"""What a machine can think of from the description alone: no error of ours, and nothing that is not described."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from schemathesis.generation import GenerationMode

from adapters.verify import verify
from projections.reports import STATISTICS
from tests.api.crossing import WHO
from tests.api.house import DAVID, NADIA, OLGA, House, fresh_house
from tests.builders import DENIS, DORA, MARIE, SOFIA, referral
from tests.databases import Databases
from tests.fuzz.api import a_case, ask, described, each_trigger_apart
from workflows.states import State
from workflows.triggers import Trigger

EXAMPLES = 8
"""A few of each: the run is bounded, `make test` has other things to do."""

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
            asked += ask(house, case_id, operation, [by], mode, EXAMPLES)
    assert asked > 80
    assert verify(house.cells.service.engine).intact


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_nobody_is_answered_otherwise_than_described(town: tuple[House, str], mode: GenerationMode) -> None:
    """Every operation in every role, and by nobody: the same request by all of them."""
    house, case_id = town
    asked = 0
    for operation in described(house, house.get("/openapi.json", None).json()):
        asked += ask(house, case_id, operation, list(WHO.values()), mode, 1, together=True)
    assert asked > 20
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
        by = SOFIA if SOFIA.role in trigger.roles else DENIS
        asked += ask(house, a_case(house, state), operation, [by], GenerationMode.POSITIVE, 2)
    assert asked >= 2 * len(document["paths"])
    assert verify(house.cells.service.engine).intact
