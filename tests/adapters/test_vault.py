"""The vault: what goes in is readable by its own person's key, and by nobody once that is destroyed."""

from pathlib import Path
from threading import Event, Thread

import pytest
import sqlalchemy as sa
from pydantic_core import PydanticCustomError

from adapters import database
from adapters.cipher import SealBroken
from adapters.key_tables import person_keys
from adapters.keys import KeyDestroyed, KeyTaken, KeyUnknown, open_key_store
from adapters.tables import people
from adapters.vault import KeyStoreMismatch, PersonAlreadyKnown, PersonUnknown, Vault
from domain.person import Identity
from tests.adapters.house import GENEVIEVE, NOTE, NOW, PATRICIA, RENAUD, House


def test_an_identity_comes_back_whole_to_whoever_has_the_keys(house: House) -> None:
    """Also in another process; each person is themselves."""
    first, second, third = house.enrol(GENEVIEVE, PATRICIA, RENAUD)
    keys = open_key_store(house.urls[1], [house.master])
    for vault in (house.vault, Vault(keys)):
        with house.reading() as connection:
            assert vault.identity(connection, first) == GENEVIEVE
            assert vault.identities(connection, [third, second, third]) == {third: RENAUD, second: PATRICIA}
            assert vault.identities(connection, []) == {}
            with pytest.raises(PersonUnknown):
                vault.identities(connection, [first, "nobody"])
    keys.close()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_was_accepted_once_stays_readable(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tomorrow's rules for what is typed do not apply to what was stored."""
    (first,) = house.enrol(GENEVIEVE)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("validated again")

    monkeypatch.setattr(Identity, "model_validate", refuse)
    monkeypatch.setattr(Identity, "model_validate_json", refuse)
    monkeypatch.setattr(Identity, "__init__", refuse)
    assert house.identity(first) == GENEVIEVE


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
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
            house.newcomers({"another": GENEVIEVE}).write(connection, NOW)
        assert caught.value.person_id == first
        assert "251103012611138" not in str(caught.value)
        house.newcomers({"renaud": RENAUD}).write(connection, NOW)
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
                house.newcomers({"second": GENEVIEVE}).write(connection, NOW)
            except PersonAlreadyKnown as known:
                learnt.append(known.person_id)

    thread = Thread(target=second)
    with house.writing() as connection:
        house.newcomers({"first": GENEVIEVE}).write(connection, NOW)
        thread.start()
        waiting.wait()
    thread.join()
    assert learnt == ["first"]


def test_many_people_are_enrolled_at_once(house: House) -> None:
    """As the demonstration does."""
    many = {
        f"p{number:05}": Identity(family_name=f"Nom {number}", given_name="Prénom") for number in range(2500)
    }
    house.enrol_as(many)
    with house.reading() as connection:
        assert house.vault.identities(connection, many) == many


def test_newcomers_are_sealed_for_before_anything_is_stored(house: House) -> None:
    """One write to each database then makes them people; another process reads what was sealed before."""
    newcomers = house.vault.newcomers()
    assert len(newcomers) == 0
    newcomers.add("g", GENEVIEVE)
    newcomers.add("r", RENAUD)
    token = newcomers.seal("g", NOTE)
    assert len(newcomers) == 2
    assert "g" in newcomers
    assert "p" not in newcomers
    assert newcomers.with_nir("251103012611138") == "g"
    assert newcomers.with_nir("253072B07300470") is newcomers.with_nir(None) is None
    with pytest.raises(KeyUnknown):
        house.vault.unseal("g", token)
    with house.writing() as connection:
        newcomers.write(connection, NOW)
        newcomers_of_nobody = house.vault.newcomers()
        newcomers_of_nobody.write(connection, NOW)
    keys = open_key_store(house.urls[1], [house.master])
    for vault in (house.vault, Vault(keys)):
        assert vault.unseal("g", token) == NOTE
        with house.reading() as connection:
            assert vault.identities(connection, "gr") == {"g": GENEVIEVE, "r": RENAUD}
    keys.close()


def test_newcomers_whose_transaction_was_undone_can_be_written_again(house: House) -> None:
    """With the same keys, so that what was sealed for them opens."""
    newcomers = house.vault.newcomers()
    newcomers.add("g", GENEVIEVE)
    token = newcomers.seal("g", NOTE)
    with house.writing() as connection:
        newcomers.write(connection, NOW)
        connection.rollback()
    with house.writing() as connection:
        newcomers.write(connection, NOW)
    assert house.identity("g") == GENEVIEVE
    assert house.vault.unseal("g", token) == NOTE


def test_a_newcomer_who_is_known_is_refused(house: House) -> None:
    """Among themselves at once; to the database when they are written."""
    newcomers = house.vault.newcomers()
    newcomers.add("g", GENEVIEVE)
    with pytest.raises(PersonAlreadyKnown) as among:
        newcomers.add("twin", GENEVIEVE)
    assert among.value.person_id == "g"
    assert "twin" not in newcomers
    (first,) = house.enrol(GENEVIEVE)
    with house.writing() as connection, pytest.raises(PersonAlreadyKnown) as known:
        newcomers.write(connection, NOW)
    assert known.value.person_id == first


def test_a_newcomer_never_takes_an_id_that_has_a_key(house: House) -> None:
    """What was sealed with the drawn key would never open; an erased person's id stays theirs."""
    first, second = house.enrol(GENEVIEVE, PATRICIA)
    house.erase(first)
    for person_id, refusal in ((second, KeyTaken), (first, KeyDestroyed)):
        newcomers = house.vault.newcomers()
        newcomers.add(person_id, RENAUD)
        with house.writing() as connection, pytest.raises(refusal):
            newcomers.write(connection, NOW)
    assert house.identity(second) == PATRICIA


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


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nothing_is_sealed_without_a_key(house: House) -> None:
    """Nothing is ever written in clear because a key was missing."""
    with pytest.raises(KeyUnknown):
        house.vault.seal("nobody", NOTE)
    with pytest.raises(KeyUnknown):
        house.vault.unseal("nobody", "v1.abcd")


def test_another_databases_keys_stop_the_start(house: House, tmp_path: Path) -> None:
    """An empty store of keys, and one that was made for another database; erased people are no reason."""
    house.enrol_as({"a": GENEVIEVE, "b": PATRICIA})
    for number, known in enumerate(([], ["a", "b"])):
        keys = open_key_store(f"sqlite:///{tmp_path}/{number}.db", [house.master])
        keys.store(map(keys.draft, known))
        with house.reading() as connection, pytest.raises(KeyStoreMismatch, match="FILROUGE_KEYS_URL"):
            Vault(keys).check(connection)
        keys.close()
    for _ in range(2):
        with house.reading() as connection:
            house.vault.check(connection)
        house.erase("a")
        house.erase("b")


@pytest.mark.parametrize("gone", ["a", "b"])
def test_a_store_of_keys_restored_from_too_long_ago_stops_the_start(house: House, gone: str) -> None:
    """It opens the people enrolled before and not the last, or it lost its first: either end tells."""
    house.enrol_as({"a": GENEVIEVE, "b": PATRICIA})
    engine = database.engine(house.urls[1])
    with database.writing(engine) as connection:
        connection.execute(sa.delete(person_keys).where(person_keys.c.person_id == gone))
    engine.dispose()
    keys = open_key_store(house.urls[1], [house.master])
    with house.reading() as connection, pytest.raises(KeyStoreMismatch):
        Vault(keys).check(connection)
    keys.close()
