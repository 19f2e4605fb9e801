"""One transaction: cases loaded and changed, written all together or not at all.

In one commit go the events, the read models, the identities of new people and the answers to idempotent requests.
The database is locked only for the commit itself; everything is decided before.
"""

import re
import sqlite3
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

import psycopg
import sqlalchemy.exc
from sqlalchemy import Column, Connection, Engine, Table, select

from adapters import answers, persons
from adapters.case_loader import CaseLoader
from adapters.counsellors import Counsellors
from adapters.database import committing, glancing, reading
from adapters.event_store import EventRecorder, VersionConflict, late_refusal
from adapters.mapper import columns_of
from adapters.organisations import Organisations
from adapters.projector import Change, Projector, Rows, Work
from adapters.recorded_event import Column as StoredColumn
from adapters.tables import idempotency, people
from adapters.vault import Newcomers, PersonAlreadyKnown, Vault
from domain.access import EVERY_CASE, Reach
from domain.case import Case
from domain.commands.privacy import IdentityChanges
from domain.errors import CaseNotFound, StaleVersion
from domain.person import Identity
from domain.ports import Answer, Clash, Request
from domain.use_cases import new_case_id
from projections.case import TABLE as CASES
from projections.case import cases_of, is_within, open_cases_of


def _as_sqlite_says(table: Table, columns: Iterable[Column[Any]]) -> str:
    return "UNIQUE constraint failed: " + ", ".join(f"{table.name}.{column.name}" for column in columns)


_ONE_OPEN_CASE: Final = next(index for index in CASES.indexes if index.name == "one_open_case")
_ONE_EACH: Final = (
    "one_open_case",
    "idempotency_pkey",
    "uq_people_nir_pseudonym",
    _as_sqlite_says(CASES, _ONE_OPEN_CASE.columns),
    _as_sqlite_says(idempotency, idempotency.primary_key),
    _as_sqlite_says(people, [people.c.nir_pseudonym]),
)
"""The rules that two simultaneous requests may break, as a database names them: a new look then gives the answer.

PostgreSQL names a constraint; SQLite its columns, even when it has a name.
"""

_CASE_ID: Final = re.compile(r"[0-9A-Za-z-]{1,64}")
"""What the id of a case may look like: not like an organisation's stream, and like nothing a database chokes on."""


class Storage:
    """What every unit of work shares: the log, the read models, the vault. Safe to share between threads."""

    def __init__(self, engine: Engine, projector: Projector, vault: Vault) -> None:
        """Wire the pieces over one engine."""
        self.engine = engine
        self.projector = projector
        self.vault = vault
        self.recorder = EventRecorder(engine)
        self.cases = CaseLoader(engine)
        self.organisations = Organisations(engine)

    def begin(self) -> "StoredUnitOfWork":
        """Open a unit of work; nothing is locked until it commits."""
        return StoredUnitOfWork(self)


@dataclass(slots=True)
class _Taken:
    """A case in this unit of work; its rows and its version as the database has them."""

    case: Case
    before: Rows
    version: int


@dataclass(slots=True)
class _Decided:
    """What a commit appends, of which cases, and what that changes in the read models."""

    drafts: list[tuple[StoredColumn, ...]]
    changed: list[_Taken]
    work: Work


@dataclass(slots=True)
class _Pending:
    """What else the commit writes."""

    newcomers: Newcomers
    renewed: list[tuple[str, Identity]] = field(default_factory=list)
    rectified: list[tuple[str, IdentityChanges]] = field(default_factory=list)
    linked: list[tuple[str, str | None]] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)
    answers: list[tuple[str, Request, Answer]] = field(default_factory=list)


class StoredUnitOfWork:
    """The port `domain.ports.UnitOfWork` over the database. For one thread.

    It may go on after a commit with the cases it holds: what others changed meanwhile shows as StaleVersion.
    After a commit that failed it is as new: what was decided is decided again, on what is then stored.
    """

    def __init__(self, storage: Storage) -> None:
        """Start with nothing loaded."""
        self._storage = storage
        self._taken: dict[str, _Taken] = {}
        self._pending = _Pending(self._storage.vault.newcomers())

    def load(self, case_id: str, within: Reach = EVERY_CASE) -> Case:
        """Return a case from its events, the same object each time. Raises CaseNotFound, also out of reach.

        Reach is looked at in the read model: a case out of reach costs what an unknown one costs.
        """
        if case_id not in self._taken:
            case = self._storage.cases.load(case_id, within) if _CASE_ID.fullmatch(case_id) else None
            if case is None:
                raise CaseNotFound(case_id)
            self._taken[case_id] = _Taken(case, self._storage.projector.rows_of(case.state), case.version)
        elif within != EVERY_CASE and not self.is_within(case_id, within):
            raise CaseNotFound(case_id)
        return self._taken[case_id].case

    def is_within(self, case_id: str, within: Reach) -> bool:
        """Tell whether a stored case is within reach, as the read model has it."""
        with glancing(self._storage.engine) as connection:
            return is_within(connection, case_id, within)

    def add(self, case: Case) -> None:
        """Take in a new case."""
        self._taken[case.id] = _Taken(case, {}, 0)

    def organisations(self) -> Collection[str]:
        """Return the codes of the registered organisations."""
        return self._storage.organisations

    def counsellors(self, organisation: str, now: datetime) -> Container[str]:
        """Return the accounts that may follow a case of the organisation at `now`."""
        return Counsellors(self._storage.engine, organisation, now)

    def open_cases_of(self, person_id: str) -> Mapping[str, str]:
        """Return a person's open cases with their organisation, as stored and as changed here."""
        with glancing(self._storage.engine) as connection:
            found = open_cases_of(connection, person_id)
        for taken in self._taken.values():
            state = taken.case.state
            if state.person_id == person_id:
                found.pop(state.case_id, None)
                if state.state != "closed":
                    found[state.case_id] = state.organisation
        return found

    def cases_of(self, person_id: str) -> Collection[str]:
        """Return the ids of all a person's cases, open and closed, those begun here included."""
        with glancing(self._storage.engine) as connection:
            found = cases_of(connection, person_id)
        here = (case_id for case_id, taken in self._taken.items() if taken.case.state.person_id == person_id)
        return list(dict.fromkeys([*found, *here]))

    def person_of(self, identity: Identity) -> str | None:
        """Return the person already known under this NIR, if any, here or in the vault.

        Raises Clash for somebody erased here: they come back as somebody new, once that is written.
        """
        if identity.nir is None:
            return None
        found = self._pending.newcomers.with_nir(identity.nir)
        if found is None:
            with glancing(self._storage.engine) as connection:
                found = self._storage.vault.find_by_nir(connection, identity.nir)
        if found in self._pending.erased:
            raise Clash
        return found

    def enrol(self, identity: Identity) -> str:
        """Return the pseudonym of a new person."""
        person_id = new_case_id()
        self._pending.newcomers.add(person_id, identity)
        return person_id

    def renew(self, person_id: str, identity: Identity) -> None:
        """Have what was just told of a known person kept with the commit."""
        if person_id not in self._pending.newcomers:
            self._pending.renewed.append((person_id, identity))

    def identity_of(self, person_id: str) -> Identity | None:
        """Return who a person is, enrolled here or stored; None when erased."""
        if person_id in self._pending.newcomers:
            return self._pending.newcomers.identity(person_id)
        with reading(self._storage.engine) as connection:
            return self._storage.vault.identity(connection, person_id)

    def holder_of(self, nir: str) -> str | None:
        """Return the person who is known under this NIR, if any."""
        with glancing(self._storage.engine) as connection:
            return self._storage.vault.find_by_nir(connection, nir)

    def rectify(self, person_id: str, changes: IdentityChanges) -> None:
        """Have what is known of who the person is put right with the commit."""
        self._pending.rectified.append((person_id, changes))

    def household(self, person_id: str) -> Collection[str]:
        """Return the person and everybody who was joined with them."""
        with reading(self._storage.engine) as connection:
            return persons.household(connection, person_id)

    def join(self, person_id: str, into: str) -> None:
        """Have a person known as one with another from the commit on."""
        self._pending.linked.append((person_id, into))

    def part(self, person_id: str) -> None:
        """Have a person who was joined with another be somebody of their own again, with the commit."""
        self._pending.linked.append((person_id, None))

    def seal(self, person_id: str, text: str) -> str:
        """Return `text` encrypted with the person's key."""
        newcomers = self._pending.newcomers
        if person_id in newcomers:
            return newcomers.seal(person_id, text)
        return self._storage.vault.seal(person_id, text)

    def erase(self, person_id: str) -> None:
        """Have the person's key destroyed with the commit."""
        self._pending.erased.append(person_id)

    def answered(self, actor: str, request: Request) -> Answer | None:
        """Return the first answer to this Idempotency-Key, marked as replayed. Raises IdempotencyKeyReused."""
        return answers.given(self._storage.engine, actor, request)

    def remember(self, actor: str, request: Request, answer: Answer) -> None:
        """Keep the answer with the commit."""
        if request.idempotency_key is not None:
            self._pending.answers.append((actor, request, answer))

    def commit(self, recorded_at: datetime) -> None:
        """Write everything, or nothing. Raises StaleVersion, or Clash when deciding again would help."""
        try:
            self._commit(recorded_at)
        except BaseException:
            # The cases hold decisions that nobody stored: what is decided next must not build on them.
            self._taken = {}
            raise
        finally:
            self._pending = _Pending(self._storage.vault.newcomers())

    def forget(self, case_id: str) -> None:
        """Let go of a case that is not needed any more."""
        self._taken.pop(case_id, None)

    def _commit(self, recorded_at: datetime) -> None:
        decided = self._decided()
        try:
            with committing(self._storage.engine, at_once=self._is_plain(decided)) as connection:
                self._write(connection, decided, recorded_at)
            if self._pending.erased:
                self._storage.vault.purge()
        except VersionConflict as conflict:
            raise self._stale(conflict.case_ids) from None
        except PersonAlreadyKnown as known:
            raise Clash from known
        except (
            sqlite3.IntegrityError,
            psycopg.IntegrityError,
            sqlalchemy.exc.IntegrityError,
        ) as broken:
            if _somebody_was_first(broken):
                raise Clash from None
            refused = late_refusal(broken, decided.drafts)
            if isinstance(refused, VersionConflict):
                raise self._stale(refused.case_ids) from None
            raise (refused or broken) from None
        for pair in decided.work.pairs:
            taken = self._taken[pair.case_id]
            taken.before, taken.version = pair.after, taken.case.version

    def _decided(self) -> _Decided:
        """Hand over what the cases have decided, and what it changes in the read models."""
        events = [event for taken in self._taken.values() for event in taken.case.collect_events()]
        # Of several cases: the log goes forward in time, each case in its order.
        events.sort(key=_recorded_at)
        changed = [self._taken[case_id] for case_id in dict.fromkeys(event.originator_id for event in events)]
        work = self._storage.projector.work_of([Change(taken.before, taken.case.state) for taken in changed])
        return _Decided([columns_of(event) for event in events], changed, work)

    def _is_plain(self, decided: _Decided) -> bool:
        """Tell whether the commit writes to the log and the read models alone, and looks at nothing more."""
        pending = self._pending
        others = pending.newcomers or pending.renewed or pending.rectified or pending.linked or pending.erased
        return not others and decided.work.is_whole and all(taken.version for taken in decided.changed)

    def _write(self, connection: Connection, decided: _Decided, recorded_at: datetime) -> None:
        storage, pending = self._storage, self._pending
        if pending.newcomers:
            pending.newcomers.write(connection, recorded_at)
        if decided.drafts:
            storage.recorder.append(connection, decided.drafts)  # takes the append lock
            self._refuse_the_erased(connection, decided.changed)
            storage.projector.project(connection, decided.work, storage.organisations)
        for actor, request, answer in pending.answers:
            answers.keep(connection, actor, request, answer, recorded_at)
        for person_id, identity in pending.renewed:
            storage.vault.renew(connection, person_id, identity)
        for person_id, changes in pending.rectified:
            storage.vault.rectify(connection, person_id, changes)
        for person_id, into in pending.linked:
            if into is not None and cases_of(connection, person_id):
                raise Clash  # a referral came first: its case is the other person's too
            persons.link(connection, person_id, into)
        for person_id in pending.erased:
            if open_cases_of(connection, person_id).keys() - self._taken.keys():
                raise Clash  # a referral came first: the key is still needed
            storage.vault.erase(connection, person_id, recorded_at)

    def _refuse_the_erased(self, connection: Connection, changed: Iterable[_Taken]) -> None:
        """Whoever was known when a new case was decided may have been erased or recognised as another since."""
        people_of_new_cases = {taken.case.state.person_id for taken in changed if taken.version == 0}
        known = {person_id for person_id in people_of_new_cases if person_id not in self._pending.newcomers}
        if (
            known
            and connection.execute(
                select(people.c.person_id).where(
                    people.c.person_id.in_(known),
                    people.c.erased_at.is_not(None) | people.c.same_as.is_not(None),
                )
            ).first()
        ):
            raise Clash

    def _stale(self, case_ids: Iterable[str]) -> StaleVersion:
        """Name the case that somebody else changed, among those of the commit."""
        stale = None
        for case_id in case_ids:
            newest = self._storage.recorder.select_events(case_id, desc=True, limit=1)
            expected, actual = self._taken[case_id].version, newest[0].originator_version if newest else 0
            if stale is None or actual != expected:
                stale = StaleVersion(case_id, expected, actual)
            if actual != expected:
                break
        if stale is None:
            raise AssertionError("a version conflict names the cases of its commit")
        return stale


_recorded_at: Final = attrgetter("recorded_at")


def _somebody_was_first(broken: Exception) -> bool:
    """Tell whether a rule of `_ONE_EACH` is what broke."""
    cause = broken.orig if isinstance(broken, sqlalchemy.exc.IntegrityError) else broken
    name = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else str(cause)
    return name in _ONE_EACH
