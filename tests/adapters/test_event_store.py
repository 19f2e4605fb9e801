"""The event log: conflicts, transactions, positions, and what a reader gets back."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError, Notification, StoredEvent
from sqlalchemy import insert, select, text

from adapters.database import reading, writing
from adapters.event_store import EventRecorder, HeadLost, PlainRecorder, VersionConflict
from adapters.hash_chain import GENESIS, Head, link
from adapters.recorded_event import COLUMNS, RecordedEvent, RecordedNotification
from adapters.tables import event_log_head, events, read_models
from adapters.verify import verify
from tests.adapters.makers import event, store


@pytest.fixture
def recorder(migrated_database_url: str) -> Iterator[EventRecorder]:
    with store(migrated_database_url) as made:
        yield made


def _count(recorder: EventRecorder) -> int:
    return len(recorder.select_notifications(start=None, limit=1000))


# ------------------------------------------------------------ what is stored


def test_an_event_comes_back_with_its_envelope_its_position_and_its_hash(recorder: EventRecorder) -> None:
    sent = [event("case", 1), event("case", 2)]
    assert recorder.insert_events(sent) == [1, 2]
    found = recorder.select_events("case")
    assert found == sent
    assert all(isinstance(each, RecordedEvent) for each in found)
    first, second = found
    assert isinstance(first, RecordedEvent)
    assert isinstance(second, RecordedEvent)
    assert (first.position, second.position) == (1, 2)
    assert second.hash == verify(recorder.engine).head.hash != first.hash


def test_a_notification_is_an_event_with_an_id(recorder: EventRecorder) -> None:
    recorder.insert_events([event("other", 1), event("case", 1)])
    [found] = recorder.select_notifications(start=2, limit=10)
    assert isinstance(found, RecordedNotification)
    assert isinstance(found, Notification)
    assert isinstance(found, RecordedEvent)
    assert (found.id, found.position) == (2, 2)
    assert replace(event("case", 1), position=2) == RecordedEvent(
        **{name: value for name, value in vars(found).items() if name != "id"}
    )


def test_the_stored_row_is_the_event_and_its_hash_the_documented_one(recorder: EventRecorder) -> None:
    recorder.insert_events([event("a", 1)])
    recorder.insert_events([event("b", 1), event("a", 2)])
    with reading(recorder.engine) as connection:
        rows = connection.execute(select(events).order_by(events.c.position)).all()
        head = connection.execute(select(event_log_head.c.position, event_log_head.c.hash)).one()
    assert tuple(events.c.keys()) == COLUMNS
    assert rows[2][:13] == (
        3,
        "a",
        2,
        "case.contact_logged",
        1,
        "2018-03-31",
        "2018-03-31T12:00:00.000002Z",
        "c-17",
        "counsellor",
        "gard",
        "request-a-2",
        "a/1",
        '{"source":"reception"}',
    )
    previous = GENESIS
    for row in rows:
        assert row.hash == link(previous, tuple(row[:-1]))
        previous = row.hash
    assert head == (3, previous)


def test_the_librarys_bare_events_are_taken_too(recorder: EventRecorder) -> None:
    identifier = uuid4()
    recorder.insert_events([StoredEvent(identifier, 1, "t", b"{}")])
    assert recorder.select_events(identifier) == [RecordedEvent(str(identifier), 1, "t", b"{}")]
    assert PlainRecorder(recorder.engine).select_events(str(identifier)) == [
        StoredEvent(str(identifier), 1, "t", b"{}")
    ]


def test_an_unknown_argument_is_not_swallowed(recorder: EventRecorder) -> None:
    with pytest.raises(TypeError, match="tracking"):
        recorder.insert_events([event("case", 1)], tracking=None)
    assert _count(recorder) == 0


# ------------------------------------------------------------ conflicts


def test_of_two_commands_on_one_version_exactly_one_wins(recorder: EventRecorder) -> None:
    writers, rounds = 4, 10
    recorder.insert_events([event("case", 1)])
    start = Barrier(writers)

    def decide(version: int, writer: int) -> int:
        decided = replace(event("case", version), actor=f"c-{writer}")
        start.wait()
        try:
            recorder.insert_events([decided])
        except VersionConflict:
            return 0
        return 1

    with ThreadPoolExecutor(writers) as pool:
        for version in range(2, rounds + 2):
            done = [pool.submit(decide, version, writer) for writer in range(writers)]
            assert sum(each.result() for each in done) == 1
    assert [each.originator_version for each in recorder.select_events("case")] == list(range(1, rounds + 2))
    assert verify(recorder.engine).checked == rounds + 1
    assert verify(recorder.engine).intact


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_conflict_writes_nothing_wherever_it_is_in_the_batch(place: int, recorder: EventRecorder) -> None:
    recorder.insert_events([event("taken", 1)])
    batch = [event("a", 1), event("b", 1)]
    batch.insert(place, event("taken", 1))
    with pytest.raises(VersionConflict) as conflict:
        recorder.insert_events(batch)
    assert isinstance(conflict.value, IntegrityError)  # the library's own, as it expects
    assert set(conflict.value.case_ids) == {"a", "b", "taken"}
    assert _count(recorder) == 1
    assert recorder.insert_events([event("a", 1)]) == [2]
    assert verify(recorder.engine).intact


def test_a_conflict_undoes_all_of_the_transaction_it_was_part_of(recorder: EventRecorder) -> None:
    recorder.insert_events([event("case", 1)])

    def carry_on_regardless() -> None:
        with writing(recorder.engine) as connection:
            connection.execute(insert(read_models).values(name="half", version="1", position=0))
            with pytest.raises(VersionConflict):
                recorder.insert_events([event("new", 1), event("case", 1)], connection=connection)

    carry_on_regardless()
    with reading(recorder.engine) as connection:
        assert connection.execute(select(read_models)).all() == []
    assert _count(recorder) == 1
    assert recorder.insert_events([event("case", 2)]) == [2]


def test_another_integrity_error_is_not_taken_for_a_conflict(recorder: EventRecorder) -> None:
    unnumbered = replace(event("case", 1), originator_version=None)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError, match="the database refuses") as refusal:
        recorder.insert_events([unnumbered])
    assert not isinstance(refusal.value, VersionConflict)
    assert _count(recorder) == 0


def test_an_event_slipped_in_beyond_the_head_is_not_taken_for_a_conflict(recorder: EventRecorder) -> None:
    recorder.insert_events([event("case", 1)])
    with writing(recorder.engine) as connection:
        values = dict.fromkeys(COLUMNS, "x") | {"position": 2, "version": 1, "schema_version": 1}
        connection.execute(insert(events).values(values))
    with pytest.raises(IntegrityError, match="beyond the log's head") as refusal:
        recorder.insert_events([event("case", 2)])
    assert not isinstance(refusal.value, VersionConflict)


def test_nothing_is_appended_to_a_log_without_its_head(recorder: EventRecorder) -> None:
    with writing(recorder.engine) as connection:
        if recorder.engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER event_log_head_refuse_delete"))
        else:
            connection.execute(text("ALTER TABLE event_log_head DISABLE TRIGGER ALL"))
        connection.execute(text("DELETE FROM event_log_head"))
    with pytest.raises(HeadLost):
        recorder.insert_events([event("case", 1)])


# ------------------------------------------------------------ transactions and positions


def test_events_join_the_callers_transaction(recorder: EventRecorder) -> None:
    def fail_after_all() -> None:
        with writing(recorder.engine) as connection:
            assert recorder.insert_events([event("case", 1)], connection=connection) == [1]
            assert recorder.insert_events([event("case", 2)], connection=connection) == [2]
            raise LookupError

    with pytest.raises(LookupError):
        fail_after_all()
    assert _count(recorder) == 0
    with writing(recorder.engine) as connection:
        recorder.insert_events([event("case", 1)], connection=connection)
        assert recorder.lock_head(connection).position == 1
        recorder.insert_events([event("case", 2), event("case", 3)], connection=connection)
        assert recorder.max_notification_id() is None  # not seen before it is committed
    assert verify(recorder.engine).checked == 3
    assert verify(recorder.engine).intact


def test_nothing_to_append_takes_no_lock(recorder: EventRecorder) -> None:
    with writing(recorder.engine) as connection:
        recorder.lock_head(connection)
        assert recorder.insert_events([]) == []


def test_a_failed_append_leaves_no_gap(recorder: EventRecorder) -> None:
    for version in range(1, 4):
        recorder.insert_events([event("case", version)])
        with pytest.raises(VersionConflict):
            recorder.insert_events([event("case", version)])
    assert [each.id for each in recorder.select_notifications(start=None, limit=10)] == [1, 2, 3]


def test_the_head_of_an_empty_log(recorder: EventRecorder) -> None:
    with writing(recorder.engine) as connection:
        assert recorder.lock_head(connection) == Head(0, GENESIS)


def test_a_large_batch(recorder: EventRecorder) -> None:
    batch = [event(f"case-{number % 100}", number // 100 + 1) for number in range(3000)]
    assert recorder.insert_events(batch) == list(range(1, 3001))
    assert verify(recorder.engine).checked == 3000
    assert verify(recorder.engine).intact
