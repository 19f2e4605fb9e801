"""A little of what `make fuzz` does at length: every form of the pages is found, and filled in with anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.verify import verify
from tests.api.access.doors import doors_of
from tests.api.crossing import Town, town_in
from tests.api.logs import Log
from tests.databases import Databases
from tests.fuzz.forms import ELSEWHERE, Sheet, sheets_of, shuffled, try_forms, with_every_state

EXAMPLES = 150
SEED = 1


@pytest.fixture(scope="module")
def changing(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town of its own, with a case in every state, where whoever looks may sign in: it does not stay as it is."""
    with town_in(databases, tmp_path_factory.mktemp("home"), demonstration=True) as town:
        yield with_every_state(town)


@pytest.fixture(scope="module")
def sheets(changing: Town) -> list[Sheet]:
    """Every form."""
    return sheets_of(changing)


def test_every_route_that_takes_a_form_is_reached_by_one(changing: Town, sheets: list[Sheet]) -> None:
    taking = {door.path for door in doors_of(changing.house.app) if door.method == "POST" and door.is_page}
    assert {sheet.template for sheet in sheets if sheet.method == "POST"} == taking - ELSEWHERE


def test_a_form_may_be_filled_in_with_anything(changing: Town, sheets: list[Sheet], log: Log) -> None:
    def logged() -> str:
        text = log.text
        log.clear()
        return text

    through = try_forms(changing, shuffled(sheets, SEED), logged, EXAMPLES, SEED)
    assert through > EXAMPLES // 10
    assert verify(changing.house.cells.service.engine).intact
