"""What is kept up to date command by command is what a rebuild makes, to the byte, whatever happens to the cases."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from adapters.rebuild.conduct import rebuild
from adapters.verify import verify
from projections.registry import READ_MODELS
from tests.adapters.playing import Play, Turn, plays
from tests.databases import Databases, Kind
from tests.service import fresh_cells
from workflows.states import State


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    turns=plays(),
    name=st.sampled_from(sorted(READ_MODELS)),
)
def test_incremental_is_rebuilt(
    databases: Databases, database_kind: Kind, turns: list[Turn], name: str
) -> None:
    with TemporaryDirectory() as home, fresh_cells(databases, database_kind, Path(home)) as cells:
        play = Play(cells, Random(0))
        for _ in play.played(turns):
            pass
        engine, deadlines = cells.service.engine, cells.service.settings.deadlines
        inline = cells.stored()
        note(f"{len(play.cases)} cases, {play.asked} commands")
        rebuild(engine, deadlines, [name])
        assert cells.stored() == inline
        rebuild(engine, deadlines)
        assert cells.stored() == inline
        # A fresh look at each case is what the commands left in memory, too.
        work = cells.service.storage.begin()
        assert {row[0]: row[5] for row in inline["cases"]} == {
            case_id: work.load(case_id).version for case_id in play.cases
        }
        assert verify(engine).intact


def test_random_journeys_get_everywhere(databases: Databases, tmp_path: Path) -> None:
    """A generator that never closed, transferred or erased would prove nothing."""
    with fresh_cells(databases, "sqlite", tmp_path) as cells:
        play = Play(cells, Random(2018))
        for _ in play.turns(120, 25):
            pass
        topics = Counter(row[3] for row in cells.durable()["events"])
        states = Counter(row[4] for row in cells.stored()["cases"])
    assert {topic.removeprefix("case.") for topic in topics} >= {
        "closed",
        "reopened",
        "transferred",
        "fact_corrected",
        "personal_data_erased",
        "referred_onward",
        "care_performed",
        "funding_decided",
        "merged",
        "person_recognised",
        "duplicate_merged",
    }
    assert set(states) == {state.value for state in State}
