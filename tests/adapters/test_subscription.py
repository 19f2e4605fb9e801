"""Following the log: everything once, in order, and then whatever comes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from threading import Event

import pytest

from adapters.event_store import EventRecorder
from tests.adapters.makers import event, store


@pytest.fixture
def recorder(migrated_database_url: str) -> Iterator[EventRecorder]:
    with store(migrated_database_url) as made:
        yield made


def test_it_catches_up_over_many_pages_and_goes_on(recorder: EventRecorder) -> None:
    recorder.insert_events([event("case", version) for version in range(1, 1203)])
    with recorder.subscribe(gt=2) as subscription, ThreadPoolExecutor(1) as pool:
        assert [each.id for each in islice(subscription, 1200)] == list(range(3, 1203))
        waiting = pool.submit(next, subscription)
        recorder.insert_events([event("other", 1)])
        assert waiting.result().id == 1203


def test_it_passes_over_other_topics_without_looking_at_them_twice(recorder: EventRecorder) -> None:
    asked: list[int | None] = []

    class Watched(EventRecorder):
        def select_notifications(self, start, limit, stop=None, topics=(), *, inclusive_of_start=True):  # type: ignore[no-untyped-def]
            asked.append(start)
            return super().select_notifications(
                start, limit, stop, topics, inclusive_of_start=inclusive_of_start
            )

    recorder.insert_events([event("a", version) for version in range(1, 5)])
    with Watched(recorder.engine).subscribe(topics=["case.detected"]) as subscription:
        assert next(subscription).id == 1
        recorder.insert_events([event("b", 1)])
        assert next(subscription).id == 5
    assert asked == [0, 4]


def test_it_can_be_stopped_while_it_waits(recorder: EventRecorder) -> None:
    begun = Event()
    with recorder.subscribe() as subscription, ThreadPoolExecutor(1) as pool:

        def follow() -> list[int]:
            begun.set()
            return [each.id for each in subscription]

        following = pool.submit(follow)
        begun.wait()
        subscription.stop()
        assert following.result() == []
