"""The log of accesses: kept by the database itself, asked in many ways, and cleared of what is old enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, exc, func, select, text

from adapters import accesses, read_models
from adapters.accesses import Access, AccessFilters, RecordedAccess
from adapters.database import reading, writing
from adapters.health import missing_guards
from adapters.storage_errors import AccessNotRecorded
from adapters.tables import accessed_cases
from adapters.tables import accesses as table
from domain.accesses import AccessKind, Ground
from tests.adapters.makers import opened
from workflows.deadlines import Deadlines

NOW = datetime.now(UTC)
SIX_MONTHS = timedelta(days=184)
"""At the most."""


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    with opened(migrated_database_url) as made:
        read_models.create(made, Deadlines())
        yield made


def read(
    engine: Engine,
    *case_ids: str,
    kind: AccessKind = AccessKind.CASE,
    actor: str = "marie",
    at: datetime = NOW,
) -> str:
    """Record a reading."""
    people = {case_id: f"person of {case_id}" for case_id in case_ids}
    access = Access(kind, actor, "counsellor", "gard", Ground.ORGANISATION, people)
    return accesses.record(engine, access, at)


def found(engine: Engine, asked: AccessFilters = AccessFilters()) -> list[RecordedAccess]:  # noqa: B008 - frozen
    with reading(engine) as connection:
        return accesses.listed(connection, asked)


REFUSED = {
    "update": "UPDATE accesses SET actor = 'paul'",
    "update nothing really": "UPDATE accesses SET actor = actor",
    "update a case": "UPDATE accessed_cases SET case_id = 'other'",
    "delete": "DELETE FROM accesses",
    "delete a case": "DELETE FROM accessed_cases",
    "insert over": "INSERT INTO accesses SELECT * FROM accesses",
    "insert a case over": "INSERT INTO accessed_cases SELECT * FROM accessed_cases",
}
SQLITE = {
    "replace": "REPLACE INTO accesses SELECT * FROM accesses",
    "replace a case": "REPLACE INTO accessed_cases SELECT * FROM accessed_cases",
}
POSTGRESQL = {
    "truncate": "TRUNCATE accesses, accessed_cases",
    "as a replica": "SET LOCAL session_replication_role = replica; DELETE FROM accesses",
}


def test_what_was_recorded_can_be_neither_changed_nor_removed(engine: Engine) -> None:
    read(engine, "a", "b")
    read(engine, "a", at=NOW - timedelta(days=180))
    before = found(engine)
    more = SQLITE if engine.dialect.name == "sqlite" else POSTGRESQL
    for what, statement in (REFUSED | more).items():
        with pytest.raises(exc.DBAPIError) as refusal, writing(engine) as connection:
            connection.execute(text(statement))
        assert isinstance(refusal.value, exc.IntegrityError), what
        assert found(engine) == before, what


def test_the_guards_are_looked_at(engine: Engine) -> None:
    with reading(engine) as connection:
        assert missing_guards(connection) == []
    on = " ON accesses" if engine.dialect.name == "postgresql" else ""
    with writing(engine) as connection:
        connection.execute(text(f"DROP TRIGGER accesses_refuse_delete{on}"))
    with reading(engine) as connection:
        assert missing_guards(connection) == ["accesses_refuse_delete"]


def test_what_is_old_enough_is_removed_some_at_a_time(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accesses, "_AT_ONCE", 2)
    year = timedelta(days=365)
    for days in range(5):
        read(engine, "a", "b", at=NOW - year - timedelta(days=days + 1))
    kept = [read(engine, "a"), read(engine, "a", at=NOW - year + timedelta(days=1))]
    assert accesses.purge(engine, NOW - year) == 5
    assert [one.access_id for one in found(engine)] == kept
    with reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(accessed_cases)).scalar() == 2
    assert accesses.purge(engine, NOW - year) == 0


def test_nothing_younger_than_six_months_is_removed_whoever_asks(engine: Engine) -> None:
    read(engine, "a", at=NOW - SIX_MONTHS - timedelta(days=1))
    young = read(engine, "a", at=NOW - timedelta(days=180))
    with pytest.raises(exc.IntegrityError, match="six months"):
        accesses.purge(engine, NOW)
    assert young in [one.access_id for one in found(engine)]


def test_the_log_is_asked_by_case_account_kind_and_time(engine: Engine) -> None:
    days = [NOW - timedelta(days=n) for n in range(4)]
    opened_a = read(engine, "a", at=days[0])
    listed = read(engine, "a", "b", kind=AccessKind.LIST, actor="paul", at=days[1])
    opened_b = read(engine, "b", kind=AccessKind.HISTORY, at=days[2])
    nobodys = read(engine, kind=AccessKind.EXPORT, actor="anna", at=days[3])

    def ids(**asked: object) -> list[str]:
        return [one.access_id for one in found(engine, AccessFilters(**asked))]  # type: ignore[arg-type]

    assert ids() == [opened_a, listed, opened_b, nobodys]
    assert ids(case_ids=["a"]) == [opened_a, listed]
    assert ids(case_ids=["a", "b"]) == [opened_a, listed, opened_b]
    assert ids(case_ids=[]) == []
    assert ids(actor="paul") == [listed]
    assert ids(kind=AccessKind.HISTORY) == [opened_b]
    assert ids(ground=Ground.NATIONAL) == []
    assert ids(since=days[1], until=days[0]) == [listed]
    assert ids(after=listed, limit=1) == [opened_b]
    assert ids(organisation="gard") == ids()
    assert ids(organisation="isere") == []
    (of_b,) = found(engine, AccessFilters(case_ids=["b"], kind=AccessKind.LIST))
    assert of_b.people == {"b": "person of b"}, "of a list, what was not asked for is not told"


def test_the_accesses_of_cases_are_all_told(engine: Engine) -> None:
    for seconds in range(60):
        read(engine, "a", at=NOW + timedelta(seconds=seconds))
    read(engine, "b")
    with reading(engine) as connection:
        assert len(accesses.accesses_of(connection, ["a"])) == 60


def test_a_reading_that_cannot_be_written_is_said_so(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE accesses RENAME TO aside"))
    with pytest.raises(AccessNotRecorded):
        read(engine, "a")


def test_the_order_of_the_ids_is_that_of_time(engine: Engine) -> None:
    at = [NOW + timedelta(milliseconds=n) for n in (3, 1, 2)]
    for one in at:
        read(engine, "a", at=one)
    with reading(engine) as connection:
        assert list(connection.execute(select(table.c.at).order_by(table.c.access_id)).scalars()) == sorted(
            connection.execute(select(table.c.at)).scalars()
        )
