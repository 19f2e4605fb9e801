"""The store of keys: one key a person, wrapped by the master key, in a database of its own.

Destroying a person's key makes everything that was sealed with it unreadable, wherever copies of it lie. That
holds only if the key itself leaves no copies, so the keys live apart from the data: their own file or database,
their own backups with a short life, and on SQLite `secure_delete` and a truncated write-ahead log.

What stays of a destroyed key is its row without the key. "Destroyed" and "never heard of" are therefore two
answers: a store that was lost or mixed up must not pass for people who were forgotten.

What is wrapped carries the id of the master key that wraps it, so several may serve while one replaces the other.
The secret behind pseudonyms is wrapped too instead of derived from the master key: replacing the master key
changes no pseudonym. The master key that wraps this secret is the one in use: new keys go under it, whichever
process makes them.
"""

import hmac
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Final

import sqlalchemy as sa
import structlog
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects import postgresql, sqlite

from adapters import database, database_sqlite
from adapters.cipher import Cipher, context, new_key
from adapters.key_cache import KeyCache
from adapters.key_tables import SCHEMA_VERSION, key_store, metadata, person_keys, secrets
from adapters.master_key import MasterKey, WrongMasterKey
from adapters.storage_errors import named_troubles
from domain.errors import FilRougeError

PSEUDONYMS: Final = "pseudonyms"
SECRET: Final = "secret"  # noqa: S105 - what is wrapped, not what it is
PERSON_KEY: Final = "person-key"
_AT_ONCE: Final = 1000  # keys asked for in one statement

ADVISORY_LOCK: Final = 0x66696C72
"""Any number of our own: where two first starts on PostgreSQL meet."""

log = structlog.get_logger(__name__)


class KeyDestroyed(FilRougeError):
    """The person was erased: what was sealed with their key is gone for good."""


class KeyUnknown(FilRougeError):
    """This store never had a key for this person: it is another store's, or one from before the person came."""


class KeyTaken(FilRougeError):
    """The person has another key already: what was sealed with the drafted one would never open."""


class KeyStoreMissing(FilRougeError):
    """There is no store of keys where one was looked for."""


class KeyStoreTooNew(FilRougeError):
    """The store was made by a later version of this program. It is left untouched."""


@dataclass(frozen=True, slots=True)
class DraftKey:
    """A key drawn for a person and not stored yet: usable, and worthless to anybody until `KeyStore.store`."""

    person_id: str
    master_key_id: str
    wrapped: bytes = field(repr=False)
    key: Cipher


class KeyStore:
    """Makes, gives out and destroys the persons' keys. Threads may share it."""

    def __init__(
        self,
        engine: Engine,
        masters: Sequence[MasterKey],
        *,
        make: bool = True,
        cache_size: int = 4096,
        cache_seconds: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open the store, with `make` also making its tables in an empty database; see `open_key_store`.

        All of `masters` unwrap; the one in use wraps, in a new store the first. A key is remembered for
        `cache_seconds`, so that is how long another process may still read after a destruction here.

        Raises KeyStoreMissing, WrongMasterKey, KeyStoreTooNew, and the errors of `adapters.storage_errors`.
        """
        self._engine = engine
        self._masters = {master.key_id: master.cipher for master in masters}
        self._cache = KeyCache(cache_size, cache_seconds, clock)
        if not is_made(engine):
            if not make:
                raise KeyStoreMissing("there is no store of keys there")
            with database.writing(engine) as connection:
                self._make(connection, masters[0])
        with database.reading(engine, fenced=False) as connection:
            _check_version(connection)
            self._pseudonyms, self._in_use = self._secret(connection, PSEUDONYMS)
            self._check_masters(connection)

    def draft(self, person_id: str) -> DraftKey:
        """Draw a key for a person, in memory only: `store` makes it theirs."""
        key = new_key()
        wrapped = self._masters[self._in_use].seal(key, context(PERSON_KEY, person_id))
        return DraftKey(person_id, self._in_use, wrapped, Cipher(key))

    def store(self, drafts: Iterable[DraftKey]) -> None:
        """Store the drafted keys in one transaction; doing it again does nothing.

        They go under the master key that is in use at that moment, also when it was replaced since they were drawn.
        Raises KeyDestroyed for an erased person's id, KeyTaken when the person has another key already, and
        WrongMasterKey when this process was not given the one in use: nothing is stored then.
        """
        drawn = {draft.person_id: draft for draft in drafts}
        if not drawn:
            return
        with database.writing(self._engine) as connection:
            now = self._in_use = in_use(connection)
            wrapped = {person_id: self._under(now, draft) for person_id, draft in drawn.items()}
            self._insert(connection, wrapped.values())
            for row in _rows_of(connection, list(drawn)):
                if row.wrapped_key is None:
                    raise KeyDestroyed(row.person_id)
                ours = wrapped[row.person_id]
                if bytes(row.wrapped_key) != ours.wrapped and self._key(row) != self._drawn(ours):
                    raise KeyTaken(row.person_id)

    def key_of(self, person_id: str) -> Cipher:
        """Return the person's key. Raises KeyDestroyed, KeyUnknown, WrongMasterKey, SealBroken."""
        key = self.keys_of([person_id])[person_id]
        if key is None:
            raise KeyDestroyed(person_id)
        return key

    def keys_of(self, person_ids: Iterable[str]) -> dict[str, Cipher | None]:
        """Return the key of each person, None where it was destroyed.

        Raises KeyUnknown, WrongMasterKey, SealBroken.
        """
        wanted = list(dict.fromkeys(person_ids))
        found: dict[str, Cipher | None] = dict(self._cache.among(wanted))
        if missing := [person_id for person_id in wanted if person_id not in found]:
            with self._cache.noting() as note:
                # A glance is one statement; more of them are to see the same instant.
                once = len(missing) <= _AT_ONCE
                look = (
                    database.glancing(self._engine) if once else database.reading(self._engine, fenced=False)
                )
                with look as connection:
                    read = self._read(connection, missing)
                note(read)
            found |= read
        return found

    def destroy(self, person_id: str, *, purge: bool = True) -> None:
        """Destroy the person's key, for good; doing it again does nothing.

        Without `purge` its bytes may stay on the disk: for whoever purges after several, or holds other locks.
        Raises KeyUnknown when there never was one.
        """
        with database.writing(self._engine) as connection:
            known = connection.execute(
                sa.update(person_keys)
                .where(person_keys.c.person_id == person_id)
                .values(master_key_id=None, wrapped_key=None)
            )
            if known.rowcount == 0:
                raise KeyUnknown(person_id)
        self._cache.forget(person_id)
        if purge:
            self.purge()

    def destroy_again(self, person_ids: Iterable[str]) -> int:
        """Destroy what is there of these keys, and return how many were: a restored store may hold them again."""
        returned: list[str] = []
        wanted = list(person_ids)
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            alive = sa.select(person_keys.c.person_id).where(
                person_keys.c.person_id.in_(some), person_keys.c.wrapped_key.is_not(None)
            )
            with database.glancing(self._engine) as connection:
                returned += connection.execute(alive).scalars()
        for person_id in returned:
            self.destroy(person_id, purge=False)
        if returned:
            self.purge()
        return len(returned)

    def purge(self) -> bool:
        """Take what was destroyed off the disk; return whether it is off, and log when it is not; see `purge`."""
        done = purge(self._engine)
        if not done:
            log.warning("key_store.purge_delayed", reason="another process is reading the store of keys")
        return done

    def is_purged(self) -> bool:
        """Tell whether SQLite's write-ahead log is worked off, doing it where nobody reads; True on PostgreSQL."""
        return self._engine.dialect.name != "sqlite" or purge(self._engine)

    def pseudonym(self, kind: str, value: str) -> str:
        """Return what stands for `value` where it must be found but not read: HMAC-SHA-256, 64 hex digits.

        The same for the same `kind` and `value` in this store for ever, and of no use without the store's secret.
        """
        return hmac.digest(self._pseudonyms, context(kind, value), "sha256").hex()

    def close(self) -> None:
        """Close the connections to the store."""
        self._engine.dispose()

    # ------------------------------------------------------------ opening

    def _make(self, connection: Connection, first: MasterKey) -> None:
        """Make the tables and the store's secret, all in one transaction; of two first starts, one does."""
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_LOCK)))
        metadata.create_all(connection)
        wrapped = first.cipher.seal(new_key(), context(SECRET, PSEUDONYMS))
        secret = {"name": PSEUDONYMS, "master_key_id": first.key_id, "wrapped": wrapped}
        connection.execute(_unless_there(connection, secrets), secret)
        version = {"id": 1, "schema_version": SCHEMA_VERSION}
        connection.execute(_unless_there(connection, key_store), version)

    def _secret(self, connection: Connection, name: str) -> tuple[bytes, str]:
        """Return the store's own secret `name`, and which master key wraps it. That it unwraps is what proves that one."""
        row = connection.execute(sa.select(secrets).where(secrets.c.name == name)).one()
        return self._unwrap(row.master_key_id, row.wrapped, context(SECRET, name)), row.master_key_id

    def _check_masters(self, connection: Connection) -> None:
        """Refuse to start when any person's key is wrapped by a master key we were not given.

        Two looks at the index for each master key, whatever the number of persons.
        """
        bounds = [None, *sorted(self._masters), None]
        column = person_keys.c.master_key_id
        for low, high in pairwise(bounds):
            between = [column > low] if low is not None else []
            between += [column < high] if high is not None else []
            stranger = connection.execute(
                sa.select(column).where(*between, column.is_not(None)).limit(1)
            ).scalar()
            if stranger is not None:
                raise self._wrong_master(stranger)

    def _insert(self, connection: Connection, drafts: Iterable[DraftKey]) -> None:
        rows = [
            {
                "person_id": draft.person_id,
                "master_key_id": draft.master_key_id,
                "wrapped_key": draft.wrapped,
            }
            for draft in drafts
        ]
        connection.execute(_unless_there(connection, person_keys), rows)

    # ------------------------------------------------------------ unwrapping

    def _read(self, connection: Connection, person_ids: Sequence[str]) -> dict[str, Cipher | None]:
        rows = {row.person_id: row for row in _rows_of(connection, person_ids)}
        if unknown := [person_id for person_id in person_ids if person_id not in rows]:
            raise KeyUnknown(unknown[0])
        return {person_id: self._person_key(rows[person_id]) for person_id in person_ids}

    def _person_key(self, row: Any) -> Cipher | None:
        if row.wrapped_key is None:
            return None
        return Cipher(self._key(row))

    def _key(self, row: Any) -> bytes:
        return self._unwrap(row.master_key_id, row.wrapped_key, context(PERSON_KEY, row.person_id))

    def _drawn(self, draft: DraftKey) -> bytes:
        return self._unwrap(draft.master_key_id, draft.wrapped, context(PERSON_KEY, draft.person_id))

    def _under(self, key_id: str, draft: DraftKey) -> DraftKey:
        if draft.master_key_id == key_id:
            return draft
        wrapped = self._master(key_id).seal(self._drawn(draft), context(PERSON_KEY, draft.person_id))
        return replace(draft, master_key_id=key_id, wrapped=wrapped)

    def _unwrap(self, master_key_id: str, wrapped: bytes, what: bytes) -> bytes:
        return self._master(master_key_id).unseal(bytes(wrapped), what)

    def _master(self, key_id: str) -> Cipher:
        master = self._masters.get(key_id)
        if master is None:
            raise self._wrong_master(key_id)
        return master

    def _wrong_master(self, needed: str) -> WrongMasterKey:
        return WrongMasterKey(needed, tuple(self._masters))


def open_key_store(
    keys_url: str,
    masters: Sequence[MasterKey],
    *,
    make: bool = True,
    lock_timeout_seconds: float = database.LOCK_TIMEOUT_SECONDS,
) -> KeyStore:
    """Open the store of keys at `keys_url`; with `make` a new one, under the first of `masters`, where there is none.

    Raises like `KeyStore`.
    """
    engine = key_engine(keys_url, lock_timeout_seconds=lock_timeout_seconds)
    try:
        return KeyStore(engine, masters, make=make)
    except BaseException:
        engine.dispose()
        raise


def key_engine(keys_url: str, *, lock_timeout_seconds: float = database.LOCK_TIMEOUT_SECONDS) -> Engine:
    """Return an engine on a store of keys: on SQLite what is deleted or replaced there is overwritten."""
    engine = database.engine(keys_url, lock_timeout_seconds=lock_timeout_seconds)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _overwrite_what_is_deleted)
    return engine


def purge(engine: Engine) -> bool:
    """Take what was destroyed or replaced off the disk; return whether it is off.

    A reader in another process can delay it; the next destruction, or calling this again, does it then. PostgreSQL
    writes the table anew; its log of transactions is overwritten in its own time.
    """
    look = _truncate_log if engine.dialect.name == "sqlite" else _write_anew
    try:
        return look(engine)
    except database.DatabaseLocked:  # another connection is in the middle of the same, or reads
        return False


def _truncate_log(engine: Engine) -> bool:
    with database.glancing(engine) as connection:
        return not connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)")).scalar_one()


def _write_anew(engine: Engine) -> bool:
    """Write PostgreSQL's table of keys anew: a mere VACUUM moves rows about, and leaves copies of them in the gaps."""
    with named_troubles(), engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute(f"VACUUM FULL {person_keys.name}")
    return True


def is_made(engine: Engine) -> bool:
    """Tell whether there is a store of keys, without making anything."""
    if not database_sqlite.exists(engine):
        return False
    with database.reading(engine, fenced=False) as connection:
        return sa.inspect(connection).has_table(key_store.name)


def in_use(connection: Connection) -> str:
    """Return the id of the master key in use. Who is about to write keeps it so until the end of the transaction."""
    query = sa.select(secrets.c.master_key_id).where(secrets.c.name == PSEUDONYMS)
    found: str = connection.execute(query.with_for_update(read=True)).scalar_one()
    return found


def _overwrite_what_is_deleted(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA secure_delete = ON")


def _rows_of(connection: Connection, person_ids: Sequence[str]) -> Iterator[Any]:
    for start in range(0, len(person_ids), _AT_ONCE):
        some = person_ids[start : start + _AT_ONCE]
        yield from connection.execute(sa.select(person_keys).where(person_keys.c.person_id.in_(some))).all()


def _check_version(connection: Connection) -> None:
    found = connection.execute(sa.select(key_store.c.schema_version)).scalar_one()
    if found > SCHEMA_VERSION:
        raise KeyStoreTooNew(
            f"the store of keys has version {found}, this program knows {SCHEMA_VERSION}: run the version that made it"
        )


def _unless_there(connection: Connection, table: sa.Table) -> sa.Insert:
    """An insert that leaves a row that is there as it is."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()
