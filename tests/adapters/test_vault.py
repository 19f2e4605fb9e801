"""The vault: what goes in is readable by its own person's key, and by nobody once that is destroyed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError
from sqlalchemy import Connection, Engine, make_url

from adapters import database
from adapters.cipher import SealBroken, new_key
from adapters.keys import KeyDestroyed, KeyStore, KeyUnknown, open_key_store
from adapters.master_key import MasterKey, create_master_key
from adapters.seal import SealTooNew
from adapters.tables import people
from adapters.vault import KeyStoreMismatch, PersonAlreadyKnown, PersonUnknown, Vault
from domain.person import Identity
from tests.databases import Databases, Kind

NOW = datetime(2018, 3, 31, 12, tzinfo=UTC)
LATER = datetime(2018, 4, 1, 12, tzinfo=UTC)
GENEVIEVE = Identity(
    family_name="Hermelin-Ségur",
    given_name="Geneviève",
    birth_date=date(1951, 10, 4),
    phone="06 12 34 56 78",
    email="genevieve@example.org",
    address="3 rue des Lilas\n30000 Nîmes",
    nir="2 51 10 30 126 111 38",
)
NOTE = "Douleur dentaire, en attente de greffe. ' OR 1=1; <script>"
PATRICIA = Identity(family_name="Marchand", given_name="Patricia", nir="253072B07300470")
RENAUD = Identity(family_name="Besson", given_name="Renaud")


@dataclass
class House:
    """A database, its store of keys and the vault over both."""

    engine: Engine
    keys: KeyStore
    vault: Vault
    urls: tuple[str, str]
    master: MasterKey

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Begin a transaction of the database."""
        with database.writing(self.engine) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Look at the database."""
        with database.reading(self.engine) as connection:
            yield connection

    def enrol(self, *identities: Identity) -> list[str]:
        """Enrol each, with one at least that the test is not about."""
        ids = [str(uuid4()) for _ in identities]
        with self.writing() as connection:
            self.vault.enrol_many(connection, zip(ids, identities, strict=True), NOW)
        return ids

    def identity(self, person_id: str) -> Identity | None:
        """Ask the vault."""
        with self.reading() as connection:
            return self.vault.identity(connection, person_id)

    def find(self, nir: str) -> str | None:
        """Ask the vault."""
        with self.reading() as connection:
            return self.vault.find_by_nir(connection, nir)

    def erase(self, person_id: str, at: datetime = NOW) -> None:
        """Erase in a transaction that commits."""
        with self.writing() as connection:
            self.vault.erase(connection, person_id, at)

    def found(self, value: bytes) -> bool:
        """Tell whether the bytes stand in any file of either SQLite database."""
        files = [
            file
            for path in (Path(make_url(url).database or "") for url in self.urls)
            for file in path.parent.glob(path.name + "*")
        ]
        assert len(files) >= 2
        return any(value in file.read_bytes() for file in files)


@pytest.fixture
def house(
    migrated_database_url: str, database_kind: Kind, databases: Databases, tmp_path: Path
) -> Iterator[House]:
    """An empty house; its keys are in a database of the same kind."""
    master = create_master_key(tmp_path / "master.key")
    with databases.fresh(database_kind) as keys_url:
        engine = database.engine(migrated_database_url)
        keys = open_key_store(keys_url, master)
        yield House(engine, keys, Vault(keys), (migrated_database_url, keys_url), master)
        keys.close()
        engine.dispose()


def test_an_identity_comes_back_whole_to_whoever_has_the_keys(house: House) -> None:
    """Also in another process; each person is themselves."""
    first, second, third = house.enrol(GENEVIEVE, PATRICIA, RENAUD)
    keys = open_key_store(house.urls[1], house.master)
    for vault in (house.vault, Vault(keys)):
        with house.reading() as connection:
            assert vault.identity(connection, first) == GENEVIEVE
            assert vault.identities(connection, [third, second, third]) == {third: RENAUD, second: PATRICIA}
            assert vault.identities(connection, []) == {}
            with pytest.raises(PersonUnknown):
                vault.identities(connection, [first, "nobody"])
    keys.close()


def test_what_was_accepted_once_stays_readable(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tomorrow's rules for what is typed do not apply to what was stored."""
    (first,) = house.enrol(GENEVIEVE)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("validated again")

    monkeypatch.setattr(Identity, "model_validate", refuse)
    monkeypatch.setattr(Identity, "model_validate_json", refuse)
    monkeypatch.setattr(Identity, "__init__", refuse)
    assert house.identity(first) == GENEVIEVE


def test_nothing_is_written_in_clear(house: House) -> None:
    """A row is a pseudonym and a sealed text."""
    house.enrol(GENEVIEVE)
    with house.reading() as connection:
        (row,) = connection.execute(sa.select(people)).all()
    assert row.identity.startswith("v1.")
    assert len(row.nir_pseudonym) == 64
    assert (row.recorded_at, row.erased_at) == ("2018-03-31T12:00:00.000000Z", None)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_byte_of_any_file_shows_a_value(house: House) -> None:
    """Neither database nor its write-ahead log, in UTF-8 or otherwise."""
    (first,) = house.enrol(GENEVIEVE)
    with house.writing() as connection:  # a sealed note, where an event would keep it
        note = house.vault.seal(first, NOTE)
        connection.execute(sa.text("CREATE TABLE notes (note TEXT)"))
        connection.execute(sa.text("INSERT INTO notes VALUES (:note)"), {"note": note})
    assert house.found(note.encode())
    values = [
        NOTE,
        *(str(value) for value in GENEVIEVE.model_dump().values()),
        "Hermelin",
        "34 56",
        "Lilas",
        "greffe",
    ]
    for value in values:
        for encoding in ("utf-8", "latin-1", "utf-16-le"):
            assert not house.found(value.encode(encoding))


def test_the_nir_finds_its_person_however_it_is_spaced(house: House) -> None:
    """And nobody else."""
    first, second, _ = house.enrol(GENEVIEVE, PATRICIA, RENAUD)
    assert house.find("251103012611138") == house.find(" 2 51 10 30 126 111 38 ") == first
    assert house.find("2 53 07 2b 073 004 70") == second
    assert house.find("295109912611193") is None
    with pytest.raises(PydanticCustomError, match="does not match"):
        house.find("295109912611199")


def test_a_known_nir_is_refused_and_names_its_person(house: House) -> None:
    """The transaction goes on: the caller uses the person who is there."""
    first, _ = house.enrol(GENEVIEVE, PATRICIA)
    with house.writing() as connection:
        with pytest.raises(PersonAlreadyKnown) as caught:
            house.vault.enrol(connection, GENEVIEVE, "another", NOW)
        assert caught.value.person_id == first
        assert "251103012611138" not in str(caught.value)
        house.vault.enrol(connection, RENAUD, "renaud", NOW)
    assert house.identity("renaud") == RENAUD
    with pytest.raises(PersonUnknown):
        house.identity("another")


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_of_two_simultaneous_enrolments_one_wins(house: House) -> None:
    """The second waits for the first to commit, then learns who the person is. SQLite has one writer anyway."""
    learnt: list[str] = []
    waiting = Event()

    def second() -> None:
        with house.writing() as connection:
            waiting.set()
            try:
                house.vault.enrol(connection, GENEVIEVE, "second", NOW)
            except PersonAlreadyKnown as known:
                learnt.append(known.person_id)

    thread = Thread(target=second)
    with house.writing() as connection:
        house.vault.enrol(connection, GENEVIEVE, "first", NOW)
        thread.start()
        waiting.wait()
    thread.join()
    assert learnt == ["first"]


def test_an_undone_enrolment_can_be_tried_again(house: House) -> None:
    """Its key was made already, and is used."""
    with house.writing() as connection:
        house.vault.enrol(connection, GENEVIEVE, "g", NOW)
        connection.rollback()
    with house.writing() as connection:
        house.vault.enrol(connection, GENEVIEVE, "g", NOW)
        house.vault.enrol_many(connection, [], NOW)
    assert house.identity("g") == GENEVIEVE


def test_many_people_are_enrolled_at_once(house: House) -> None:
    """As the demonstration does."""
    many = {
        f"p{number:05}": Identity(family_name=f"Nom {number}", given_name="Prénom") for number in range(2500)
    }
    with house.writing() as connection:
        house.vault.enrol_many(connection, many.items(), NOW)
    with house.reading() as connection:
        assert house.vault.identities(connection, many) == many


@given(text=st.text(st.characters(codec="utf-8")))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_any_text_comes_back_sealed_twice_it_differs(house: House, text: str) -> None:
    """The token is ASCII in one line, so that it fits any column, and says nothing of an equal text elsewhere."""
    house.keys.create_keys(["a"])
    token = house.vault.seal("a", text)
    assert house.vault.unseal("a", token) == text
    assert token.isascii()
    assert token.isprintable()
    assert token != house.vault.seal("a", text)


@given(text=st.text(st.characters(codec="utf-8"), max_size=50), data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_token_with_any_bit_changed_is_refused(house: House, text: str, data: st.DataObject) -> None:
    """Also the bits that base64 does not use, also a cut or a longer one."""
    house.keys.create_keys(["a"])
    token = house.vault.seal("a", text)
    where = data.draw(st.integers(0, len(token) - 1))
    changed = (
        token[:where] + chr(ord(token[where]) ^ (1 << data.draw(st.integers(0, 6)))) + token[where + 1 :]
    )
    for wrong in (changed, token[:where], token + "A", token + "=", token + "\n", f" {token}"):
        with pytest.raises((SealBroken, SealTooNew)):
            house.vault.unseal("a", wrong)


def test_every_last_character_of_a_token_counts(house: House) -> None:
    """The last one holds bits that decode to nothing: 15 other characters would give the same bytes."""
    house.keys.create_keys(["a"])
    token = house.vault.seal("a", "x" * 3)  # 31 bytes: the last character has 4 unused bits
    for other in set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/") - {token[-1]}:
        with pytest.raises(SealBroken):
            house.vault.unseal("a", token[:-1] + other)


def test_one_persons_seal_does_not_open_as_anothers(house: House) -> None:
    """Nor an identity as a note, nor a row moved to another person."""
    first, second = house.enrol(GENEVIEVE, PATRICIA)
    with pytest.raises(SealBroken):
        house.vault.unseal(second, house.vault.seal(first, NOTE))
    with house.writing() as connection:
        row = connection.execute(sa.select(people.c.identity).where(people.c.person_id == first)).scalar_one()
        with pytest.raises(SealBroken):
            house.vault.unseal(first, row)
        connection.execute(sa.update(people).where(people.c.person_id == second).values(identity=row))
    with pytest.raises(SealBroken):
        house.identity(second)


def test_a_later_programs_seal_is_told_apart_from_a_broken_one(house: House) -> None:
    """The first asks for an upgrade, the second for an inquiry."""
    house.keys.create_keys(["a"])
    with pytest.raises(SealTooNew):
        house.vault.unseal("a", "v2.abcd")
    for broken in ("", "v", "v1", "v1.", "clear text", "v1.é"):
        with pytest.raises(SealBroken):
            house.vault.unseal("a", broken)


def test_a_text_that_has_no_bytes_is_refused_without_being_shown(house: House) -> None:
    """Python's own message would show a part of it."""
    house.keys.create_keys(["a"])
    with pytest.raises(ValueError, match="lone surrogate cannot be sealed") as caught:
        house.vault.seal("a", "secret \ud800")
    assert "secret" not in repr(caught.value)
    assert caught.value.__suppress_context__


def test_nothing_is_sealed_without_a_key(house: House) -> None:
    """Nothing is ever written in clear because a key was missing."""
    with pytest.raises(KeyUnknown):
        house.vault.seal("nobody", NOTE)
    with pytest.raises(KeyUnknown):
        house.vault.unseal("nobody", "v1.abcd")


def test_after_erasure_nothing_is_readable_and_the_others_are(house: House) -> None:
    """Not the identity, not the notes, not even from a copy of the row made before; the NIR finds nobody."""
    first, second = house.enrol(GENEVIEVE, PATRICIA)
    token, other = house.vault.seal(first, NOTE), house.vault.seal(second, NOTE)
    with house.reading() as connection:
        copy = connection.execute(sa.select(people).where(people.c.person_id == first)).one()._asdict()
    house.erase(first)
    house.erase(first, LATER)  # a second time keeps the first date
    assert house.identity(first) is None
    assert house.vault.unseal(first, token) is None
    assert house.find("251103012611138") is None
    with pytest.raises(KeyDestroyed):
        house.vault.seal(first, NOTE)
    with house.reading() as connection:
        row = connection.execute(sa.select(people).where(people.c.person_id == first)).one()
    assert (row.identity, row.nir_pseudonym, row.erased_at) == (None, None, "2018-03-31T12:00:00.000000Z")
    assert house.identity(second) == PATRICIA
    assert house.vault.unseal(second, other) == NOTE
    with house.writing() as connection:
        connection.execute(sa.update(people).where(people.c.person_id == first).values(**copy))
    keys = open_key_store(house.urls[1], house.master)
    for vault in (house.vault, Vault(keys)):
        with house.reading() as connection:
            assert vault.identities(connection, [first, second]) == {first: None, second: PATRICIA}
        assert vault.unseal(first, token) is None
    keys.close()


def test_an_erased_person_may_come_back_as_somebody_new(house: House) -> None:
    """Under a new id: the old one is never used again."""
    (first,) = house.enrol(GENEVIEVE)
    house.erase(first)
    with house.writing() as connection, pytest.raises(KeyDestroyed):
        house.vault.enrol(connection, GENEVIEVE, first, NOW)
    (again,) = house.enrol(GENEVIEVE)
    assert house.find("251103012611138") == again


def test_an_erasure_whose_transaction_failed_is_finished_by_erasing_again(house: House) -> None:
    """The key went first, so the person already reads as erased."""
    (first,) = house.enrol(GENEVIEVE)
    with house.writing() as connection:
        house.vault.erase(connection, first, NOW)
        connection.rollback()
    assert house.identity(first) is None
    house.erase(first, LATER)
    assert house.find("251103012611138") is None


def test_nobody_is_not_erased(house: House) -> None:
    """An id that was mistyped must not pass for done."""
    with house.writing() as connection, pytest.raises(PersonUnknown):
        house.vault.erase(connection, "nobody", NOW)


def test_another_databases_keys_stop_the_start(house: House, tmp_path: Path) -> None:
    """An empty store, one that was made for another database, and one restored from before the last person came."""
    with house.reading() as connection:
        house.vault.check(connection)
    with house.writing() as connection:
        house.vault.enrol_many(connection, [("a", GENEVIEVE), ("b", PATRICIA)], NOW)
    for number, known in enumerate(([], ["b"], ["a"], ["a", "b"])):
        keys = open_key_store(f"sqlite:///{tmp_path}/{number}.db", house.master)
        keys.create_keys(known)
        with house.reading() as connection, pytest.raises(KeyStoreMismatch, match="FILROUGE_KEYS_URL"):
            Vault(keys).check(connection)
        keys.close()
    with house.reading() as connection:
        house.vault.check(connection)
    house.erase("a")
    house.erase("b")
    with house.reading() as connection:
        house.vault.check(connection)


def test_a_key_made_here_is_nobody_elses(house: House) -> None:
    """32 bytes of the system's randomness, never twice the same."""
    del house
    assert len({new_key() for _ in range(100)}) == 100
