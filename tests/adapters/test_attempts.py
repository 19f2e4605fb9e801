"""Attempts: counted together by all who share a database, over a window that moves, for minutes and in no clear words."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

import adapters.attempts
from adapters import database
from adapters.attempts import AttemptLimits, Attempts, network_of
from adapters.tables import attempts as table
from tests.service import SetClock

LIMITS = AttemptLimits(minutes=5, per_address=4, per_id=2, sign_ins=3)
HERE, THERE = "192.0.2.7", "192.0.2.8"
MINUTE = timedelta(minutes=1)


def digest(purpose: str, text: str) -> str:
    """Stand for the keyed digest of the store of keys."""
    return f"{purpose}:{hash(text):x}"


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    """A database."""
    engine = database.engine(migrated_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> SetClock:
    """A clock to set."""
    return SetClock()


@pytest.fixture
def processes(engine: Engine, clock: SetClock) -> Iterator[list[Attempts]]:
    """Those who count in one database, with nothing else in common."""
    made = [Attempts(engine, LIMITS, digest, clock) for _ in range(2)]
    yield made
    for one in made:
        one.close()


def rows(engine: Engine) -> list[str]:
    """Return what is stored, a text a row."""
    with database.reading(engine) as connection:
        return [repr(tuple(row)) for row in connection.execute(sa.select(table))]


def test_all_who_share_a_database_count_together(processes: list[Attempts]) -> None:
    one, other = processes
    assert [process.refused(HERE, None) for process in (one, other, one, other)] == [None] * 4
    assert one.refused(HERE, None) == other.refused(HERE, None) == 300
    assert one.refused(THERE, None) is None


def test_at_the_same_instant_no_more_are_taken_than_there_are(engine: Engine, clock: SetClock) -> None:
    many = [Attempts(engine, LIMITS, digest, clock) for _ in range(8)]
    with ThreadPoolExecutor(len(many)) as pool:
        waits = list(pool.map(lambda process: process.refused(HERE, None), many))
    assert waits.count(None) == LIMITS.per_address
    for process in many:
        process.close()


def test_the_window_moves_with_the_first_of_its_attempts(processes: list[Attempts], clock: SetClock) -> None:
    """To the second; what is refused meanwhile puts nothing off."""
    one, other = processes
    for _ in range(LIMITS.per_address):
        assert one.refused(HERE, None) is None
        clock.now += MINUTE
    assert (one.refused(HERE, None), other.refused(HERE, None)) == (60, 60)
    clock.now += timedelta(seconds=59)
    assert (one.refused(HERE, None), other.refused(HERE, None)) == (1, 1)
    clock.now += timedelta(seconds=1)
    assert (one.refused(HERE, None), other.refused(HERE, None)) == (None, 60)


def test_guesses_at_one_id_are_counted_wherever_they_come_from(processes: list[Attempts]) -> None:
    one, other = processes
    addresses = (f"198.51.100.{number}" for number in count(1))
    waits = [process.refused(next(addresses), "0123456789ab") for process in (one, other, one)]
    assert waits == [None, None, 300]
    assert one.refused(next(addresses), "ba9876543210") is None


def test_sign_ins_are_counted_apart(processes: list[Attempts]) -> None:
    one, other = processes
    for _ in range(LIMITS.per_address + 1):
        one.refused(HERE, None)
    assert [process.signing_in(HERE) for process in (one, other, one, other)] == [None, None, None, 300]


def test_whoever_goes_on_costs_the_database_nothing_more(
    processes: list[Attempts], engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = processes
    for _ in range(LIMITS.per_address + 1):
        one.refused(HERE, "0123456789ab")
    kept = rows(engine)

    def never(*_: object) -> None:
        raise AssertionError("asked the database")

    monkeypatch.setattr(database, "writing", never)
    monkeypatch.setattr(database, "reading", never)
    assert one.refused(HERE, "0123456789ab") == 300
    monkeypatch.undo()
    assert rows(engine) == kept


def test_nothing_outlives_its_window_nor_says_where_it_came_from(
    processes: list[Attempts], engine: Engine, clock: SetClock
) -> None:
    one, other = processes
    one.refused(HERE, None)
    one.signing_in(HERE)
    assert len(rows(engine)) == 2
    assert not any(HERE in row for row in rows(engine))
    clock.now += 5 * MINUTE
    other.signing_in(THERE)
    assert len(rows(engine)) == 1
    clock.now += 5 * MINUTE
    one.clear_away()
    assert rows(engine) == []


def test_the_table_is_bounded_and_whoever_comes_then_is_let_through_uncounted(
    processes: list[Attempts], engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapters.attempts, "MOST_KEPT", 3)
    one, _ = processes
    waits = [one.refused(f"198.51.100.{number}", None) for number in range(10)]
    assert waits == [None] * 10
    assert len(rows(engine)) == 3


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_busy_database_keeps_nobody_out(migrated_database_url: str, clock: SetClock) -> None:
    engine = database.engine(migrated_database_url, lock_timeout_seconds=0.05)
    holder = database.engine(migrated_database_url)
    process = Attempts(engine, LIMITS, digest, clock)
    with database.writing(holder) as connection:
        connection.execute(sa.delete(table))
        assert [process.refused(HERE, None) for _ in range(2)] == [None] * 2
    assert rows(engine) == []
    process.close()
    engine.dispose()
    holder.dispose()


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("testclient", "elsewhere"),
        ("", "elsewhere"),
        (None, "elsewhere"),
    ],
)
def test_what_counts_as_one_place(address: str | None, place: str) -> None:
    assert network_of(address) == place


def test_the_storage_does_what_the_library_asks_of_one(engine: Engine, clock: SetClock) -> None:
    storage = adapters.attempts.AttemptsInDatabase(engine, clock)
    assert storage.check()
    assert (storage.incr("a", 60), storage.incr("a", 120, 2), storage.incr("b", 60)) == (1, 3, 1)
    assert storage.get("a") == 3
    assert storage.get_expiry("a") == (clock.now + timedelta(seconds=120)).timestamp()
    assert storage.get_expiry("c") == clock.now.timestamp()
    storage.clear("a")
    assert (storage.get("a"), storage.get("b")) == (0, 1)
    assert storage.reset() == 1
