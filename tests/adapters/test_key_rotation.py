"""Replacing the master key: everybody goes on working, a kill costs nothing, and nobody who was erased comes back."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from adapters import database, key_rotation
from adapters.cipher import Cipher
from adapters.key_file import add_master_key, create_key_file, read_master_keys
from adapters.key_rotation import RotationOvertaken, rotate, standings
from adapters.keys import KeyDestroyed, KeyStore, KeyStoreMissing, KeyUnknown, key_engine, open_key_store
from adapters.master_key import MasterKey, WrongMasterKey
from tests.adapters.test_keys import HERE, found, made, opens, rows

ROOT = Path(__file__).parents[2]
Open = Callable[..., KeyStore]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A key file that holds a former and a new master key."""
    path = tmp_path / "master.key"
    create_key_file(path)
    add_master_key(path)
    return path


@pytest.fixture
def masters(file: Path) -> tuple[MasterKey, ...]:
    """The former and the new master key."""
    return read_master_keys(file)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """What a rotation works on."""
    made_engine = key_engine(database_url)
    yield made_engine
    made_engine.dispose()


@pytest.fixture
def open_store(database_url: str, masters: tuple[MasterKey, ...]) -> Iterator[Open]:
    """Open the store as a process does: with both keys, unless told otherwise."""
    opened: list[KeyStore] = []

    def open_one(*given: MasterKey) -> KeyStore:
        opened.append(open_key_store(database_url, given or masters))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


def under(url: str) -> dict[str, str | None]:
    """Return which master key wraps each person's key."""
    return {row.person_id: row.master_key_id for row in rows(url, "SELECT * FROM person_keys")}


def test_everything_goes_under_the_new_key_while_a_server_goes_on(
    database_url: str,
    engine: Engine,
    open_store: Open,
    masters: tuple[MasterKey, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It reads what was wrapped anew, and what it enrols later goes under the new key, though it began under the old."""
    former, new = masters
    monkeypatch.setattr(key_rotation, "BATCH", 7)
    server = open_store()
    keys = made(server, *(f"person-{number}" for number in range(30)))
    drawn_before = server.draft("late")
    server.destroy("person-3")
    pseudonym = server.pseudonym("nir", "1")
    told: list[tuple[int, int]] = []
    assert rotate(engine, masters, new.key_id, lambda done, total: told.append((done, total))) == 29
    assert told == [(done, 29) for done in range(0, 30, 7)]
    server.store([drawn_before])
    made(server, "later")
    assert set(under(database_url).values()) == {new.key_id, None}
    # A process of its own, and one that no longer has the former key.
    for store in (open_store(), open_store(new)):
        assert opens(store.key_of("person-7"), keys["person-7"].seal(b"x", HERE))
        assert opens(store.key_of("late"), drawn_before.key.seal(b"x", HERE))
        assert store.pseudonym("nir", "1") == pseudonym
        with pytest.raises(KeyDestroyed):
            store.key_of("person-3")
    with pytest.raises(WrongMasterKey, match=f"{new.key_id}.*{former.key_id}"):
        open_store(former)
    assert rotate(engine, masters, new.key_id) == 0
    first, second = standings(engine, masters)
    assert (first.key_id, first.in_use, first.persons, first.secrets) == (new.key_id, True, 31, 1)
    assert (second.key_id, second.wraps_nothing) == (former.key_id, True)


def test_a_server_without_the_new_key_writes_nothing(
    database_url: str, engine: Engine, open_store: Open, masters: tuple[MasterKey, ...]
) -> None:
    """It was forgotten: what it enrols would be under a key that is about to go, so it is refused, and told which is needed."""
    former, new = masters
    forgotten = open_store(former)
    made(forgotten, "known")
    rotate(engine, masters, new.key_id)
    before = under(database_url)
    with pytest.raises(WrongMasterKey) as refused:
        made(forgotten, "a")
    assert (refused.value.needed, refused.value.given) == (new.key_id, (former.key_id,))
    with pytest.raises(WrongMasterKey):
        forgotten.key_of("known")
    assert under(database_url) == before


def test_nothing_is_begun_without_every_key_that_is_needed(
    database_url: str, engine: Engine, open_store: Open, masters: tuple[MasterKey, ...]
) -> None:
    """Neither without the new key, nor without one of those that something is wrapped by."""
    former, new = masters
    with pytest.raises(KeyStoreMissing):
        rotate(engine, masters, new.key_id)
    made(open_store(), "a")
    for given, to in (((former,), new.key_id), ((new,), new.key_id)):
        with pytest.raises(WrongMasterKey):
            rotate(engine, given, to)
    (missing, _) = standings(engine, [new])
    assert (missing.key_id, missing.given, missing.persons) == (former.key_id, False, 1)
    assert under(database_url) == {"a": former.key_id}


def test_of_two_rotations_the_later_goes_on(
    database_url: str,
    engine: Engine,
    open_store: Open,
    masters: tuple[MasterKey, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The one it overtook says so, instead of both wrapping for ever."""
    former, new = masters
    monkeypatch.setattr(key_rotation, "BATCH", 1)
    made(open_store(), "a", "b", "c")

    def overtake(done: int, _total: int) -> None:
        if done == 1:
            rotate(engine, masters, former.key_id)

    with pytest.raises(RotationOvertaken, match=former.key_id):
        rotate(engine, masters, new.key_id, overtake)
    assert set(under(database_url).values()) == {former.key_id}


def test_a_killed_rotation_is_run_again_while_people_come_and_are_erased(
    database_url: str, engine: Engine, open_store: Open, file: Path, masters: tuple[MasterKey, ...]
) -> None:
    """Killed before its first commit, between two, and in the middle of one: nobody is lost and nobody comes back."""
    _, new = masters
    server = open_store()
    keys: dict[str, Cipher] = made(server, *(f"p{number:03}" for number in range(60)))
    erased: set[str] = set()
    stop = Event()

    def live() -> None:
        for number in range(1000):
            if stop.is_set():
                break
            keys.update(made(server, f"n{number:03}"))
            if number < 60:
                gone = f"p{number * 7 % 60:03}"
                server.destroy(gone)
                erased.add(gone)

    life = Thread(target=live)
    life.start()
    try:
        for after in (0, 7, 14):
            command = [
                sys.executable,
                "-m",
                "tests.adapters.rotator",
                database_url,
                str(file),
                new.key_id,
                str(after),
            ]
            assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
            open_store().keys_of([*keys])
    finally:
        stop.set()
        life.join()
    rotate(engine, masters, new.key_id)
    only_new = open_store(new)
    assert len(erased) > 1
    assert {person_id for person_id, key in only_new.keys_of(keys).items() if key is None} == erased
    for person_id, key in only_new.keys_of(keys).items():
        assert key is None or opens(key, keys[person_id].seal(b"x", HERE))
    assert set(under(database_url).values()) == {new.key_id, None}


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_an_erasure_that_a_batch_waits_for_stays_one(
    database_url: str, engine: Engine, open_store: Open, masters: tuple[MasterKey, ...]
) -> None:
    """The batch finds the row locked by the erasure; once that is committed, there is no key to wrap any more."""
    _, new = masters
    store = open_store()
    made(store, "a", "b")
    waiting = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    rotation = Thread(target=lambda: rotate(engine, masters, new.key_id))
    eraser = database.engine(database_url)
    with database.writing(eraser) as connection:
        connection.execute(
            sa.text("UPDATE person_keys SET master_key_id = NULL, wrapped_key = NULL WHERE person_id = 'a'")
        )
        rotation.start()
        while rotation.is_alive():
            with database.glancing(eraser) as watch:
                if watch.execute(waiting).scalar():
                    break
    rotation.join()
    eraser.dispose()
    assert under(database_url) == {"a": None, "b": new.key_id}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_byte_of_a_key_that_was_wrapped_twice_outlives_its_destruction(
    database_url: str, engine: Engine, open_store: Open, masters: tuple[MasterKey, ...]
) -> None:
    """Neither as it was under the former master key, nor as it is under the new one."""
    _, new = masters
    store = open_store()
    made(store, *(f"person-{number:04}" for number in range(600)))
    versions = []
    for _ in range(2):
        ((wrapped,),) = rows(
            database_url, "SELECT wrapped_key FROM person_keys WHERE person_id = 'person-0007'"
        )
        versions.append(wrapped)
        rotate(engine, masters, new.key_id)
    assert not found(database_url, versions[0])
    assert found(database_url, versions[1])
    store.destroy("person-0007")
    assert not any(found(database_url, version) for version in versions)


def test_the_same_draft_stored_again_after_a_rotation_is_still_theirs(
    engine: Engine, open_store: Open, masters: tuple[MasterKey, ...]
) -> None:
    """A commit that is tried again must not take its own key for somebody else's."""
    store = open_store()
    draft = store.draft("a")
    store.store([draft])
    rotate(engine, masters, masters[1].key_id)
    store.store([draft])
    with pytest.raises(KeyUnknown):
        store.key_of("b")
