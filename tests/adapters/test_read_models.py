"""The stored read models: made, compared with the code, thrown away and rebuilt while others read and write."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, inspect, text

from adapters import read_models
from adapters.database import DatabaseLocked, engine, reading, upgrade, writing
from adapters.read_models import ReadModelState
from adapters.recorded_event import RecordedEvent
from domain.commands.follow_up import Close, LogContact
from domain.commands.intake import Accept, RecordConsent
from domain.errors import UnknownEvent
from domain.person import Identity
from domain.vocabulary import Channel
from projections import detection_sources
from projections.registry import READ_MODELS
from projections.statistics import Filters
from tests.builders import referral
from tests.databases import Kind
from tests.service import Cells
from workflows.closing import ClosingReason
from workflows.deadlines import Deadlines

ALL_CURRENT = dict.fromkeys(READ_MODELS, ReadModelState.CURRENT)
CALL = LogContact(channel=Channel.PHONE, reached=True)


@pytest.fixture
def two_cases(cells: Cells) -> list[str]:
    """An open and a closed case."""
    cases = [
        cells.refer(referral(person=Identity(family_name=name, given_name="P."))).case_id
        for name in ("Hermelin", "Morel")
    ]
    cells.act(cases[0], Accept(counsellor="marie"), RecordConsent())
    cells.act(cases[1], Accept(counsellor="marie"), RecordConsent(), Close(reason=ClosingReason.MOVED))
    return cases


@pytest.fixture
def bare(database_url: str) -> Iterator[Engine]:
    """A database with the durable tables only."""
    upgrade(database_url)
    made = engine(database_url)
    yield made
    made.dispose()


def deadlines(cells: Cells) -> Deadlines:
    """Return the deadlines that the service works with."""
    return cells.service.settings.deadlines


# ---------------------------------------------------------------- made and compared


def test_an_empty_log_has_complete_read_models_at_once(bare: Engine) -> None:
    assert read_models.states(bare, Deadlines()) == dict.fromkeys(READ_MODELS, ReadModelState.MISSING)
    read_models.create(bare, Deadlines())
    assert read_models.states(bare, Deadlines()) == ALL_CURRENT


def test_making_them_twice_changes_nothing(cells: Cells, two_cases: list[str]) -> None:
    before = cells.everything()
    read_models.create(cells.service.engine, deadlines(cells))
    assert cells.everything() == before


def test_several_processes_may_start_at_once(bare: Engine) -> None:
    gate = Barrier(4)

    def start(_: int) -> None:
        own = engine(bare.url.render_as_string(hide_password=False))
        gate.wait()
        read_models.create(own, Deadlines())
        own.dispose()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(start, range(4)))
    assert read_models.states(bare, Deadlines()) == ALL_CURRENT


def test_a_start_needs_no_lock_when_everything_is_there(cells: Cells) -> None:
    settings = cells.service.settings
    other = engine(settings.database_url, lock_timeout_seconds=0.05)
    with writing(cells.service.engine) as connection:
        cells.service.storage.recorder.lock_head(connection)
        read_models.create(other, settings.deadlines)
        assert read_models.states(other, settings.deadlines) == ALL_CURRENT
    other.dispose()


def test_tables_that_are_gone_from_a_log_with_events_are_missing_until_rebuilt(
    cells: Cells, two_cases: list[str]
) -> None:
    whole = cells.stored()
    with writing(cells.service.engine) as connection:
        connection.execute(text("DROP TABLE durations_tally"))
    states = read_models.states(cells.service.engine, deadlines(cells))
    assert states == ALL_CURRENT | {"durations": ReadModelState.MISSING}
    read_models.rebuild(cells.service.engine, deadlines(cells), ["durations"])
    assert read_models.states(cells.service.engine, deadlines(cells)) == ALL_CURRENT
    assert cells.stored() == whole


def test_a_new_version_of_the_code_makes_one_stale(cells: Cells, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = replace(READ_MODELS["outcomes"], version=READ_MODELS["outcomes"].version + 1)
    monkeypatch.setitem(READ_MODELS, "outcomes", newer)
    states = read_models.states(cells.service.engine, deadlines(cells))
    assert states == ALL_CURRENT | {"outcomes": ReadModelState.STALE}


def test_other_deadlines_make_the_queue_stale_and_a_rebuild_gives_the_new_due_days(
    cells: Cells, two_cases: list[str]
) -> None:
    before = cells.stored()
    longer = Deadlines(consented=20)
    states = read_models.states(cells.service.engine, longer)
    assert states == ALL_CURRENT | {"counsellor_queue": ReadModelState.STALE}
    read_models.rebuild(cells.service.engine, longer, ["counsellor_queue"])
    assert read_models.states(cells.service.engine, longer) == ALL_CURRENT
    after = cells.stored()
    due = {name: [row[6] for row in rows["counsellor_queue"]] for name, rows in (("b", before), ("a", after))}
    assert [day + timedelta(days=6) for day in due["b"]] == due["a"]
    assert {k: v for k, v in after.items() if k != "counsellor_queue"} == {
        k: v for k, v in before.items() if k != "counsellor_queue"
    }


# ---------------------------------------------------------------- rebuilt


def test_a_rebuild_puts_right_whatever_was_tampered_with(cells: Cells, two_cases: list[str]) -> None:
    whole, durable = cells.stored(), cells.durable()
    with writing(cells.service.engine) as connection:
        for table, values in cells.stored().items():
            if values:
                connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text("INSERT INTO organisations VALUES ('nowhere', 'N', 'pilot', '2020-01-01')"))
    told: list[tuple[int, int]] = []
    read = read_models.rebuild(
        cells.service.engine, deadlines(cells), progress=lambda *done: told.append(done)
    )
    assert cells.stored() == whole
    assert cells.durable() == durable
    assert read == len(durable["events"])
    assert told[-1] == (read, read)


def test_a_rebuild_leaves_the_same_tables_with_the_same_indexes(cells: Cells, two_cases: list[str]) -> None:
    def shape() -> dict[str, object]:
        inspector = inspect(cells.service.engine)
        return {
            name: (
                [(column["name"], str(column["type"]), column["nullable"]) for column in columns],
                inspector.get_pk_constraint(name)["constrained_columns"],
                sorted((str(i["name"]), i["column_names"], i["unique"]) for i in inspector.get_indexes(name)),
            )
            for name in inspector.get_table_names()
            for columns in [inspector.get_columns(name)]
        }

    before = shape()
    read_models.rebuild(cells.service.engine, deadlines(cells))
    assert shape() == before


def test_only_what_is_named_is_rebuilt(cells: Cells, two_cases: list[str]) -> None:
    with writing(cells.service.engine) as connection:
        connection.execute(text("DELETE FROM outcomes"))
        connection.execute(text("DELETE FROM durations"))
    read_models.rebuild(cells.service.engine, deadlines(cells), ["durations"])
    stored = cells.stored()
    assert len(stored["durations"]) == 2
    assert stored["outcomes"] == []


def test_an_unknown_name_is_refused_before_anything_is_touched(cells: Cells, two_cases: list[str]) -> None:
    before = cells.everything()
    with pytest.raises(KeyError):
        read_models.rebuild(cells.service.engine, deadlines(cells), ["durations", "weather"])
    assert cells.everything() == before


@pytest.mark.parametrize(
    ("topic", "schema_version"), [("case.contact_logged", 99), ("case.horoscope_cast", 1)]
)
def test_an_event_beyond_this_code_stops_a_rebuild_and_leaves_everything_as_it_was(
    cells: Cells, two_cases: list[str], topic: str, schema_version: int
) -> None:
    recorder = cells.service.storage.recorder
    last = recorder.select_events(two_cases[0])[-1]
    assert isinstance(last, RecordedEvent)
    later = replace(
        last, originator_version=last.originator_version + 1, topic=topic, schema_version=schema_version
    )
    recorder.insert_events([later])
    before = cells.everything()
    with pytest.raises(UnknownEvent):
        read_models.rebuild(cells.service.engine, deadlines(cells))
    assert cells.everything() == before
    assert read_models.states(cells.service.engine, deadlines(cells)) == ALL_CURRENT


# ---------------------------------------------------------------- while others read and write


def test_readers_see_the_old_rows_until_the_new_ones_are_complete(cells: Cells, two_cases: list[str]) -> None:
    before = cells.stored()
    seen: list[dict[str, list[tuple[object, ...]]]] = []
    read_models.rebuild(
        cells.service.engine, deadlines(cells), progress=lambda *_: seen.append(cells.stored())
    )
    assert seen
    assert all(stored == before for stored in seen)


def test_whoever_began_to_read_before_a_rebuild_sees_one_instant_to_the_end(
    cells: Cells, two_cases: list[str]
) -> None:
    """A rebuild that swapped tables would show this reader empty ones."""
    with reading(cells.service.engine) as connection:
        connection.execute(text("SELECT count(*) FROM events"))  # from here on it is this instant
        read_models.rebuild(cells.service.engine, deadlines(cells))
        report = detection_sources.report(connection, Filters())
    assert [group.totals["total"] for group in report] == [2]


def test_whoever_writes_waits_for_the_rebuild(cells: Cells, two_cases: list[str]) -> None:
    settings = cells.service.settings
    impatient = engine(settings.database_url, lock_timeout_seconds=0.05)

    def try_to_write(*_: int) -> None:
        with pytest.raises(DatabaseLocked), writing(impatient) as connection:
            cells.service.storage.recorder.lock_head(connection)

    read_models.rebuild(cells.service.engine, settings.deadlines, progress=try_to_write)
    impatient.dispose()


def test_commands_given_during_a_rebuild_are_in_the_read_models(
    cells: Cells, two_cases: list[str], database_kind: Kind
) -> None:
    settings = cells.service.settings
    with ThreadPoolExecutor(1) as pool:
        waiting = []
        own = engine(settings.database_url)
        read_models.rebuild(
            own,
            settings.deadlines,
            progress=lambda *_: waiting.append(pool.submit(cells.act, two_cases[0], CALL)),
        )
        own.dispose()
        answers = [each.result() for each in waiting]
    assert [answer.events for answer in answers] == [("case.contact_logged",)]
    inline = cells.stored()
    read_models.rebuild(cells.service.engine, settings.deadlines)
    assert cells.stored() == inline
