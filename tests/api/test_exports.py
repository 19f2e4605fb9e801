"""Exports over HTTP: who may ask for what, how far they are, what becomes of them when something goes wrong."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx2
import pytest

from adapters.database import reading, writing
from adapters.exports import jobs, worker
from adapters.exports.jobs import MOST_ATTEMPTS, MOST_WAITING, State, Withdrawn
from adapters.exports.make import Progress, Source, make
from adapters.exports.manifest import Manifest, Order
from adapters.exports.workshop import Workshop
from adapters.settings import environment
from domain.access import Principal
from domain.vocabulary import Source as DetectionSource
from tests.adapters.exporting import grow
from tests.api.house import ALMA, AUDE, NADIA, OLGA, SIMON, House, fronted
from tests.builders import ANNA, DENIS, DORA, MARIE, SOFIA, TODAY
from tests.cli.cases import only_referred
from tests.service import Cells

STATISTIC = {"subject": "statistic", "name": "detection-sources", "format": "csv"}
TABLE = {"subject": "table", "name": "case", "format": "csv"}
EVENTS = {"subject": "events", "format": "xes"}


@pytest.fixture
def house(cells: Cells) -> Iterator[House]:
    """Forty cases of three cells, and an account of every role."""
    grow(cells, 38)
    only_referred(cells, DetectionSource.MEDICAL_SERVICE)
    with fronted(cells) as opened:
        yield opened


def asked(house: House, body: dict[str, Any], by: Principal) -> str:
    """Ask for an export; return its address."""
    answer = house.post("/exports", by, body)
    assert answer.status_code == 202, answer.text
    assert answer.json()["state"]["code"] == "waiting"
    address: str = answer.headers["location"]
    return address


def rows(answer: httpx2.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def kept(house: House) -> list[str]:
    return sorted(path.name for path in jobs.folder(house.cells.service.settings.home).iterdir())


def test_asked_followed_fetched_deleted(house: House) -> None:
    address = asked(house, STATISTIC, ANNA)
    early = house.get(f"{address}/content", ANNA)
    assert (early.status_code, early.json()["type"]) == (409, "urn:filrouge:problem:export-not-ready")
    assert early.headers["retry-after"] == "2"
    assert house.make_exports() == 1
    made = house.get(address, ANNA).json()
    assert (made["state"]["code"], made["author"]) == ("done", "anna")
    assert made["progress"]["done"] == made["progress"]["total"] == made["position"]
    content = house.get(f"{address}/content", ANNA)
    assert content.headers["content-type"] == "text/csv; charset=utf-8"
    assert content.headers["content-disposition"].endswith('.csv"')
    assert sha256(content.content).hexdigest() == made["manifest"]["sha256"]
    assert any(row["figure"] == "total" for row in rows(content))
    assert len(kept(house)) == 2
    assert house.delete(address, ANNA).status_code == 204
    assert kept(house) == []
    assert house.get(address, ANNA).status_code == 404
    assert house.delete(address, ANNA).status_code == 404


def test_only_its_author_knows_of_it(house: House) -> None:
    """To the byte like one that does not exist."""
    address = asked(house, TABLE, SOFIA)
    house.make_exports()
    unknown = "/exports/01610e5a-4c00-7000-8000-00000000dead"
    for by in (ANNA, AUDE, NADIA, SIMON):
        for path in ("", "/content"):
            hidden, absent = house.get(address + path, by), house.get(unknown + path, by)
            assert hidden.status_code == absent.status_code == 404
            assert {**hidden.json(), "instance": ""} == {**absent.json(), "instance": ""}
        assert house.delete(address, by).status_code == 404
        assert house.get("/exports", by).json() == {"exports": []}
    assert [one["export_id"] for one in house.get("/exports", SOFIA).json()["exports"]] == [
        address.rpartition("/")[2]
    ]


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        (STATISTIC, {SOFIA: 202, ANNA: 202, OLGA: 202, AUDE: 403, NADIA: 403}),
        (EVENTS, {SOFIA: 202, ANNA: 202, OLGA: 202, AUDE: 202, NADIA: 202}),
        (TABLE, {SOFIA: 202, ANNA: 403, OLGA: 403, AUDE: 202, NADIA: 202}),
    ],
)
def test_who_may_ask_for_what(house: House, body: dict[str, Any], statuses: dict[Principal, int]) -> None:
    answers = {by: house.post("/exports", by, body).status_code for by in statuses}
    assert answers == statuses
    others = {by: house.post("/exports", by, body).status_code for by in (DORA, MARIE, DENIS, ALMA)}
    assert set(others.values()) == {403}


def test_nobody_gets_more_than_their_organisation(house: House) -> None:
    for body in (STATISTIC, TABLE, EVENTS):
        assert house.post("/exports", SOFIA, {**body, "organisation": ["isere"]}).status_code == 403
    address = asked(house, TABLE, SOFIA)
    house.make_exports()
    assert {row["organisation"] for row in rows(house.get(f"{address}/content", SOFIA))} == {"gard"}
    address = asked(house, TABLE, NADIA)
    house.make_exports()
    found = {row["organisation"] for row in rows(house.get(f"{address}/content", NADIA))}
    assert found == {"gard", "isere", "herault"}


def test_small_counts_are_hidden_from_everybody(house: House) -> None:
    """Also from the supervisor, who sees them on the screen: the file is for somebody else."""
    for by in (SOFIA, ANNA, OLGA):
        address = asked(house, {**STATISTIC, "group_by": "month"}, by)
        house.make_exports()
        found = rows(house.get(f"{address}/content", by))
        counts = [float(row["value"]) for row in found if row["kind"] == "count" and row["value"]]
        assert not [count for count in counts if 0 < count < 11]
        assert any(row["hidden"] == "true" for row in found)


def test_what_it_holds_is_what_there_was_when_it_was_asked_for(house: House) -> None:
    first = asked(house, TABLE, NADIA)
    only_referred(house.cells, DetectionSource.SOCIAL_SERVICE)
    second = asked(house, TABLE, NADIA)
    house.make_exports()
    before, after = (rows(house.get(f"{address}/content", NADIA)) for address in (first, second))
    assert len(after) == len(before) + 1


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "#/subject", "required"),
        ({**STATISTIC, "subject": "people"}, "#/subject", "unknown_value"),
        ({**STATISTIC, "format": "xes"}, "#/format", "unknown_value"),
        ({**STATISTIC, "name": "ages"}, "#/name", "unknown_value"),
        ({**STATISTIC, "organisation": ["nowhere"]}, "#/organisation", "unknown_value"),
        ({**STATISTIC, "from": "2026-02-01", "to": "2026-01-01"}, "#/from", "period_backwards"),
        ({**STATISTIC, "maturity": 90}, "#/maturity", "not_for_this"),
        ({**STATISTIC, "basis": "recorded"}, "#/basis", "without_as_of"),
        ({**STATISTIC, "as_of": "2999-01-01"}, "#/as_of", "day_to_come"),
        ({**EVENTS, "from": "2026-02-01"}, "#/from", "not_for_this"),
        ({**EVENTS, "group_by": "month"}, "#/group_by", "not_for_this"),
        ({**EVENTS, "author": "sofia"}, "#", "unknown_field"),
    ],
)
def test_what_cannot_be_exported_is_said_at_once(
    house: House, body: dict[str, Any], pointer: str, code: str
) -> None:
    answer = house.post("/exports", SOFIA if "organisation" not in body else OLGA, body)
    assert answer.status_code == 422, answer.text
    assert (pointer, code) in [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
    assert house.get("/exports", SOFIA).json() == {"exports": []}


def test_parquet_without_its_extra_is_said_at_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    answer = house.post("/exports", SOFIA, {**TABLE, "format": "parquet"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "format_not_installed")


def test_too_few_cases_is_a_failure_in_words(house: House) -> None:
    address = asked(house, {**EVENTS, "as_of": "2026-03-01"}, SOFIA)
    house.make_exports()
    assert house.get(address, SOFIA).json()["state"]["code"] == "done"  # of nobody at all: it is empty
    address = asked(house, {**EVENTS, "wave": ["wave_1"], "as_of": "2026-03-05"}, OLGA)
    house.make_exports()
    failed = house.get(address, OLGA, Accept_Language="en").json()
    assert (failed["state"]["code"], failed["problem"]["code"]) == ("failed", "too_few_cases")
    assert "Widen" in failed["problem"]["label"]
    content = house.get(f"{address}/content", OLGA)
    assert (content.status_code, "retry-after" in content.headers) == (409, False)


def test_not_too_many_at_a_time(house: House) -> None:
    addresses = [asked(house, STATISTIC, ANNA) for _ in range(MOST_WAITING)]
    refused = house.post("/exports", ANNA, STATISTIC)
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:filrouge:problem:too-many-exports")
    asked(house, STATISTIC, OLGA)  # somebody else's are not counted
    house.delete(addresses[0], ANNA)
    asked(house, STATISTIC, ANNA)


def test_pages_of_ones_own(house: House) -> None:
    addresses = [asked(house, STATISTIC, ANNA) for _ in range(5)]
    asked(house, STATISTIC, OLGA)
    seen, path = [], "/exports?limit=2"
    while path:
        answer = house.get(path, ANNA)
        seen += [one["export_id"] for one in answer.json()["exports"]]
        path = answer.headers.get("link", "").partition(">")[0].removeprefix("<")
    assert seen == [address.rpartition("/")[2] for address in reversed(addresses)]


# ---------------------------------------------------------------- the worker


def job_of(house: House, address: str, by: Principal) -> jobs.Job:
    with reading(house.cells.service.engine) as connection:
        job = jobs.find(connection, by.actor, address.rpartition("/")[2])
    assert job is not None
    return job


def test_one_that_is_deleted_while_it_is_made_leaves_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_TELL_SECONDS", 0.0)
    address = asked(house, TABLE, SOFIA)
    other = asked(house, STATISTIC, SOFIA)

    def deleting(source: Source, order: Order, path: Path, *, progress: Progress) -> Manifest:
        if order.format.value == "csv" and order.name == "case":
            house.delete(address, SOFIA)
        return make(source, order, path, progress=progress)

    monkeypatch.setattr(worker, "make", deleting)
    assert house.make_exports() == 2
    assert house.get(address, SOFIA).status_code == 404
    assert house.get(other, SOFIA).json()["state"]["code"] == "done"
    assert len(kept(house)) == 2


def test_what_goes_wrong_ends_that_export_and_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = asked(house, TABLE, SOFIA), asked(house, STATISTIC, SOFIA)

    def failing(source: Source, order: Order, path: Path, *, progress: Progress) -> Manifest:
        if order.name == "case":
            path.write_text("half")
            raise OSError("no space left")
        return make(source, order, path, progress=progress)

    monkeypatch.setattr(worker, "make", failing)
    assert house.make_exports() == 2
    assert house.get(first, SOFIA).json()["problem"]["code"] == "unexpected"
    assert house.get(second, SOFIA).json()["state"]["code"] == "done"
    assert len(kept(house)) == 2


def test_a_lease_is_one_workers(house: House) -> None:
    """While one is at work another gets nothing; when it vanished, the next begins again; it is told so itself."""
    address = asked(house, TABLE, SOFIA)
    engine, now = house.cells.service.engine, house.cells.clock()
    job = jobs.claim(engine, "first", now)
    assert job is not None
    asked(house, STATISTIC, SOFIA)
    assert jobs.claim(engine, "second", now + timedelta(seconds=jobs.LEASE_SECONDS - 1)) is None
    jobs.go_on(engine, job, "first", 7, now + timedelta(seconds=30))
    assert house.get(address, SOFIA).json()["progress"]["done"] == 7
    late = now + timedelta(seconds=jobs.LEASE_SECONDS + 31)
    taken = jobs.claim(engine, "second", late)
    assert taken is not None
    assert taken.export_id == job.export_id
    with pytest.raises(Withdrawn):
        jobs.go_on(engine, job, "first", 8, late)
    jobs.release(engine, "second")
    assert job_of(house, address, SOFIA).state is State.WAITING


def test_what_brings_its_worker_down_each_time_is_given_up(house: House) -> None:
    address = asked(house, TABLE, SOFIA)
    engine, now = house.cells.service.engine, house.cells.clock()
    for attempt in range(MOST_ATTEMPTS):
        assert jobs.claim(engine, f"worker-{attempt}", now) is not None
        jobs.release(engine, f"worker-{attempt}")
    assert jobs.claim(engine, "last", now) is None
    assert house.get(address, SOFIA).json()["problem"]["code"] == "interrupted"


def test_files_are_removed_after_their_time_and_strays_at_once(house: House) -> None:
    address = asked(house, TABLE, SOFIA)
    house.cells.clock.now = datetime.combine(TODAY, time(23, 30), UTC)  # already tomorrow in Paris
    house.make_exports()
    service = house.cells.service
    folder = jobs.folder(service.settings.home)
    (folder / ".01610e5a-4c00-7000-8000-00000000dead.csv.0123.part").write_text("left behind")
    ended = job_of(house, address, SOFIA).ended_at
    assert ended is not None
    removed_on = house.get(address, SOFIA).json()["removed_on"]
    assert date.fromisoformat(removed_on) == TODAY + timedelta(days=1 + service.settings.export_days)
    assert jobs.clear(service.engine, folder, ended) == 0
    assert len(kept(house)) == 2
    assert jobs.clear(service.engine, folder, ended + timedelta(seconds=1)) == 1
    assert kept(house) == []
    assert house.get(address, SOFIA).status_code == 404


def test_a_real_worker_makes_what_waits_and_a_killed_one_is_made_up_for(house: House) -> None:
    """The worker is killed in the middle; the workshop notices, gives the export back, and another makes it."""
    service = house.cells.service
    addresses = [asked(house, TABLE, SOFIA), asked(house, EVENTS, OLGA)]
    engine = service.engine
    # A worker of our own that stops in the middle of an export, having said so; then it is killed.
    held = subprocess.Popen(
        [sys.executable, "-c", STUCK_WORKER, "stuck"],
        env=environment(service.settings, os.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert held.stdout is not None
    assert held.stdout.readline() == "begun\n"
    assert job_of(house, addresses[0], SOFIA).state is State.RUNNING
    assert any(name.endswith(".part") for name in kept(house))
    held.send_signal(signal.SIGKILL)
    held.communicate()
    jobs.release(engine, "stuck")
    workshop = Workshop(service.settings, engine, service.clock)
    workshop._have_made()
    for address, by in zip(addresses, (SOFIA, OLGA), strict=True):
        assert house.get(address, by).json()["state"]["code"] == "done"
        assert house.get(f"{address}/content", by).status_code == 200
    assert [name for name in kept(house) if name.endswith(".part")] == []


STUCK_WORKER = """
import sys
from adapters.exports import worker
from adapters.exports.make import make
from adapters.settings import load

def stuck(source, order, path, *, progress):
    def stop(done, total):
        path.with_name(f".{path.name}.0.part").write_text("half")
        print("begun", flush=True)
        sys.stdin.read()
    return make(source, order, path, progress=stop)

worker.make = stuck
worker.run(load(), sys.argv[1])
"""


def test_a_server_takes_up_what_an_earlier_one_left(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening the workshop is enough: nobody has to ask again. Closing it ends what it was doing."""
    asked(house, TABLE, SOFIA)
    service = house.cells.service
    begun, hold = Event(), Event()

    def have_made(self: Workshop) -> None:
        begun.set()
        hold.wait(60)

    monkeypatch.setattr(Workshop, "_have_made", have_made)
    workshop = Workshop(service.settings, service.engine, service.clock)
    with workshop:
        assert begun.wait(60)
        Thread(target=hold.set).start()
    assert not workshop._thread.is_alive()


def test_a_database_that_is_away_does_not_end_the_workshop(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from adapters.exports import workshop as module
    from adapters.storage_errors import DatabaseUnavailable

    seen: list[int] = []
    again = Event()

    def look(self: Workshop) -> float:
        seen.append(1)
        if len(seen) == 1:
            raise DatabaseUnavailable("away")
        again.set()
        return 60.0

    monkeypatch.setattr(module, "_BUSY_SECONDS", 0.0)
    monkeypatch.setattr(Workshop, "_look", look)
    service = house.cells.service
    with Workshop(service.settings, service.engine, service.clock):
        assert again.wait(60)


def test_the_table_forgets_nothing_that_is_under_way(house: House) -> None:
    asked(house, TABLE, SOFIA)
    service = house.cells.service
    assert jobs.clear(service.engine, jobs.folder(service.settings.home), service.clock()) == 0
    with writing(service.engine) as connection:
        assert jobs.waiting(connection, "sofia") == 1
