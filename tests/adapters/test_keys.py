"""The store of keys: one a person, out of reach without the master key, gone when destroyed."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa
from sqlalchemy import make_url

from adapters import database
from adapters.cipher import Cipher, SealBroken, context, new_key
from adapters.key_cache import KeyCache
from adapters.key_file import create_key_file
from adapters.key_tables import metadata
from adapters.keys import (
    ADVISORY_LOCK,
    KeyDestroyed,
    KeyStore,
    KeyStoreTooNew,
    KeyTaken,
    KeyUnknown,
    open_key_store,
)
from adapters.master_key import MasterKey, WrongMasterKey
from adapters.storage_errors import StorageError

HERE = context("test", "value")


@pytest.fixture
def master(tmp_path: Path) -> MasterKey:
    """A master key in a file."""
    return create_key_file(tmp_path / "master.key")


@pytest.fixture
def other_master(tmp_path: Path) -> MasterKey:
    """Another one."""
    return create_key_file(tmp_path / "other.key")


@pytest.fixture
def open_store(database_url: str, master: MasterKey) -> Iterator[Callable[..., KeyStore]]:
    """Open the test's store, any number of times."""
    opened: list[KeyStore] = []

    def open_one(*masters: MasterKey) -> KeyStore:
        opened.append(open_key_store(database_url, masters or [master]))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[..., KeyStore]) -> KeyStore:
    """The test's store, opened once."""
    return open_store()


def rows(url: str, statement: str, **values: object) -> list[sa.Row[tuple[object, ...]]]:
    """Ask or change the store behind its back."""
    engine = database.engine(url)
    try:
        with database.writing(engine) as connection:
            result = connection.execute(sa.text(statement), values)
            return list(result.fetchall()) if result.returns_rows else []
    finally:
        engine.dispose()


def made(store: KeyStore, *people: str) -> dict[str, Cipher]:
    """Give each person a key, as an enrolment does."""
    drafts = [store.draft(person_id) for person_id in people]
    store.store(drafts)
    return {draft.person_id: draft.key for draft in drafts}


def opens(key: Cipher | None, sealed: bytes) -> bool:
    """Tell whether it is the key that sealed it."""
    assert key is not None
    try:
        return key.unseal(sealed, HERE) == b"x"
    except SealBroken:
        return False


def test_each_person_has_a_key_of_their_own_that_stays(open_store: Callable[..., KeyStore]) -> None:
    """The next process reads what this one sealed."""
    first, second = made(open_store(), "a", "b").values()
    sealed = first.seal(b"x", HERE)
    again = open_store()
    assert opens(again.key_of("a"), sealed)
    assert not opens(again.key_of("b"), sealed)
    assert not opens(second, sealed)


def test_a_key_that_is_there_is_kept(store: KeyStore) -> None:
    """An enrolment that is tried again stores the same keys; another one for the same person is refused whole."""
    draft = store.draft("a")
    store.store([draft])
    store.store([draft])
    with pytest.raises(KeyTaken, match="a"):
        made(store, "b", "a")
    with pytest.raises(KeyUnknown):
        store.key_of("b")
    assert opens(store.key_of("a"), draft.key.seal(b"x", HERE))
    store.store([])


def test_many_keys_are_made_and_found_at_once(open_store: Callable[..., KeyStore]) -> None:
    """More than fit in one statement or in the cache."""
    people = [f"person-{number:05}" for number in range(4500)]
    made(open_store(), *people)
    assert open_store().keys_of(reversed(people)).keys() == set(people)


def test_a_destroyed_key_is_gone_for_every_process(
    open_store: Callable[..., KeyStore], store: KeyStore
) -> None:
    """For this one at once, for a new one too; nobody gets a new key under the same id, others keep theirs."""
    made(store, "a", "b")
    store.destroy("a")
    for each in (store, open_store()):
        with pytest.raises(KeyDestroyed):
            each.key_of("a")
        assert each.keys_of(["a", "b"])["a"] is None
        assert each.keys_of(["a", "b"])["b"] is not None
        with pytest.raises(KeyDestroyed):
            made(each, "c", "a")
    store.destroy("a")  # a second time changes nothing


def test_destroyed_and_unknown_are_two_answers(store: KeyStore) -> None:
    """A store that was mixed up must not look like people who were forgotten."""
    made(store, "a")
    for ask in (store.key_of, store.destroy, lambda person_id: store.keys_of(["a", person_id])):
        with pytest.raises(KeyUnknown, match="nobody"):
            ask("nobody")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_destroyed_key_leaves_no_byte_in_the_files(
    database_url: str, open_store: Callable[..., KeyStore], store: KeyStore
) -> None:
    """Not in a page, not in a freed page, not in the write-ahead log: with thousands around it and another reader."""
    people = [f"person-{number:05}" for number in range(3000)]
    made(store, *people)
    open_store().keys_of(people[:10])
    victims = people[5::100]
    wrapped = {row.person_id: row.wrapped_key for row in rows(database_url, "SELECT * FROM person_keys")}
    assert all(found(database_url, wrapped[person_id]) for person_id in victims)
    for person_id in victims:
        store.destroy(person_id)
    left = [person_id for person_id in victims if found(database_url, wrapped[person_id])]
    assert left == []
    assert found(database_url, wrapped[people[0]])


def found(url: str, value: object) -> bool:
    """Tell whether the bytes stand in any file of the SQLite database."""
    assert isinstance(value, bytes)
    path = Path(make_url(url).database or "")
    files = list(path.parent.glob(path.name + "*"))
    assert path in files
    # A long value may go on in another page: its nonce and its tag are enough to know it by.
    return any(part in file.read_bytes() for file in files for part in (value[:12], value[-16:]))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_reader_delays_the_purge_and_this_is_told(database_url: str, master: MasterKey) -> None:
    """Purging again, once the reader has gone, does it."""
    store = open_key_store(database_url, [master], lock_timeout_seconds=0.01)
    made(store, "a")
    engine = database.engine(database_url)
    with database.reading(engine) as connection:
        connection.execute(sa.text("SELECT * FROM person_keys")).fetchall()
        store.destroy("a")
        assert not store.purge()
    engine.dispose()
    assert store.purge()
    store.close()


@pytest.mark.usefixtures("store")
def test_a_wrong_master_key_stops_the_start(
    open_store: Callable[..., KeyStore], master: MasterKey, other_master: MasterKey
) -> None:
    """Both ids are named, so that one knows which key to look for."""
    with pytest.raises(WrongMasterKey, match=f"{master.key_id}.*{other_master.key_id}"):
        open_store(other_master)
    open_store(master)


def test_a_key_under_an_absent_master_key_stops_the_start(
    database_url: str, open_store: Callable[..., KeyStore], store: KeyStore, other_master: MasterKey
) -> None:
    """A replacement of the master key that was left half-way needs both, at the start and not at some later read."""
    made(store, *(f"person-{number}" for number in range(50)))
    for stranger in ("0" * 16, "f" * 16):
        rows(
            database_url,
            "UPDATE person_keys SET master_key_id = :stranger WHERE person_id = 'person-7'",
            stranger=stranger,
        )
        with pytest.raises(WrongMasterKey, match=stranger):
            open_store()
    rows(
        database_url,
        "UPDATE person_keys SET master_key_id = NULL, wrapped_key = NULL WHERE person_id = 'person-7'",
    )
    open_store()
    del other_master


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_row_moved_to_another_person_does_not_open(
    database_url: str, open_store: Callable[..., KeyStore], store: KeyStore
) -> None:
    """Whoever writes to the store cannot make one person's data readable as another's."""
    made(store, "a", "b")
    rows(
        database_url,
        "UPDATE person_keys SET wrapped_key = (SELECT wrapped_key FROM person_keys WHERE person_id = 'a')"
        " WHERE person_id = 'b'",
    )
    with pytest.raises(SealBroken):
        open_store().key_of("b")


def test_pseudonyms_are_stable_and_need_the_store(
    open_store: Callable[..., KeyStore], store: KeyStore, tmp_path: Path, master: MasterKey
) -> None:
    """The same value gives the same one in this store for ever, another in any other store."""
    pseudonym = store.pseudonym("nir", "251103012611138")
    assert open_store().pseudonym("nir", "251103012611138") == pseudonym
    assert len(pseudonym) == 64
    assert store.pseudonym("nir", "251103012611139") != pseudonym
    assert store.pseudonym("phone", "251103012611138") != pseudonym
    elsewhere = open_key_store(f"sqlite:///{tmp_path}/elsewhere.db", [master])
    assert elsewhere.pseudonym("nir", "251103012611138") != pseudonym
    elsewhere.close()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_newer_store_is_left_untouched(
    database_url: str, open_store: Callable[..., KeyStore], store: KeyStore
) -> None:
    """An older program must not guess what a later one wrote."""
    del store
    rows(database_url, "UPDATE key_store SET schema_version = 99")
    with pytest.raises(KeyStoreTooNew, match="version 99"):
        open_store()


def test_two_first_starts_make_one_store(database_url: str, master: MasterKey, tmp_path: Path) -> None:
    """Several processes at once, on an empty database: one secret, no error."""
    program = (
        "import sys; from pathlib import Path; from adapters.keys import open_key_store; "
        "from adapters.key_file import read_master_keys; "
        "store = open_key_store(sys.argv[1], read_master_keys(Path(sys.argv[2]))); "
        "sys.stdout.write(store.pseudonym('nir', '1'))"
    )
    command = [sys.executable, "-c", program, database_url, str(tmp_path / "master.key")]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    answers = {process.communicate()[0] for process in started}
    assert [process.returncode for process in started] == [0] * 3
    store = open_key_store(database_url, [master])
    assert answers == {store.pseudonym("nir", "1").encode()}
    store.close()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_first_start_waits_for_another_to_have_made_the_tables(
    database_url: str, master: MasterKey
) -> None:
    """PostgreSQL lets two transactions begin to make the same table, and then fails one of them."""
    engine = database.engine(database_url)
    opened: list[KeyStore] = []
    second = Thread(target=lambda: opened.append(open_key_store(database_url, [master])))
    waiting = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with database.writing(engine) as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_LOCK)))
        metadata.create_all(connection)
        second.start()
        while second.is_alive():
            with database.glancing(engine) as watch:
                if watch.execute(waiting).scalar():
                    break
    second.join()
    assert len(opened) == 1
    opened[0].close()
    engine.dispose()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_store_that_is_gone_is_not_an_empty_one(database_url: str, store: KeyStore) -> None:
    """The trouble has a name, and nobody passes for erased."""
    made(store, "a")
    for table in ("person_keys", "key_store"):
        rows(database_url, f"ALTER TABLE {table} RENAME TO gone_{table}")
    with pytest.raises((StorageError, sa.exc.DBAPIError)):
        store.keys_of(["b"])


def test_the_cache_forgets_in_time_and_in_size() -> None:
    """Another process' destruction is heard of when the key is read anew; the least used key leaves first."""
    now = [0.0]
    cache = KeyCache(2, 10.0, lambda: now[0])
    key = Cipher(new_key())
    with cache.noting() as note:
        note({"a": key, "b": key, "erased": None})
    assert cache.among(["a", "b", "erased"]) == {"a": key, "b": key}
    cache.among(["a"])
    with cache.noting() as note:
        note({"c": key})
    assert set(cache.among("abc")) == {"a", "c"}
    now[0] = 10.0
    assert set(cache.among("abc")) == set()


def test_the_cache_does_not_remember_what_was_destroyed_while_it_was_read() -> None:
    """The read began before the destruction and ended after it."""
    cache = KeyCache(2, 10.0, lambda: 0.0)
    with cache.noting() as note:
        cache.forget("a")
        note({"a": Cipher(new_key())})
    assert cache.among(["a"]) == {}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_another_process_stops_reading_within_the_caches_seconds(
    database_url: str, master: MasterKey
) -> None:
    """Here with a clock of our own."""
    now = [0.0]
    reader = KeyStore(database.engine(database_url), [master], cache_seconds=10.0, clock=lambda: now[0])
    eraser = open_key_store(database_url, [master])
    made(reader, "a")
    reader.key_of("a")
    eraser.destroy("a")
    assert reader.keys_of(["a"])["a"] is not None
    now[0] = 10.0
    with pytest.raises(KeyDestroyed):
        reader.key_of("a")
    reader.close()
    eraser.close()
