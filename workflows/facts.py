"""What the rules may look at: the facts of a case, of its person's other cases, and of who is asking when."""

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from workflows.deadlines import Deadlines, DueFacts
from workflows.roles import Role

Command = Any
"""A trigger's payload. The rules read it by attribute; its fields are validated where it is defined."""


class NeedFacts(Protocol):
    """One piece of forgone care."""

    @property
    def status(self) -> str: ...


class ActionFacts(Protocol):
    """One action of the plan."""

    @property
    def status(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def need_ids(self) -> Collection[str]: ...


class QuoteFacts(Protocol):
    """One quote, in cents."""

    @property
    def rest_to_pay_cents(self) -> int: ...
    @property
    def person_share_cents(self) -> int: ...


class RequestFacts(Protocol):
    """One funding request, in cents."""

    @property
    def quote_id(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def amount_cents(self) -> int: ...
    @property
    def granted_cents(self) -> int: ...


class CaseFacts(DueFacts, Protocol):
    """One case, as its events have made it."""

    @property
    def case_id(self) -> str: ...
    @property
    def person_id(self) -> str: ...
    @property
    def organisation(self) -> str: ...
    @property
    def counsellor(self) -> str | None: ...
    @property
    def detected_on(self) -> date: ...
    @property
    def left_state(self) -> str | None: ...
    @property
    def episode_since(self) -> date: ...
    @property
    def closing_reason(self) -> str | None: ...
    @property
    def share_with(self) -> Collection[str]: ...
    @property
    def consented_on(self) -> date | None: ...
    @property
    def needs(self) -> Mapping[str, NeedFacts]: ...
    @property
    def actions(self) -> Mapping[str, ActionFacts]: ...
    @property
    def quotes(self) -> Mapping[str, QuoteFacts]: ...
    @property
    def requests(self) -> Mapping[str, RequestFacts]: ...
    @property
    def merged_into(self) -> str | None: ...
    @property
    def erased(self) -> bool: ...
    @property
    def archived_on(self) -> date | None: ...
    @property
    def version(self) -> int: ...
    @property
    def rights_opened(self) -> Collection[str]: ...
    def open_needs(self) -> Collection[str]: ...
    def open_actions(self) -> Collection[str]: ...
    def attempts_since_reached(self) -> Collection[str]: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """The case that another one is to be merged into, with its person's open cases: their organisation, by case id."""

    case: CaseFacts
    open_cases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a trigger, when, and what the rules must know beyond the case itself.

    `today` is the calendar day in Europe/Paris. `other_open_cases` maps this person's other open cases to
    their organisation; `knowable_cases` holds those whose id the asker may be told. `counsellors` holds the accounts
    that may follow a case in the case's organisation. `nirs_of_others` holds the social-security numbers of the
    people known here, but for the case's own. `kept` is the case that this one is to be merged into, if the asker may
    know of it; `parting_cases` are those of the other open cases that would be somebody else's again, as would this one,
    if it was reopened and its merging undone: None where there is none to undo.
    """

    actor: str
    role: Role
    organisation: str | None
    today: date
    deadlines: Deadlines = field(default_factory=Deadlines)
    other_open_cases: Mapping[str, str] = field(default_factory=dict)
    knowable_cases: Container[str] = ()
    organisations: Collection[str] = ()
    counsellors: Container[str] = ()
    nirs_of_others: Container[str] = ()
    kept: Kept | None = None
    parting_cases: Mapping[str, str] | None = None
