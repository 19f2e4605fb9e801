"""A database that is locked, gone, or of another version: each has its clear answer, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters.database import engine as engine_for
from adapters.database import writing
from adapters.schema import HEAD
from adapters.verify import verify
from tests.api.house import House, fresh_house, opened, payload
from tests.api.logs import Log
from tests.builders import ANNA, DORA, MARIE, SOFIA, referral
from tests.databases import Databases, Kind
from tests.support.postgresql import Server

REFERRAL = payload(referral())
IMPATIENT = 0.2
"""Seconds a writer waits in these tests."""

HOLDER = """
import sys
from adapters.connections import engine, writing
from adapters.event_store import EventRecorder

made = engine(sys.argv[1])
with writing(made) as connection:
    EventRecorder(made).lock_head(connection)
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def held(url: str) -> Iterator[None]:
    """Have another process hold the append lock."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    with holder:
        assert holder.stdout.readline() == "held\n"
        yield
        holder.stdin.write("\n")
        holder.stdin.flush()
        holder.wait()


@pytest.fixture
def impatient(database_kind: Kind, databases: Databases, tmp_path: Path) -> Iterator[House]:
    """A house on each database that does not wait long for a lock."""
    home = tmp_path / "home"
    with fresh_house(databases, database_kind, home, lock_timeout_seconds=IMPATIENT) as house:
        yield house


def test_locked_by_another_process(impatient: House, log: Log) -> None:
    """Writing is told to try again; reading goes on; and once the lock is free the same request is done.

    A case is read where its reading can be recorded: PostgreSQL's append lock is the events' alone, SQLite's everybody's.
    """
    house = impatient
    case_id = house.refer(REFERRAL).json()["case_id"]
    house.get("/queue", MARIE)  # the use of her token is noted by now
    before = house.cells.durable()
    with held(house.cells.service.settings.database_url):
        log.clear()
        busy = house.act(case_id, "accept", {"counsellor": "marie"}, MARIE, 1, Idempotency_Key="again")
        assert (busy.status_code, busy.json()["type"]) == (503, "urn:filrouge:problem:busy")
        assert busy.headers["retry-after"] == "1"
        (line,) = log.requests
        assert (line["status"], line["problem"], line["level"]) == (503, "busy", "error")
        assert line["raised"]["type"].endswith("DatabaseLocked")
        assert house.get("/queue", MARIE).status_code == 200
        read = house.get(f"/cases/{case_id}", MARIE)
        if house.cells.service.engine.dialect.name == "sqlite":
            assert (read.status_code, read.json()["type"]) == (503, "urn:filrouge:problem:not-recorded")
        else:
            assert read.status_code == 200
        assert house.get("/readyz", None).status_code == 200
    assert house.cells.durable() == before
    done = house.act(case_id, "accept", {"counsellor": "marie"}, MARIE, 1, Idempotency_Key="again")
    assert (done.status_code, "idempotent-replayed" in done.headers) == (200, False)
    assert verify(house.cells.service.engine).intact


def test_the_file_is_gone(databases: Databases, tmp_path: Path, log: Log) -> None:
    """SQLite: nothing is written into a file that nobody could open again; when it is back, work goes on."""
    with databases.fresh("sqlite", migrated=True) as url, opened(tmp_path / "home", url) as house:
        case_id = house.refer(REFERRAL).json()["case_id"]
        path = Path(url.removeprefix("sqlite:///"))
        aside = path.with_name("aside")
        house.get("/queue", MARIE)
        path.rename(aside)
        log.clear()
        answers = [
            house.get("/queue", MARIE),
            house.get(f"/cases/{case_id}", MARIE),
            house.refer(REFERRAL),
            house.act(case_id, "accept", {"counsellor": "marie"}, MARIE, 1),
        ]
        for answer in answers:
            assert (answer.status_code, answer.json()["type"]) == (503, "urn:filrouge:problem:unavailable")
            assert answer.headers["retry-after"] == "30"
            assert str(path) not in answer.text
        assert {line["problem"] for line in log.requests} == {"unavailable"}
        ready = house.get("/readyz", None)
        assert (ready.status_code, ready.json()["type"]) == (503, "urn:filrouge:problem:not-ready")
        assert ready.json()["checks"]["schema"] != "ok"
        assert str(path) not in ready.text
        assert house.get("/healthz", None).status_code == 200
        aside.rename(path)
        assert house.act(case_id, "accept", {"counsellor": "marie"}, MARIE, 1).status_code == 200
        assert house.get("/readyz", None).status_code == 200
        assert verify(house.cells.service.engine).intact


def test_the_server_is_stopped(own_postgresql: Server, tmp_path: Path, log: Log) -> None:
    """PostgreSQL: the same, and the service finds it again by itself when it is back."""
    from adapters.database import upgrade

    url = own_postgresql.url()
    upgrade(url)
    with opened(tmp_path / "home", url) as house:
        case_id = house.refer(REFERRAL).json()["case_id"]
        own_postgresql.stop("immediate")
        log.clear()
        for answer in (
            house.get("/queue", MARIE),
            house.get(f"/cases/{case_id}", MARIE),
            house.refer(REFERRAL),
        ):
            assert (answer.status_code, answer.json()["type"]) == (503, "urn:filrouge:problem:unavailable")
        assert {line["problem"] for line in log.requests} == {"unavailable"}
        assert house.get("/readyz", None).status_code == 503
        own_postgresql.start()
        assert house.act(case_id, "accept", {"counsellor": "marie"}, MARIE, 1).status_code == 200
        assert house.get("/readyz", None).json()["checks"] == {
            "keys": "ok",
            "read_models": "ok",
            "schema": "ok",
        }
        assert verify(house.cells.service.engine).intact


def test_a_newer_version_took_the_database_over(house: House, log: Log) -> None:
    """A program that was overtaken stops writing at once, and says so when asked whether it is ready."""
    case_id = house.refer(REFERRAL).json()["case_id"]
    house.get("/queue", MARIE)
    own = engine_for(house.cells.service.settings.database_url)
    with writing(own) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    before = house.cells.durable()
    log.clear()
    refused = house.act(case_id, "accept", {"counsellor": "marie"}, MARIE, 1)
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:filrouge:problem:schema-mismatch")
    assert [(line["status"], line["problem"]) for line in log.requests] == [(503, "schema-mismatch")]
    ready = house.get("/readyz", None)
    assert (ready.status_code, ready.json()["checks"]["schema"]) == (503, "newer")
    assert house.cells.durable() == before
    with writing(own) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :head"), {"head": HEAD})
    own.dispose()
    assert house.act(case_id, "accept", {"counsellor": "marie"}, MARIE, 1).status_code == 200
    assert verify(house.cells.service.engine).intact


def test_read_models_of_other_rules_are_shown_and_keep_nobody_away(house: House) -> None:
    change(house, "UPDATE read_models SET version = 'old' WHERE name = 'durations'")
    change(
        house,
        "INSERT INTO parked_events VALUES ('outcomes', 'c', 1, 1, 'case.detected', 'Wrong', '2026-03-01T00:00:00Z')",
    )
    ready = house.get("/readyz", None, Accept_Language="en")
    assert ready.status_code == 200
    data = ready.json()["data"]
    states = {one["name"]: (one["state"], one["parked"]) for one in data["read_models"]}
    assert states["durations"] == ("stale", 0)
    assert states["outcomes"] == ("current", 1)
    assert data["parked"] == [
        {"read_model": "outcomes", "position": 1, "topic": "case.detected", "error": "Wrong"}
    ]
    assert data["rebuild"] is None
    told = house.get("/statistics/durations", ANNA).json()
    assert told["stale"] == ["durations"]
    assert told["parked"] == 0
    told = house.get("/statistics/outcomes", ANNA).json()
    assert (told["stale"], told["parked"]) == ([], 1)


def test_no_command_is_taken_while_the_cases_are_made_anew(house: House) -> None:
    case_id = house.refer(REFERRAL).json()["case_id"]
    change(house, "UPDATE read_models SET version = 'old' WHERE name = 'case'")
    before = house.cells.everything()
    refused = house.act(case_id, "accept", {"counsellor": "marie"}, MARIE, 1)
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:filrouge:problem:not-current")
    assert refused.headers["retry-after"] == "30"
    assert house.cells.everything() == before
    ready = house.get("/readyz", None, Accept_Language="en")
    assert (ready.status_code, ready.json()["checks"]["read_models"]) == (503, "case: stale")
    assert ready.headers["retry-after"] == "5"
    assert ready.json()["data"]["read_models"][0]["state"] == "stale"


def change(house: House, statement: str) -> None:
    """Change the database as another program would."""
    own = engine_for(house.cells.service.settings.database_url)
    with writing(own) as connection:
        connection.execute(sa.text(statement))
    own.dispose()


def test_an_error_that_nobody_foresaw(house: House, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is answered without a word of what it was, and the log says where it was raised, without its message."""
    secret = "Geneviève, 06 12 34 56 78"

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(secret)

    monkeypatch.setattr(house.cells.service.use_cases, "refer", broken)
    answer = house.refer(REFERRAL)
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (500, "urn:filrouge:problem:unexpected")
    (line,) = log.requests
    assert (line["level"], line["status"], line["problem"]) == ("error", 500, "unexpected")
    assert line["raised"]["type"] == "RuntimeError"
    assert line["raised"]["where"][-1].endswith("broken")
    assert problem["instance"] == f"urn:filrouge:request:{line['request_id']}"
    for text in (answer.text, log.text):
        assert secret not in text
        assert "Traceback" not in text
    assert house.get("/queue", SOFIA).status_code == 200


def test_an_altered_note_is_an_error_and_not_somebody_elses_text(house: House, log: Log) -> None:
    """What the vault cannot open is not shown as absent: the case says that something is wrong."""
    case_id = house.refer(REFERRAL).json()["case_id"]
    own = engine_for(house.cells.service.settings.database_url)
    with writing(own) as connection:
        connection.execute(
            sa.text("UPDATE people SET identity = 'v1.' || identity WHERE identity IS NOT NULL")
        )
    own.dispose()
    answer = house.get(f"/cases/{case_id}", MARIE)
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:filrouge:problem:unexpected")
    assert log.requests[-1]["raised"]["type"].endswith("SealBroken")
    assert house.get("/queue", DORA).status_code == 403
