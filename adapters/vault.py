"""The vault: who the people are, and what is written about them, each sealed with the person's own key.

A row of `people` holds the sealed identity and, for a person whose social-security number (NIR) is known, a keyed
pseudonym of it: enough to find the same person again, of no use to whoever steals the database. Notes are sealed
here and kept inside the events. All of it becomes unreadable when the person's key is destroyed; nothing of it is
ever written in clear, whatever is missing.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from adapters import persons
from adapters.cipher import Cipher, SealBroken
from adapters.instants import instant_text
from adapters.keys import DraftKey, KeyStore, KeyUnknown
from adapters.seal import SealTooNew, seal, unseal
from adapters.tables import people
from domain.commands.privacy import IdentityChanges
from domain.errors import FilRougeError
from domain.person import Identity, canonical_nir

log = structlog.get_logger(__name__)

_IDENTITY_VERSION: Final = 1
_WITH_NIR: Final = sa.select(people.c.person_id, people.c.same_as).where(
    people.c.nir_pseudonym == sa.bindparam("pseudonym")
)
_SEALED: Final = sa.select(people.c.identity).where(people.c.person_id == sa.bindparam("person_id"))


class PersonUnknown(FilRougeError):
    """Nobody was ever enrolled under this id."""


class PersonAlreadyKnown(FilRougeError):
    """The social-security number is that of somebody enrolled: use their id instead."""

    def __init__(self, person_id: str) -> None:
        super().__init__(f"this social-security number is that of person {person_id}")
        self.person_id = person_id


class KeyStoreMismatch(FilRougeError):
    """The store of keys is not the one that goes with this database."""


class Vault:
    """Seals and unseals, in the caller's transaction. Threads may share it."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    # ------------------------------------------------------------ people

    def newcomers(self) -> "Newcomers":
        """Return an empty list of people to enrol together, whose notes can be sealed before anything is stored."""
        return Newcomers(self._keys)

    def find_by_nir(self, connection: Connection, nir: str) -> str | None:
        """Return the id of the person enrolled with this NIR, however it is spaced, or whom they were recognised as.

        Raises PydanticCustomError (a ValueError) when it is not a NIR.
        """
        pseudonym = _pseudonym(self._keys, canonical_nir(nir))
        found = connection.execute(_WITH_NIR, {"pseudonym": pseudonym}).one_or_none()
        if found is None:
            return None
        person_id, same_as = found
        return person_id if same_as is None else persons.kept_person(connection, same_as)

    def identity(self, connection: Connection, person_id: str) -> Identity | None:
        """Return who the person is, None when erased. Raises PersonUnknown, SealBroken, SealTooNew, KeyUnknown."""
        return self.identities(connection, [person_id])[person_id]

    def identities(self, connection: Connection, person_ids: Iterable[str]) -> dict[str, Identity | None]:
        """Return who each person is, for a page that lists many; raises like `identity`."""
        wanted = list(dict.fromkeys(person_ids))
        found = persons.households(connection, wanted)
        if unknown := [person_id for person_id in wanted if person_id not in found]:
            raise PersonUnknown(unknown[0])
        rows = {row.person_id: row for household in found.values() for row in household}
        keys = self._keys.keys_of(person_id for person_id, row in rows.items() if row.identity is not None)
        own = {
            person_id: _open_identity(keys.get(person_id), row.identity, person_id)
            for person_id, row in rows.items()
        }
        return {
            person_id: _together([own[row.person_id] for row in household])
            for person_id, household in found.items()
        }

    def renew(self, connection: Connection, person_id: str, newer: Identity) -> None:
        """Keep what was just told of a known person: what is given replaces, what is left out stays.

        They were found by their NIR, so that one is known. Nothing happens for an erased person. Raises like `identity`.
        """
        known = self._own(connection, person_id)
        if known is None:
            return
        merged = known.model_copy(update=newer.model_dump(exclude_none=True, exclude={"nir"}))
        if merged != known:
            self._write_identity(connection, person_id, merged)

    def rectify(self, connection: Connection, person_id: str, changes: IdentityChanges) -> None:
        """Put right who the person is, and with the NIR the pseudonym that they are found by.

        What was told of the persons who are one with them is put right too, or it would show through. Nothing happens
        for an erased person. Raises like `identity`, and the database's own error when the NIR is another person's.
        """
        kept, *others = persons.households(connection, [person_id])[person_id]
        for row in (*others, kept):  # the kept one last: a NIR stands with one of them
            known = self._own(connection, row.person_id)
            if known is None:
                continue
            right = changes.to(known)
            if row is not kept and "nir" in changes.model_fields_set:
                right = right.model_copy(update={"nir": None})
            pseudonym = None if right.nir is None else _pseudonym(self._keys, right.nir)
            self._write_identity(connection, row.person_id, right, nir_pseudonym=pseudonym)

    def _own(self, connection: Connection, person_id: str) -> Identity | None:
        """Return what was told of this person alone."""
        sealed = connection.execute(_SEALED, {"person_id": person_id}).one_or_none()
        if sealed is None:
            raise PersonUnknown(person_id)
        if sealed.identity is None:
            return None
        return _open_identity(self._keys.keys_of([person_id])[person_id], sealed.identity, person_id)

    def _write_identity(
        self, connection: Connection, person_id: str, identity: Identity, **more: str | None
    ) -> None:
        sealed = seal(self._keys.key_of(person_id), _identity_text(identity), "identity", person_id)
        row = sa.update(people).where(people.c.person_id == person_id)
        connection.execute(row.values(identity=sealed, **more))

    def erase(self, connection: Connection, person_id: str, recorded_at: datetime) -> None:
        """Forget the person, and everybody who is one with them: destroy their keys for good, and blank their rows.

        The rows are blanked in the caller's transaction. Call it last there, when nothing can refuse the command any
        more. The keys are gone whatever becomes of the transaction; if the commit then fails, the person reads as erased
        all the same, and erasing again writes what was left out. `purge` when the transaction is over. Raises
        PersonUnknown, KeyUnknown.
        """
        found = persons.households(connection, [person_id]).get(person_id)
        if found is None:
            raise PersonUnknown(person_id)
        everybody = [row.person_id for row in found]
        first = sa.func.coalesce(people.c.erased_at, instant_text(recorded_at))
        connection.execute(
            sa.update(people)
            .where(people.c.person_id.in_(everybody))
            .values(identity=None, nir_pseudonym=None, erased_at=first)
        )
        for one in everybody:
            self._keys.destroy(one, purge=False)

    def purge(self) -> bool:
        """Take the keys of those who were erased off the disk; return whether they are off."""
        return self._keys.purge()

    def keep_erased(self, connection: Connection) -> int:
        """Destroy the keys that came back with an older store of keys; return how many. For every start.

        Who was erased is written with the event that says so, in one transaction: a backup of the keys from before an
        erasure brings nobody back.
        """
        erased = connection.execute(sa.select(people.c.person_id).where(people.c.erased_at.is_not(None)))
        returned = self._keys.destroy_again(erased.scalars())
        if returned:
            log.warning("vault.erased_again", people=returned)
        return returned

    def check(self, connection: Connection) -> None:
        """Refuse to work with another database's keys: the first and the last person must open. For every start.

        Without this, a lost store of keys would be replaced by an empty one, and nobody would notice before the
        first known person came back. Raises KeyStoreMismatch.
        """
        present = sa.select(people.c.person_id).where(people.c.identity.is_not(None)).limit(1)
        for end in (people.c.person_id.asc(), people.c.person_id.desc()):
            person_id = connection.execute(present.order_by(end)).scalar()
            if person_id is None:
                return
            try:
                self._own(connection, person_id)
            except (KeyUnknown, SealBroken) as error:
                raise KeyStoreMismatch(
                    "the store of keys does not go with this database: it cannot open the people enrolled in it. "
                    "Check FILROUGE_KEYS_URL, or restore the store of keys that belongs here."
                ) from error

    # ------------------------------------------------------------ notes

    def seal(self, person_id: str, text: str) -> str:
        """Return `text` sealed with the person's key, for an event to carry. Raises KeyDestroyed, KeyUnknown."""
        return seal(self._keys.key_of(person_id), text, "note", person_id)

    def unseal(self, person_id: str, token: str, formerly: Sequence[str] = ()) -> str | None:
        """Return the text sealed in `token`, None when the person was erased.

        `formerly` are those whom the person was taken for when it may have been sealed.
        Raises SealBroken when it was altered or is another person's, SealTooNew, KeyUnknown.
        """
        keys = self._keys.keys_of([person_id, *formerly])
        broken: SealBroken | None = None
        for one, key in keys.items():
            try:
                if key is not None:
                    return unseal(key, token, "note", one)
            except SealBroken as error:
                broken = error
        if broken is not None and None not in keys.values():
            raise broken
        return None


class Newcomers:
    """The people whom one unit of work will enrol, for one thread.

    Their keys are drawn in memory and stored together when the transaction is being written: a cohort costs one
    write to the store of keys, and work that comes to nothing leaves nothing there.
    """

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys
        self._drafts: dict[str, DraftKey] = {}
        self._identities: dict[str, Identity] = {}
        self._by_nir: dict[str, str] = {}

    def __len__(self) -> int:
        """Count them."""
        return len(self._drafts)

    def __contains__(self, person_id: object) -> bool:
        """Tell whether this person is one of them."""
        return person_id in self._drafts

    def add(self, person_id: str, identity: Identity) -> None:
        """Take in a person under a new id. Raises PersonAlreadyKnown when their NIR is already among these."""
        if identity.nir is not None:
            if known := self._by_nir.get(identity.nir):
                raise PersonAlreadyKnown(known)
            self._by_nir[identity.nir] = person_id
        self._identities[person_id] = identity
        self._drafts[person_id] = self._keys.draft(person_id)

    def identity(self, person_id: str) -> Identity:
        """Return who one of them is; raises KeyError for anybody else."""
        return self._identities[person_id]

    def with_nir(self, nir: str | None) -> str | None:
        """Return the id of the one who has this NIR (as an identity holds it)."""
        return None if nir is None else self._by_nir.get(nir)

    def seal(self, person_id: str, text: str) -> str:
        """Return `text` sealed for one of them; raises KeyError for anybody else."""
        return seal(self._drafts[person_id].key, text, "note", person_id)

    def write(self, connection: Connection, recorded_at: datetime) -> None:
        """Store their keys, in the store of keys' own transaction, then their sealed identities in the caller's.

        May be tried again: what was undone leaves an unused key. Raises PersonAlreadyKnown when a NIR was enrolled
        meanwhile, also by somebody who committed a moment ago (the transaction can go on: nothing was written for
        that person, but the others were), KeyDestroyed for the id of an erased person, and like `KeyStore.store`.
        """
        self._keys.store(self._drafts.values())
        if not self._drafts:
            return
        instant = instant_text(recorded_at)
        rows = [
            self._row(draft, self._identities[draft.person_id], instant) for draft in self._drafts.values()
        ]
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        insert = dialect.insert(people).on_conflict_do_nothing(index_elements=[people.c.nir_pseudonym])
        written = set(connection.execute(insert.returning(people.c.person_id), rows).scalars())
        for row in rows:
            if row["person_id"] not in written:
                there = sa.select(people.c.person_id).where(people.c.nir_pseudonym == row["nir_pseudonym"])
                raise PersonAlreadyKnown(connection.execute(there).scalar_one())

    def _row(self, draft: DraftKey, identity: Identity, instant: str) -> dict[str, str | None]:
        return {
            "person_id": draft.person_id,
            "nir_pseudonym": None if identity.nir is None else _pseudonym(self._keys, identity.nir),
            "identity": seal(draft.key, _identity_text(identity), "identity", draft.person_id),
            "recorded_at": instant,
        }


def _pseudonym(keys: KeyStore, nir: str) -> str:
    return keys.pseudonym("nir", nir)


def _identity_text(identity: Identity) -> str:
    return msgspec.json.encode({"v": _IDENTITY_VERSION, **identity.model_dump(exclude_none=True)}).decode()


def _together(told: Sequence[Identity | None]) -> Identity | None:
    """Return what was told of a person, the one who is kept first, and what is missing there from the others."""
    kept = told[0]
    if kept is None:
        return None
    known = kept.model_dump(exclude_none=True)
    for other in told[1:]:
        if other is not None:
            known = other.model_dump(exclude_none=True) | known
    return kept if len(told) == 1 else Identity.model_construct(**known)


def _open_identity(key: Cipher | None, sealed: str | None, person_id: str) -> Identity | None:
    if sealed is None or key is None:
        return None
    fields: dict[str, Any] = msgspec.json.decode(unseal(key, sealed, "identity", person_id))
    if fields.pop("v") > _IDENTITY_VERSION:
        raise SealTooNew("an identity was written by a later version of this program")
    if "birth_date" in fields:
        fields["birth_date"] = date.fromisoformat(fields["birth_date"])
    # Not validated again: what was accepted once stays readable, whatever is accepted tomorrow.
    return Identity.model_construct(**fields)
