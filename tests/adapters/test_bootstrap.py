"""Opening a service: everything there and made for each other, or a refusal that says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.bootstrap import open_service
from adapters.database import SchemaTooNew, engine, writing
from adapters.key_file import create_key_file
from adapters.keys import KeyStoreMissing
from adapters.master_key import MasterKeyMissing, WrongMasterKey
from adapters.read_model_stamps import ReadModelsNotCurrent
from adapters.rebuild.conduct import rebuild
from adapters.settings import Settings
from domain.commands.follow_up import LogContact
from domain.ports import Request
from domain.vocabulary import Channel
from projections.counsellor_queue import COUNSELLOR_QUEUE, QueueFilters, queue
from projections.durations import DURATIONS
from projections.outcomes import OUTCOMES
from tests.builders import DETECTED_ON, MARIE, TODAY, day, referral
from tests.databases import Databases, Kind
from tests.service import Cells, SetClock, noon, open_cells, settings_in


@pytest.fixture
def lived_in(cells: Cells) -> Settings:
    """The settings of a service with a case in it, closed again."""
    cells.clock.set_day(DETECTED_ON)
    cells.refer(referral(note="Elle a mal."))
    cells.service.close()
    return cells.service.settings


def test_an_empty_database_becomes_a_service(
    databases: Databases, database_kind: Kind, tmp_path: Path
) -> None:
    with databases.fresh(database_kind) as url, open_cells(tmp_path / "home", url) as cells:
        case = cells.refer(referral())
        assert cells.act(case.case_id, LogContact(channel=Channel.PHONE, reached=True)).version == 2
        assert {path.name for path in (tmp_path / "home").iterdir()} >= {"master.key", "keys.db"}


def test_a_service_opens_again_on_what_it_left(lived_in: Settings) -> None:
    with open_service(lived_in, clock=SetClock()) as service:
        with service.engine.connect() as connection:
            (found,) = queue(connection, QueueFilters(), TODAY)
        person_id = service.storage.begin().load(found.case_id).state.person_id
        with service.engine.connect() as connection:
            assert service.vault.identity(connection, person_id) == referral().person


def test_the_present_day_is_that_of_paris(lived_in: Settings) -> None:
    """Half past eleven in the evening, UTC, is already tomorrow there."""
    late = noon(day(10)).replace(hour=23, minute=30)
    with open_service(lived_in, clock=lambda: late) as service:
        with service.engine.connect() as connection:
            (found,) = queue(connection, QueueFilters(), TODAY)
        service.use_cases.act(
            found.case_id, LogContact(channel=Channel.PHONE, reached=True), MARIE, 1, Request("test")
        )
        event = service.storage.begin().load(found.case_id).history[-1]
    assert (event.occurred_on, event.recorded_at) == (day(11), late)


# ---------------------------------------------------------------- read models


def test_changed_deadlines_mark_the_queue_until_it_is_rebuilt(lived_in: Settings) -> None:
    changed = settings_in(lived_in.home, lived_in.database_url, deadline_detected_days=3)
    with open_service(changed) as service:
        with service.figures.open([COUNSELLOR_QUEUE]) as source:
            assert source.stale == ("counsellor_queue",)
        rebuild(service.engine, changed.deadlines, ["counsellor_queue"])
        with service.figures.open([COUNSELLOR_QUEUE, DURATIONS]) as source:
            assert source.stale == ()
            assert [found.due_on for found in queue(source.connection, QueueFilters(), TODAY)] == [day(3)]


def test_read_models_that_are_gone_answer_nothing_until_they_are_rebuilt(lived_in: Settings) -> None:
    opened = engine(lived_in.database_url)
    with writing(opened) as connection:
        connection.execute(text("DELETE FROM read_models WHERE name = 'durations'"))
        connection.execute(text("DROP TABLE outcomes"))
    opened.dispose()
    with open_service(lived_in) as service:
        for model in (DURATIONS, OUTCOMES):
            with pytest.raises(ReadModelsNotCurrent) as refused, service.figures.open([model]):
                pass
            assert refused.value.names == [model.name]
        rebuild(service.engine, lived_in.deadlines, ["durations", "outcomes"])
        with service.figures.open([DURATIONS, OUTCOMES]) as source:
            assert source.stale == ()


# ---------------------------------------------------------------- the database


def test_a_database_of_a_later_version_is_left_untouched(lived_in: Settings) -> None:
    opened = engine(lived_in.database_url)
    with writing(opened) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("DROP TABLE counsellor_queue"))
    with pytest.raises(SchemaTooNew):
        open_service(lived_in)
    with opened.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
        assert not opened.dialect.has_table(connection, "counsellor_queue")
    opened.dispose()


def test_a_service_overtaken_by_a_later_version_stops_writing(cells: Cells) -> None:
    case = cells.refer(referral())
    before = cells.everything()
    with writing(cells.service.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNew):
        cells.act(case.case_id, LogContact(channel=Channel.PHONE, reached=True))
    assert cells.everything() == before


# ---------------------------------------------------------------- the keys


def test_without_its_master_key_nothing_opens_and_none_is_made(lived_in: Settings) -> None:
    lived_in.master_key_file.unlink()
    with pytest.raises(MasterKeyMissing):
        open_service(lived_in)
    assert not lived_in.master_key_file.exists()


def test_another_master_key_opens_nothing(lived_in: Settings) -> None:
    lived_in.master_key_file.unlink()
    create_key_file(lived_in.master_key_file)
    with pytest.raises(WrongMasterKey):
        open_service(lived_in)


def test_a_store_of_keys_that_is_gone_is_missed_at_once(lived_in: Settings) -> None:
    for path in lived_in.home.glob("keys.db*"):
        path.rename(path.with_name(f"saved-{path.name}"))
    with pytest.raises(KeyStoreMissing):
        open_service(lived_in)
    assert list(lived_in.home.glob("keys.db*")) == []
    for path in lived_in.home.glob("saved-*"):
        path.rename(path.with_name(path.name.removeprefix("saved-")))
    with open_service(lived_in) as service:
        work = service.storage.begin()
        assert work.person_of(referral().person) is not None


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_refused_start_gives_its_connections_back(lived_in: Settings) -> None:
    """An open connection would keep the file, and its write-ahead log, busy for whoever comes to repair."""
    for path in lived_in.home.glob("keys.db*"):
        path.unlink()
    with pytest.raises(KeyStoreMissing):
        open_service(lived_in)
    folders = (lived_in.home, Path(lived_in.database_url.removeprefix("sqlite:///")).parent)
    assert [path.name for folder in folders for path in folder.glob("*-wal")] == []
