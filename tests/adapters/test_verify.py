"""An intruder with full rights on the database changes the history; the walk names the first event touched.

The log under attack: cases `a`, `b` and `c`, turn by turn, nine events.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from adapters.database import writing
from adapters.event_store import EventRecorder
from adapters.hash_chain import GENESIS, Head
from adapters.recorded_event import COLUMNS
from adapters.verify import VerifyReport, verify
from adapters.verify_finding import Finding, Kind
from tests.adapters.intruder import Intruder
from tests.adapters.makers import event, opened

LENGTH = 9


def _case(position: int) -> tuple[str, int]:
    """Who recorded at this position: a, b, c, a, b, c..."""
    return "abc"[(position - 1) % 3], (position - 1) // 3 + 1


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    with opened(migrated_database_url) as made:
        recorder = EventRecorder(made)
        for position in range(1, LENGTH + 1):
            recorder.insert_events([event(*_case(position))])
        yield made


def _after(engine: Engine, *deeds: tuple[Any, ...], expect_head: Head | None = None) -> VerifyReport:
    with writing(engine) as connection:
        intruder = Intruder(connection)
        for name, *arguments in deeds:
            getattr(intruder, name)(*arguments)
    return verify(engine, expect_head=expect_head)


def _found(report: VerifyReport) -> tuple[Kind, int, str | None, int | None]:
    assert isinstance(report.finding, Finding)
    assert not report.intact
    french, english = report.finding.detail
    assert french != english
    return report.finding.kind, report.finding.position, report.finding.case_id, report.finding.version


# ------------------------------------------------------------ nothing was touched


def test_an_untouched_log_is_intact(engine: Engine) -> None:
    report = verify(engine)
    assert report.intact
    assert report.checked == report.head.position == LENGTH
    assert report == verify(engine, expect_head=report.head)


@pytest.mark.parametrize("lines", [1, 1000, 2500])
def test_an_empty_log_and_progress_to_the_end(lines: int, migrated_database_url: str) -> None:
    with opened(migrated_database_url) as made:
        assert verify(made) == VerifyReport(0, Head(0, GENESIS), None)
        EventRecorder(made).insert_events([event("a", version) for version in range(1, lines + 1)])
        calls: list[tuple[int, int]] = []
        assert verify(made, lambda done, total: calls.append((done, total))).intact
    assert calls[0] == (0, lines)
    assert calls[-1] == (lines, lines)
    assert calls == sorted(calls)


def test_a_log_that_grew_still_holds_the_head_noted_before(engine: Engine) -> None:
    noted = verify(engine).head
    EventRecorder(engine).insert_events([event("d", 1)])
    assert verify(engine, expect_head=noted).intact
    assert verify(engine, expect_head=Head(0, GENESIS)).intact


# ------------------------------------------------------------ altered


@pytest.mark.parametrize("position", [1, 5, LENGTH])
def test_an_altered_event(position: int, engine: Engine) -> None:
    assert _found(_after(engine, ("alter", position))) == (Kind.ALTERED, position, *_case(position))


def test_every_column_counts(migrated_database_url: str) -> None:
    for column in COLUMNS[3:]:
        with opened(migrated_database_url) as made:
            version = len(EventRecorder(made).select_events("a")) + 1
            EventRecorder(made).insert_events([event("a", version), event("a", version + 1)])
            with writing(made) as connection:
                intruder = Intruder(connection)
                [kept] = intruder.do(f"SELECT {column} FROM events WHERE version = {version}").scalars().all()
                other = kept + 1 if column == "schema_version" else "0" * 64
                intruder.do(f"UPDATE events SET {column} = :o WHERE version = {version}", o=other)
            report = verify(made)
            assert _found(report) == (Kind.ALTERED, version, "a", version), column
            with writing(made) as connection:
                Intruder(connection).do(f"UPDATE events SET {column} = :k WHERE version = {version}", k=kept)
            assert verify(made).intact


def test_the_first_of_several_is_named(engine: Engine) -> None:
    report = _after(engine, ("alter", 7), ("alter", 4), ("remove", 8))
    assert _found(report) == (Kind.ALTERED, 4, *_case(4))
    assert report.checked == 3


def test_altered_with_its_own_hash_recomputed_breaks_the_next_link(engine: Engine) -> None:
    # Event 5 now holds together with event 4; only event 6 remembers what 5 was.
    report = _after(engine, ("alter", 5), ("rehash", 5))
    assert _found(report) == (Kind.ALTERED, 6, *_case(6))
    assert report.finding is not None
    assert "event 5 was altered" in report.finding.detail[1]


def test_the_last_event_altered_with_its_own_hash_recomputed(engine: Engine) -> None:
    report = _after(engine, ("alter", LENGTH), ("rehash", LENGTH))
    assert _found(report) == (Kind.ALTERED, LENGTH, *_case(LENGTH))


def test_everything_rewritten_to_the_end_is_told_by_a_head_noted_elsewhere(engine: Engine) -> None:
    noted = verify(engine).head
    with writing(engine) as connection:
        intruder = Intruder(connection)
        intruder.alter(5)
        for position in range(5, LENGTH + 1):
            intruder.rehash(position)
        intruder.set_head(LENGTH, intruder.row(LENGTH)[-1])
    assert verify(engine).intact  # the chain has no secret
    assert _found(verify(engine, expect_head=noted)) == (Kind.REWRITTEN, LENGTH, None, None)


# ------------------------------------------------------------ removed


@pytest.mark.parametrize("position", [1, 4, 6])
def test_a_removed_event_is_named_by_the_hole_in_its_case(position: int, engine: Engine) -> None:
    assert _found(_after(engine, ("remove", position))) == (Kind.REMOVED, position, *_case(position))


def test_a_case_that_lost_its_last_event_cannot_tell_its_name(engine: Engine) -> None:
    assert _found(_after(engine, ("remove", 8))) == (Kind.REMOVED, 8, None, None)


@pytest.mark.parametrize("position", [1, 4, 8])
def test_removed_and_the_others_renumbered(position: int, engine: Engine) -> None:
    report = _after(engine, ("remove", position), ("shift", position, -1))
    assert _found(report)[:2] == (Kind.REMOVED, position)


def test_removed_renumbered_and_the_head_set_back(engine: Engine) -> None:
    report = _after(engine, ("remove", 4), ("shift", 4, -1), ("set_head", LENGTH - 1))
    assert _found(report) == (Kind.REMOVED, 4, *_case(4))


def test_removed_and_another_put_in_its_place(engine: Engine) -> None:
    report = _after(engine, ("remove", 4), ("move", 8, 4))
    assert _found(report) == (Kind.REMOVED, 4, *_case(4))


def test_the_last_events_removed(engine: Engine) -> None:
    assert _found(_after(engine, ("remove", LENGTH))) == (Kind.REMOVED, LENGTH, None, None)
    assert _found(_after(engine, ("remove", LENGTH - 1))) == (Kind.REMOVED, LENGTH - 1, None, None)


def test_all_events_removed(engine: Engine) -> None:
    assert _found(_after(engine, ("do", "DELETE FROM events"))) == (Kind.REMOVED, 1, None, None)


def test_the_last_event_removed_and_the_head_set_back_is_told_by_a_head_noted_elsewhere(
    engine: Engine,
) -> None:
    noted = verify(engine).head
    with writing(engine) as connection:
        intruder = Intruder(connection)
        intruder.remove(LENGTH)
        intruder.set_head(LENGTH - 1, intruder.row(LENGTH - 1)[-1])
    assert verify(engine).intact  # the log is as it was one event ago
    assert _found(verify(engine, expect_head=noted)) == (Kind.REMOVED, LENGTH, None, None)


# ------------------------------------------------------------ inserted


def test_inserted_at_the_end_without_the_head(engine: Engine) -> None:
    report = _after(engine, ("insert", LENGTH + 1, "forged", 1, "f" * 64))
    assert _found(report) == (Kind.INSERTED, LENGTH + 1, "forged", 1)


def test_inserted_at_the_end_with_a_right_link_without_the_head(engine: Engine) -> None:
    report = _after(engine, ("insert", LENGTH + 1, "forged", 1, ""), ("rehash", LENGTH + 1))
    assert _found(report) == (Kind.INSERTED, LENGTH + 1, "forged", 1)


def test_inserted_far_beyond_the_end(engine: Engine) -> None:
    report = _after(engine, ("insert", LENGTH + 50, "forged", 1, "f" * 64))
    assert _found(report) == (Kind.INSERTED, LENGTH + 50, "forged", 1)


@pytest.mark.parametrize("position", [0, -7])
def test_inserted_before_the_beginning(position: int, engine: Engine) -> None:
    report = _after(engine, ("insert", position, "forged", 1, "f" * 64))
    assert _found(report) == (Kind.INSERTED, position, "forged", 1)


@pytest.mark.parametrize("right_link", [False, True])
def test_inserted_at_the_end_with_the_heads_position(right_link: bool, engine: Engine) -> None:
    deeds: list[tuple[Any, ...]] = [("insert", LENGTH + 1, "forged", 1, "f" * 64), ("set_head", LENGTH + 1)]
    if right_link:
        deeds.append(("rehash", LENGTH + 1))
    assert _found(_after(engine, *deeds)) == (Kind.INSERTED, LENGTH + 1, "forged", 1)


def test_inserted_at_the_end_with_the_whole_head(engine: Engine) -> None:
    # Nothing tells an event that was never recorded from the last one, altered: the place is right.
    report = _after(engine, ("insert", LENGTH + 1, "forged", 1, "f" * 64), ("set_head", LENGTH + 1, "f" * 64))
    assert _found(report) == (Kind.ALTERED, LENGTH + 1, "forged", 1)


@pytest.mark.parametrize("position", [1, 4, LENGTH])
def test_inserted_in_the_middle(position: int, engine: Engine) -> None:
    report = _after(engine, ("shift", position, 1), ("insert", position, "forged", 1, "f" * 64))
    assert _found(report) == (Kind.INSERTED, position, "forged", 1)


@pytest.mark.parametrize("position", [1, 4, LENGTH])
def test_inserted_in_the_middle_with_a_right_link(position: int, engine: Engine) -> None:
    deeds = [("shift", position, 1), ("insert", position, "forged", 1, ""), ("rehash", position)]
    report = _after(engine, *deeds, ("set_head", LENGTH + 1))
    assert _found(report) == (Kind.INSERTED, position, "forged", 1)


# ------------------------------------------------------------ moved


@pytest.mark.parametrize(("one", "other"), [(1, 2), (3, 7), (4, 5), (8, LENGTH), (1, LENGTH)])
def test_two_events_swapped(one: int, other: int, engine: Engine) -> None:
    report = _after(engine, ("swap", one, other))
    assert _found(report) == (Kind.MOVED, one, *_case(one))
    assert report.finding is not None
    assert f"position {other}" in report.finding.detail[1]


def test_an_event_moved_away(engine: Engine) -> None:
    assert _found(_after(engine, ("move", 4, LENGTH + 5))) == (Kind.MOVED, 4, *_case(4))


def test_the_last_event_moved_away(engine: Engine) -> None:
    assert _found(_after(engine, ("move", LENGTH, LENGTH + 5))) == (Kind.MOVED, LENGTH, *_case(LENGTH))


def test_an_event_moved_later_and_those_between_moved_up(engine: Engine) -> None:
    deeds = [
        ("move", 3, -99),
        *[("move", position, position - 1) for position in range(4, 8)],
        ("move", -99, 7),
    ]
    assert _found(_after(engine, *deeds)) == (Kind.MOVED, 3, *_case(3))


def test_an_event_moved_earlier_and_those_between_moved_down(engine: Engine) -> None:
    deeds = [
        ("move", 7, -99),
        *[("move", position, position + 1) for position in (6, 5, 4, 3)],
        ("move", -99, 3),
    ]
    assert _found(_after(engine, *deeds)) == (Kind.MOVED, 3, *_case(3))


# ------------------------------------------------------------ the head, and the streams


def test_the_head_removed(engine: Engine) -> None:
    assert _found(_after(engine, ("do", "DELETE FROM event_log_head")))[0] is Kind.HEAD


def test_the_heads_hash_replaced(engine: Engine) -> None:
    assert _found(_after(engine, ("set_head", LENGTH, "f" * 64))) == (Kind.ALTERED, LENGTH, *_case(LENGTH))


def test_a_hole_in_a_case_shows_even_when_every_link_was_recomputed(engine: Engine) -> None:
    with writing(engine) as connection:
        intruder = Intruder(connection)
        intruder.remove(4)
        intruder.shift(4, -1)
        for position in range(4, LENGTH):
            intruder.rehash(position)
        intruder.set_head(LENGTH - 1, intruder.row(LENGTH - 1)[-1])
    assert _found(verify(engine)) == (Kind.VERSION_GAP, 6, "a", 2)


def test_versions_out_of_order_show_even_when_every_link_was_recomputed(engine: Engine) -> None:
    with writing(engine) as connection:
        intruder = Intruder(connection)
        intruder.swap(1, 4)
        for position in range(1, LENGTH + 1):
            intruder.rehash(position)
        intruder.set_head(LENGTH, intruder.row(LENGTH)[-1])
    assert _found(verify(engine)) == (Kind.VERSION_GAP, 1, "a", 2)
