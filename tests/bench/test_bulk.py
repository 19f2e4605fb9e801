"""The log that is filled in bulk is one that the program itself could have written."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from statistics import mean

import pytest
from sqlalchemy import Engine, select, text

from adapters.connections import reading
from adapters.demo.organisations import REGISTER
from adapters.organisations import Organisations
from adapters.read_models import create
from adapters.rebuild.conduct import rebuild
from adapters.tables import event_log_head, events
from adapters.verify import verify
from projections.case import TABLE as CASES
from tests.adapters.makers import opened
from tests.bench import bulk
from tests.bench.journeys import EVENTS_A_CASE, played
from tests.databases import Databases
from workflows.deadlines import Deadlines

EXTENT = bulk.Extent(40, days=30)


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    with opened(migrated_database_url) as made:
        create(made, Deadlines())
        Organisations(made).register(REGISTER, "bench", datetime(2014, 11, 17, tzinfo=UTC))
        made.dispose()
        yield made


def fill(engine: Engine) -> int:
    return bulk.append(engine.url.render_as_string(hide_password=False), EXTENT)


def test_the_chain_goes_on_from_the_events_before(engine: Engine) -> None:
    written = fill(engine)
    report = verify(engine)
    assert report.finding is None
    assert report.checked == written + len(REGISTER)
    with reading(engine) as connection:
        head = connection.execute(select(event_log_head.c.position, event_log_head.c.hash)).one()
    assert tuple(head) == (report.head.position, report.head.hash)


def test_every_case_can_be_told_from_its_events(engine: Engine) -> None:
    written = fill(engine)
    assert rebuild(engine, Deadlines(), jobs=0).parked == ()
    with reading(engine) as connection:
        versions = connection.execute(select(CASES.c.version)).scalars().all()
    assert len(versions) == EXTENT.cases
    assert sum(versions) == written


def test_events_lie_in_the_order_in_which_they_were_recorded_cases_among_each_other(engine: Engine) -> None:
    fill(engine)
    with reading(engine) as connection:
        rows = connection.execute(
            select(events.c.recorded_at, events.c.case_id)
            .where(events.c.position > len(REGISTER))
            .order_by(events.c.position)
        ).all()
    instants = [row.recorded_at for row in rows]
    assert instants == sorted(instants)
    changes = sum(a.case_id != b.case_id for a, b in pairwise(rows))
    assert changes > 3 * EXTENT.cases


def test_what_guards_the_log_is_put_back(engine: Engine) -> None:
    before = guards(engine)
    engine.dispose()
    fill(engine)
    assert guards(engine) == before
    assert len(before) > 2


def guards(engine: Engine) -> set[str]:
    asked = (
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' UNION SELECT journal_mode FROM pragma_journal_mode"
        if engine.dialect.name == "sqlite"
        else "SELECT conname || ': ' || pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = 'events'::regclass "
        "UNION SELECT pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE tgrelid = 'events'::regclass"
    )
    with reading(engine) as connection:
        return set(connection.execute(text(asked)).scalars())


def test_several_processes_make_the_same_log_as_one(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads = []
    for worth in (0, EXTENT.cases + 1):
        monkeypatch.setattr(bulk, "WORTH_PROCESSES", worth)
        with databases.fresh("sqlite", migrated=True) as url, opened(url) as made:
            fill(made)
            with reading(made) as connection:
                heads.append(connection.execute(select(event_log_head.c.hash)).scalar_one())
    assert heads[0] == heads[1]


def test_journeys_are_short_and_long_and_of_nine_events_on_average() -> None:
    lengths = [len(journey) for journey in played()]
    assert mean(lengths) == pytest.approx(EVENTS_A_CASE, abs=0.05)
    assert min(lengths) == 1
    assert max(lengths) > 20
    assert abs(bulk.events_of(1_100_000) - 10_000_000) < 50_000


def test_each_case_is_entered_on_one_day_of_the_extent() -> None:
    for extent in (EXTENT, bulk.Extent(7, days=30), bulk.Extent(1_000, days=3)):
        numbers = [number for day in range(-2, extent.days + 2) for number in extent.of_day(day)]
        assert numbers == list(range(extent.cases))
        first = extent.first.toordinal()
        assert all(
            extent.entered(number) == first + day
            for day in range(extent.days)
            for number in extent.of_day(day)
        )
