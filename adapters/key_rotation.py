"""Replacing the master key: which one wraps what, and wrapping all of it under another, while everybody goes on working.

The first step puts the new master key in use: from then on every process that enrols somebody wraps under it. Then
what is left under others is wrapped anew, some at a time, each batch in a transaction of its own. It may be killed at any
moment and begun again: what is done is done, what is not is found by an index.

A row is replaced only while it is what was read, so that an erased person's key never comes back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
import structlog
from sqlalchemy import Connection, Engine

from adapters import database
from adapters.cipher import Cipher, context
from adapters.key_tables import person_keys, secrets
from adapters.keys import (
    PERSON_KEY,
    PSEUDONYMS,
    SECRET,
    KeyStoreMissing,
    in_use,
    is_made,
    purge,
)
from adapters.master_key import MasterKey, WrongMasterKey
from domain.errors import FilRougeError

BATCH: Final = 500
"""Keys wrapped anew in one transaction: a few milliseconds, in which nobody else writes on SQLite."""

log = structlog.get_logger(__name__)

Report = Callable[[int, int], None]
"""Told how many keys are done, and of how many."""


class RotationOvertaken(FilRougeError):
    """Somebody put another master key in use meanwhile: their rotation goes on, this one stops."""

    def __init__(self, in_use: str) -> None:
        """Name the master key that is in use now."""
        super().__init__(f"the master key {in_use} was put in use meanwhile: finish that rotation first")
        self.in_use = in_use


@dataclass(frozen=True, slots=True)
class Standing:
    """A master key that was given or is needed: what it wraps."""

    key_id: str
    given: bool
    in_use: bool
    persons: int
    secrets: int

    @property
    def wraps_nothing(self) -> bool:
        """Whether nothing in the store is wrapped by it any more."""
        return not (self.persons or self.secrets)


def standings(engine: Engine, given: Sequence[MasterKey]) -> list[Standing]:
    """Return every master key that was given or is needed, the one in use first. Raises KeyStoreMissing."""
    if not is_made(engine):
        raise KeyStoreMissing("there is no store of keys there")
    with database.reading(engine, fenced=False) as connection:
        persons = _counts(connection, person_keys.c.master_key_id)
        wrapped = _counts(connection, secrets.c.master_key_id)
        used = connection.execute(
            sa.select(secrets.c.master_key_id).where(secrets.c.name == PSEUDONYMS)
        ).scalar_one()
    ids = {key.key_id: True for key in given}
    known = [used, *sorted({*persons, *wrapped} - {used}), *ids]
    return [
        Standing(key_id, key_id in ids, key_id == used, persons.get(key_id, 0), wrapped.get(key_id, 0))
        for key_id in dict.fromkeys(known)
    ]


def rotate(
    engine: Engine, given: Sequence[MasterKey], to: str, report: Report = lambda done, total: None
) -> int:
    """Wrap everything under the master key `to`, put in use first; return how many persons' keys were wrapped anew.

    Raises WrongMasterKey, having written nothing, when `to` or a key that something is wrapped by was not given;
    KeyStoreMissing, RotationOvertaken, and the errors of `adapters.storage_errors`.
    """
    ciphers = {key.key_id: key.cipher for key in given}
    needed = {to, *(one.key_id for one in standings(engine, given) if not one.wraps_nothing)}
    if missing := sorted(needed - ciphers.keys()):
        raise WrongMasterKey(missing[0], tuple(ciphers))
    with database.writing(engine) as connection:
        _put_in_use(connection, ciphers, to)
    log.info("key_store.in_use", master_key=to)
    with database.reading(engine, fenced=False) as connection:
        total = sum(
            number
            for key_id, number in _counts(connection, person_keys.c.master_key_id).items()
            if key_id != to
        )
    done = 0
    last: str | None = ""
    while last is not None:
        report(done, max(total, done))
        with database.writing(engine) as connection:
            number, last = _wrap_some(connection, ciphers, to, last)
        done += number
    if not purge(engine):
        log.warning("key_store.purge_delayed", reason="another process is reading the store of keys")
    log.info("key_store.rotated", master_key=to, persons=done)
    return done


def _counts(connection: Connection, column: sa.Column[str]) -> dict[str, int]:
    query = sa.select(column, sa.func.count()).where(column.is_not(None)).group_by(column)
    return dict(connection.execute(query).all())


def _put_in_use(connection: Connection, ciphers: dict[str, Cipher], to: str) -> None:
    """Wrap the store's secrets under the key `to`; whoever stores a key right now is waited for, or waits."""
    for row in connection.execute(sa.select(secrets).with_for_update()).all():
        if row.master_key_id != to:
            what = context(SECRET, row.name)
            wrapped = ciphers[to].seal(ciphers[row.master_key_id].unseal(bytes(row.wrapped), what), what)
            new = {"master_key_id": to, "wrapped": wrapped}
            connection.execute(sa.update(secrets).where(secrets.c.name == row.name).values(new))


def _wrap_some(
    connection: Connection, ciphers: dict[str, Cipher], to: str, after: str
) -> tuple[int, str | None]:
    """Wrap the next persons' keys anew; return how many, and the last person looked at, None when it was the last."""
    if (used := in_use(connection)) != to:
        raise RotationOvertaken(used)
    query = (
        sa.select(person_keys)
        .where(person_keys.c.person_id > after, person_keys.c.master_key_id != to)
        .order_by(person_keys.c.person_id)
        .limit(BATCH)
        .with_for_update()
    )
    rows = connection.execute(query).all()
    for row in rows:
        what = context(PERSON_KEY, row.person_id)
        wrapped = ciphers[to].seal(ciphers[row.master_key_id].unseal(bytes(row.wrapped_key), what), what)
        connection.execute(
            sa.update(person_keys)
            .where(person_keys.c.person_id == row.person_id, person_keys.c.wrapped_key == row.wrapped_key)
            .values(master_key_id=to, wrapped_key=wrapped)
        )
    return len(rows), rows[-1].person_id if len(rows) == BATCH else None
