"""The stored read models: made, compared with the code, thrown away and rebuilt while others read and write."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event

import pytest
from sqlalchemy import Engine, inspect, text

from adapters import read_models
from adapters.database import engine, reading, upgrade, writing
from adapters.read_models import ReadModelState
from adapters.rebuild.conduct import rebuild
from domain.commands.follow_up import Close, LogContact
from domain.commands.intake import Accept, RecordConsent
from domain.person import Identity
from domain.vocabulary import Channel
from projections.registry import READ_MODELS
from tests.builders import referral
from tests.cli.processes import PATIENCE_SECONDS
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
    rebuild(cells.service.engine, deadlines(cells), ["durations"])
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
    rebuild(cells.service.engine, longer, ["counsellor_queue"])
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
    read = rebuild(cells.service.engine, deadlines(cells), progress=lambda *done: told.append(done))
    assert cells.stored() == whole
    assert cells.durable() == durable
    assert read.events == len(durable["events"])
    assert told[-1] == (read.events, read.events)


def test_a_rebuild_leaves_the_same_tables_with_the_same_indexes(cells: Cells, two_cases: list[str]) -> None:
    def shape() -> dict[str, object]:
        inspector = inspect(cells.service.engine)
        return {
            name: (
                [(column["name"], str(column["type"]), column["nullable"]) for column in columns],
                inspector.get_pk_constraint(name)["constrained_columns"],
                # SQLite cannot rename an index: two names take turns.
                sorted(
                    (str(i["name"]).removesuffix("_2"), i["column_names"], i["unique"])
                    for i in inspector.get_indexes(name)
                ),
            )
            for name in inspector.get_table_names()
            for columns in [inspector.get_columns(name)]
        }

    before = shape()
    for _ in range(3):
        rebuild(cells.service.engine, deadlines(cells))
        assert shape() == before


def test_only_what_is_named_is_rebuilt(cells: Cells, two_cases: list[str]) -> None:
    with writing(cells.service.engine) as connection:
        connection.execute(text("DELETE FROM outcomes"))
        connection.execute(text("DELETE FROM durations"))
    rebuild(cells.service.engine, deadlines(cells), ["durations"])
    stored = cells.stored()
    assert len(stored["durations"]) == 2
    assert stored["outcomes"] == []


def test_an_unknown_name_is_refused_before_anything_is_touched(cells: Cells, two_cases: list[str]) -> None:
    before = cells.everything()
    with pytest.raises(KeyError):
        rebuild(cells.service.engine, deadlines(cells), ["durations", "weather"])
    assert cells.everything() == before


# ---------------------------------------------------------------- while others read and write


def test_readers_see_the_old_rows_until_the_new_ones_are_complete(cells: Cells, two_cases: list[str]) -> None:
    before = cells.stored()
    seen: list[dict[str, list[tuple[object, ...]]]] = []
    rebuild(cells.service.engine, deadlines(cells), progress=lambda *_: seen.append(cells.stored()))
    assert seen
    assert all(stored == before for stored in seen)


def test_whoever_began_to_read_before_a_rebuild_sees_one_instant_to_the_end(
    cells: Cells, two_cases: list[str]
) -> None:
    """A table swapped under this reader would show it rows that are younger than its instant, that is none."""
    with ThreadPoolExecutor(1) as pool:
        with reading(cells.service.engine) as connection:
            connection.execute(text("SELECT count(*) FROM events"))  # from here on it is this instant
            filled = Event()
            rebuilt = pool.submit(
                rebuild, cells.service.engine, deadlines(cells), progress=lambda *_: filled.set()
            )
            assert filled.wait(PATIENCE_SECONDS)
            if cells.service.engine.dialect.name == "sqlite":  # its readers are in nobody's way
                rebuilt.result(PATIENCE_SECONDS)
            rows = connection.execute(text("SELECT count(*) FROM detection_sources")).scalar()
        rebuilt.result(PATIENCE_SECONDS)
    assert rows == 2


def test_commands_given_during_a_rebuild_wait_for_nothing_and_are_in_the_read_models(
    cells: Cells, two_cases: list[str]
) -> None:
    settings = cells.service.settings
    given: list[int] = []

    def act(*_: int) -> None:
        if not given:
            given.append(cells.act(two_cases[0], CALL).version)

    rebuild(cells.service.engine, settings.deadlines, progress=act)
    inline = cells.stored()
    assert [row[5] for row in inline["cases"] if row[0] == two_cases[0]] == given
    rebuild(cells.service.engine, settings.deadlines)
    assert cells.stored() == inline
