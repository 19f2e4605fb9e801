"""`filrouge retention`: who is concerned, then done; nothing of anybody in what is said or logged."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.adapters.usual import ACCEPT, MOVED
from tests.api.house import PERSONAL
from tests.builders import day, referral
from tests.cli.running import Filrouge
from tests.service import Cells


@pytest.fixture
def old(cells: Cells) -> str:
    """A case closed long ago: the command reads the real clock, which is years later by the shortest rules."""
    cells.clock.set_day(date(2020, 3, 2))
    case_id = cells.refer(referral(note="Elle a mal.")).case_id
    cells.act(case_id, ACCEPT, MOVED)
    return case_id


def test_it_says_who_is_concerned_and_does_nothing(filrouge: Filrouge, cells: Cells, old: str) -> None:
    before = cells.everything()
    said = filrouge.done("retention", "--dry-run")
    assert old in said.out
    assert "À archiver" in said.out
    assert "Personne à effacer" in said.out
    assert "Rien n'a été fait" in said.err
    found = filrouge.done("retention", "--dry-run", "--json").json
    assert found["done"] is None
    assert [(one["case_id"], one["fate"], one["due_on"]) for one in found["concerned"]] == [
        (old, "archive", "2022-03-02"),
        (old, "erase", "2025-03-02"),
    ]
    assert cells.everything() == before


def test_it_does_it_and_logs_how_many(filrouge: Filrouge, cells: Cells, old: str) -> None:
    """One line at the beginning, one a step, one at the end; done again, there is nothing to do."""
    said = filrouge.done("retention", "--json")
    assert said.json["done"] == said.json["done"] | {"archived": 1, "erased": 1, "skipped": 0}
    lines = [json.loads(line) for line in said.err.splitlines() if line.startswith("{")]
    assert [line["event"] for line in lines if line["event"].startswith("retention.")] == [
        "retention.begun",
        "retention.batch",
        "retention.batch",
        "retention.ended",
    ]
    assert not any(text in said.out + said.err for text in PERSONAL)
    assert cells.service.storage.begin().load(old).state.erased
    again = filrouge.done("--lang", "en", "retention")
    assert "Cases archived: 0. People erased: 0." in again.out


@pytest.mark.parametrize("value", ["0", "601", "two"])
def test_a_period_that_is_none_stops_it(
    filrouge: Filrouge, cells: Cells, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    assert cells.clock.now.date() == day(40)
    monkeypatch.setenv("FILROUGE_RETENTION_ACTIVE_MONTHS", value)
    assert "FILROUGE_RETENTION_ACTIVE_MONTHS" in filrouge.refused("retention")
