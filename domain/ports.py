"""What the use cases ask of the world: one unit of work, and a clock."""

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.access import EVERY_CASE, Reach
from domain.case import Case
from domain.commands.privacy import IdentityChanges
from domain.person import Identity


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers: enough to go on, nothing personal, so that it can be kept and given again."""

    case_id: str
    version: int
    state: str
    events: tuple[str, ...]
    created: bool = False
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """The request behind a command: what ties its events together, and makes repeating it harmless.

    `fingerprint` is a digest of all that was asked; the same `idempotency_key` with another one is refused.
    `capacity` is the one acted in where that is not the asker's role.
    """

    correlation_id: str
    causation_id: str | None = None
    idempotency_key: str | None = None
    fingerprint: str = ""
    capacity: str | None = None


class Clash(Exception):
    """Somebody else's commit came first; nothing was written. Deciding again gives the right answer."""


class UnitOfWork(Protocol):
    """One transaction: what is loaded, changed and committed together, all or nothing."""

    def load(self, case_id: str, within: Reach = EVERY_CASE) -> Case:
        """Return a case from its events. Raises CaseNotFound, also for a case that is not `within` reach."""

    def is_within(self, case_id: str, within: Reach) -> bool:
        """Tell whether a stored case is within reach."""

    def add(self, case: Case) -> None:
        """Take in a new case."""

    def organisations(self) -> Collection[str]:
        """Return the codes of the registered organisations."""

    def counsellors(self, organisation: str, now: datetime) -> Container[str]:
        """Return the accounts that may follow a case of the organisation at `now`; nothing is asked before one is."""

    def open_cases_of(self, person_id: str) -> Mapping[str, str]:
        """Return a person's open cases with their organisation."""

    def cases_of(self, person_id: str) -> Collection[str]:
        """Return the ids of all a person's cases, open and closed."""

    def person_of(self, identity: Identity) -> str | None:
        """Return the person already known under this NIR, if any."""

    def enrol(self, identity: Identity) -> str:
        """Return the pseudonym of a new person, whose identity goes to the vault with the commit."""

    def renew(self, person_id: str, identity: Identity) -> None:
        """Have what was just told of a known person (a new address, say) kept with the commit."""

    def identity_of(self, person_id: str) -> Identity | None:
        """Return who a person is, enrolled here or stored; None when erased."""

    def holder_of(self, nir: str) -> str | None:
        """Return the person who is known under this NIR, if any."""

    def rectify(self, person_id: str, changes: IdentityChanges) -> None:
        """Have what is known of who the person is put right with the commit."""

    def join(self, person_id: str, into: str) -> None:
        """Have a person known as one with another from the commit on: who they are, their NIR and their erasure."""

    def household(self, person_id: str) -> Collection[str]:
        """Return the person and everybody who was joined with them."""

    def part(self, person_id: str) -> None:
        """Have a person who was joined with another be somebody of their own again, with the commit."""

    def seal(self, person_id: str, text: str) -> str:
        """Return `text` encrypted with the person's key."""

    def erase(self, person_id: str) -> None:
        """Have the person's key destroyed with the commit."""

    def answered(self, actor: str, request: Request) -> Answer | None:
        """Return the first answer to this Idempotency-Key. Raises IdempotencyKeyReused for another request."""

    def remember(self, actor: str, request: Request, answer: Answer) -> None:
        """Keep the answer with the commit."""

    def commit(self, recorded_at: datetime) -> None:
        """Write everything, or nothing. Raises StaleVersion, or Clash when deciding again would help."""
