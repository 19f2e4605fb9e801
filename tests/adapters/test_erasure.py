"""Erasing a person: their key is destroyed, and nothing about them is readable any more, by anybody."""

import pytest
import sqlalchemy as sa

from adapters.keys import KeyDestroyed, open_key_store
from adapters.tables import people
from adapters.vault import PersonUnknown, Vault
from tests.adapters.house import GENEVIEVE, LATER, NOTE, NOW, PATRICIA, House


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
    keys = open_key_store(house.urls[1], [house.master])
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
        house.newcomers({first: GENEVIEVE}).write(connection, NOW)
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
