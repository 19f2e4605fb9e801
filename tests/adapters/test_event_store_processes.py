"""Several processes on one log: no reader misses an event, and no killed writer takes one with it."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import pairwise
from random import Random
from time import perf_counter

from adapters.database import upgrade
from adapters.event_store import EventRecorder
from adapters.verify import verify
from tests.adapters.appender import DATABASE_LOST, appender
from tests.adapters.makers import store
from tests.support.postgresql import Server

WRITERS = 4
TURNS = 60
"""How often the pen must have passed from one writer to another before the reader has seen enough."""
KILLS = 5
BATCH = 20


def test_a_reader_that_follows_positions_misses_nothing(migrated_database_url: str) -> None:
    seen: list[tuple[str, int]] = []  # the case and version at each position

    def follow(recorder: EventRecorder) -> None:
        found = recorder.select_notifications(start=len(seen), limit=1000, inclusive_of_start=False)
        assert [each.id for each in found] == list(range(len(seen) + 1, len(seen) + len(found) + 1))
        seen.extend((str(each.originator_id), each.originator_version) for each in found)

    def seen_enough() -> bool:
        turns = sum(before != after for (before, _), (after, _) in pairwise(seen))
        return turns >= TURNS and len({case_id for case_id, _ in seen}) == WRITERS

    with store(migrated_database_url) as recorder, ExitStack() as stack:
        writers = {
            f"case-{number}": stack.enter_context(appender(migrated_database_url, f"case-{number}", number))
            for number in range(1, WRITERS + 1)
        }
        for writer in writers.values():
            writer.go()
        while not seen_enough():
            assert all(writer.alive for writer in writers.values())
            follow(recorder)
        assert [writer.stop() for writer in writers.values()] == [0] * WRITERS
        report = verify(recorder.engine)
        while len(seen) < report.checked:
            follow(recorder)
        assert report.intact
    for case_id, writer in writers.items():
        mine = [position for position, (seen_case, _) in enumerate(seen, start=1) if seen_case == case_id]
        assert writer.acknowledged == mine
        assert [seen[position - 1][1] for position in mine] == list(range(1, len(mine) + 1))


def test_killed_writers_take_no_acknowledged_event_with_them(migrated_database_url: str) -> None:
    chance = Random(20180331)
    acknowledged: list[int] = []
    with store(migrated_database_url) as recorder:
        for _ in range(KILLS):
            # Two at once: one is killed as it writes, or as it waits for the other.
            with (
                appender(migrated_database_url, "one", BATCH) as one,
                appender(migrated_database_url, "other", BATCH) as other,
            ):
                for writer in (one, other):
                    writer.go()
                for writer in (one, other):
                    writer.listen(commits=5)
                for writer in (one, other):
                    _let_pass(chance.uniform(0, 0.002))
                    writer.kill()
                    acknowledged += writer.acknowledged
            _all_there(recorder, acknowledged)


def test_a_killed_server_takes_no_acknowledged_event_with_it(own_postgresql: Server) -> None:
    upgrade(own_postgresql.url())
    acknowledged: list[int] = []
    with store(own_postgresql.url()) as recorder:
        for kill in range(2):
            with appender(own_postgresql.url(), "one", BATCH) as writer:
                writer.go()
                writer.listen(commits=10 + kill)
                own_postgresql.stop("immediate")
                assert writer.stop() == DATABASE_LOST
            own_postgresql.start()
            acknowledged += writer.acknowledged
            _all_there(recorder, acknowledged)


def _let_pass(seconds: float) -> None:
    """Let a part of a commit's time pass, so that the kill falls anywhere in it and not right after an answer."""
    until = perf_counter() + seconds
    while perf_counter() < until:
        pass


def _all_there(recorder: EventRecorder, acknowledged: list[int]) -> None:
    """Every acknowledged event, no half of a commit, and a chain that holds."""
    positions = [each.id for each in recorder.select_notifications(start=None, limit=1_000_000)]
    assert {*acknowledged} <= {*positions}
    assert positions == list(range(1, len(positions) + 1))
    lengths = [len(recorder.select_events(case_id)) for case_id in ("one", "other")]
    assert sum(lengths) == len(positions)
    assert [length % BATCH for length in lengths] == [0, 0]
    assert verify(recorder.engine).intact
