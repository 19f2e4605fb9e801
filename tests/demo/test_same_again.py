"""The same seed, size and last day give the same events; another seed gives others."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from adapters.demo.run import NotEmpty, fill
from tests.databases import Databases, Kind
from tests.demo.conftest import Filled, filled
from tests.golden.played import event_shown

TODAY = date(2026, 3, 2)


def shown(made: Filled) -> list[tuple[str, str, dict[str, Any]]]:
    """Return the log without ciphertext and pseudonyms."""
    return [(event.case_id, event.correlation_id, event_shown(event._mapping)) for event in made.events()]


def told(databases: Databases, kind: Kind, home: Path, **how: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """Fill a fresh database and return its log."""
    with filled(databases, kind, home, **({"cases": 120, "seed": 5} | how)) as made:
        return shown(made)


def test_twice_the_same_on_both_databases(databases: Databases, tmp_path: Path) -> None:
    first = told(databases, "sqlite", tmp_path / "a")
    assert told(databases, "sqlite", tmp_path / "b") == first
    assert told(databases, "postgresql", tmp_path / "c") == first


def test_another_seed_is_another_cohort(databases: Databases, tmp_path: Path) -> None:
    first = told(databases, "sqlite", tmp_path / "a")
    assert told(databases, "sqlite", tmp_path / "b", seed=6) != first


def test_a_recent_cohort_ends_with_the_services_today(databases: Databases, tmp_path: Path) -> None:
    with filled(databases, "sqlite", tmp_path, today=TODAY, cases=120, seed=5) as made:
        recorded = [event.recorded_at for event in made.events()]
        stored = made.stored()
    assert made.summary.until == TODAY
    assert "2026-02-20" < max(recorded) < "2026-03-03"
    assert len(stored["cases"]) == made.summary.cases == 120
    gard = [row for row in stored["counsellor_queue"] if row.organisation == "gard"]
    assert len(gard) >= 5


def test_people_come_back_in_a_recent_cohort(databases: Databases, tmp_path: Path) -> None:
    with filled(databases, "sqlite", tmp_path, cases=300, seed=1) as made:
        people = {row.person_id for row in made.stored()["cases"]}
    assert 290 <= len(people) < 300


@pytest.mark.parametrize("cases", [3, 5, 20])
def test_the_smallest_cohorts_hold_the_published_cases(
    databases: Databases, database_kind: Kind, tmp_path: Path, cases: int
) -> None:
    with filled(databases, database_kind, tmp_path, cases=cases, seed=1) as made:
        assert made.summary.cases == cases
        assert len(made.summary.published) == 3
        renaud = made.service.storage.begin().load(made.summary.published[2]).state
    assert (renaud.organisation, renaud.state) == ("somme", "plan_built")


def test_progress_is_told_to_the_end(databases: Databases, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    with filled(
        databases, "sqlite", tmp_path, cases=60, seed=1, progress=lambda done, of: heard.append((done, of))
    ):
        pass
    assert heard == sorted(heard)
    assert heard[-1] == (60, 60)


def test_what_is_there_is_left_alone(databases: Databases, tmp_path: Path) -> None:
    with filled(databases, "sqlite", tmp_path, cases=10, seed=1) as made:
        before = made.events()
        with pytest.raises(NotEmpty):
            fill(made.service, cases=10)
        assert made.events() == before


def test_too_few_cases_and_too_early_an_end_are_refused(databases: Databases, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="three already"), filled(databases, "sqlite", tmp_path, cases=2):
        pass
    with (
        pytest.raises(ValueError, match="2018-03-31 at the earliest"),
        filled(databases, "sqlite", tmp_path / "b", until=date(2017, 1, 1)),
    ):
        pass
