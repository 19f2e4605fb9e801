"""Two programs of different rules over one database: nothing of theirs is mixed, and what was left out is caught up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.bootstrap import Service, open_service
from adapters.database import reading, writing
from adapters.read_model_stamps import ReadModelsNotCurrent
from adapters.read_models import ReadModelState, Standing, standings, states
from adapters.rebuild import mend
from adapters.rebuild.conduct import rebuild
from adapters.rebuild.mend import bring_up_to_date
from domain.commands.follow_up import LogContact
from domain.commands.intake import Accept, Detect
from domain.person import Identity
from domain.ports import Request
from domain.vocabulary import Channel
from projections.registry import READ_MODELS
from tests.builders import MARIE, referral
from tests.service import Cells, SetClock, settings_in

CALL = LogContact(channel=Channel.PHONE, reached=True)


@pytest.fixture
def other(cells: Cells, tmp_path: Path) -> Iterator[Service]:
    """A second program over the same database, with other deadlines: other rules for the queue."""
    settings = settings_in(tmp_path / "home", cells.service.settings.database_url, deadline_detected_days=3)
    with open_service(settings, clock=SetClock()) as opened:
        yield opened


def somebody(name: str) -> Detect:
    """Return a referral of a person of that name."""
    return referral(person=Identity(family_name=name, given_name="P."))


def standing(cells: Cells, name: str) -> Standing:
    """Return how a read model stands, as the first program sees it."""
    with reading(cells.service.engine) as connection:
        found = {one.name: one for one in standings(connection, cells.service.settings.deadlines)}
    return found[name]


def test_a_program_leaves_alone_what_another_computes_by_other_rules(cells: Cells, other: Service) -> None:
    case = cells.refer(referral()).case_id
    rebuild(other.engine, other.settings.deadlines)
    before = cells.stored()
    position = len(cells.durable()["events"])
    cells.act(case, Accept(counsellor="marie"))
    cells.act(case, CALL)
    after = cells.stored()
    assert after["counsellor_queue"] == before["counsellor_queue"]
    assert [row[5] for row in after["cases"]] == [3]
    stood = standing(cells, "counsellor_queue")
    assert (stood.state, stood.position) == (ReadModelState.STALE, position)
    assert states(other.engine, other.settings.deadlines)["counsellor_queue"] is ReadModelState.BEHIND
    # Nor does the other one go on with rows that lack something.
    other.use_cases.act(case, CALL, MARIE, 3, Request("test"))
    assert cells.stored()["counsellor_queue"] == before["counsellor_queue"]
    assert standing(cells, "counsellor_queue").position == position


@pytest.mark.parametrize("many", [False, True])
def test_what_is_behind_is_caught_up_with_and_then_kept(
    cells: Cells, other: Service, monkeypatch: pytest.MonkeyPatch, many: bool
) -> None:
    if many:
        monkeypatch.setattr(mend, "_CATCH_UP_AT_MOST", 0)
    case, untouched = (cells.refer(somebody(name)).case_id for name in ("Hermelin", "Morel"))
    rebuild(other.engine, other.settings.deadlines)
    cells.act(case, Accept(counsellor="marie"), CALL)
    new = cells.refer(somebody("Besson")).case_id
    done = bring_up_to_date(other.engine, other.settings.deadlines)
    assert done.names == ("counsellor_queue",)
    other.use_cases.act(new, Accept(counsellor="marie"), MARIE, 1, Request("test"))
    caught_up = cells.stored()
    assert {row[0] for row in caught_up["counsellor_queue"]} == {case, untouched, new}
    rebuild(other.engine, other.settings.deadlines)
    assert cells.stored() == caught_up
    assert bring_up_to_date(other.engine, other.settings.deadlines).names == ()


def test_what_a_later_version_computed_is_left_to_it(cells: Cells, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(cells.service.engine) as connection:
        connection.execute(text("UPDATE read_models SET version = '99' WHERE name = 'outcomes'"))
        connection.execute(text("UPDATE read_models SET version = '0' WHERE name = 'durations'"))
    assert bring_up_to_date(cells.service.engine, cells.service.settings.deadlines).names == ("durations",)
    assert standing(cells, "outcomes").state is ReadModelState.STALE


def test_a_read_model_that_only_another_program_knows_falls_behind_too(
    cells: Cells, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = cells.refer(referral()).case_id
    with writing(cells.service.engine) as connection:
        connection.execute(text("INSERT INTO read_models VALUES ('weather', '1', 0, NULL)"))
    position = len(cells.durable()["events"])
    cells.act(case, CALL)
    with reading(cells.service.engine) as connection:
        found = connection.execute(text("SELECT name, behind_since FROM read_models")).all()
    assert {name: since for name, since in found if since is not None} == {"weather": position + 1}


def test_nothing_is_decided_on_cases_that_are_not_current(cells: Cells) -> None:
    """Who may see a case and who has one open would be read from rows of other rules."""
    case = cells.refer(referral()).case_id
    with writing(cells.service.engine) as connection:
        connection.execute(text("UPDATE read_models SET version = '0' WHERE name = 'case'"))
    before = cells.everything()
    with pytest.raises(ReadModelsNotCurrent) as refused:
        cells.act(case, CALL)
    assert refused.value.names == ["case"]
    with pytest.raises(ReadModelsNotCurrent):
        cells.refer(somebody("Morel"))
    assert cells.everything() == before
    bring_up_to_date(cells.service.engine, cells.service.settings.deadlines)
    assert cells.act(case, CALL).version == 2


def test_a_table_of_another_shape_is_not_read(cells: Cells, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = replace(READ_MODELS["outcomes"], version=READ_MODELS["outcomes"].version + 1)
    monkeypatch.setitem(READ_MODELS, "outcomes", newer)
    assert standing(cells, "outcomes").state is ReadModelState.STALE
    with writing(cells.service.engine) as connection:
        connection.execute(text("ALTER TABLE outcomes DROP COLUMN prevention"))
    assert standing(cells, "outcomes").state is ReadModelState.MISSING
    rebuild(cells.service.engine, cells.service.settings.deadlines, ["outcomes"])
    assert standing(cells, "outcomes").state is ReadModelState.CURRENT
