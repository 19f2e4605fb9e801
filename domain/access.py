"""Who is asking, and THE access table: what each role sees and does, and on which cases.

The API, its documentation and the test that crosses every role with every endpoint all read this one table. Which
triggers a role may fire is not repeated here: it stands beside each trigger in `workflows.triggers`. What is here is
on which cases (`ACT`); the guards of the transition table then look at the case itself.

Not to be allowed to know of a case and asking for one that does not exist are the same answer: whoever applies a
`Reach` looks for the case inside it, and finds it or does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from workflows.roles import Role
from workflows.triggers import Trigger


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated account. `actor` is its code (never a person's name); no organisation means national."""

    actor: str
    role: Role
    organisation: str | None
    token_id: str | None = None


class Permission(Enum):
    """What an account may see or do."""

    FOLLOW_REFERRALS = "follow_referrals"
    """The progress of the referrals one made, without any detail of the person's health."""
    SEE_QUEUE = "see_queue"
    """The open cases and what is due on them."""
    SEE_CASE = "see_case"
    """Where a case stands and what may be done to it."""
    SEE_FILE = "see_file"
    """What a case is about: needs, rights review, plan, funding, partners, contacts."""
    SEE_IDENTITY = "see_identity"
    """Who the person is."""
    SEE_NOTES = "see_notes"
    """The free text about the person."""
    SEE_HISTORY = "see_history"
    """Everything that was recorded about a case, by whom and when."""
    ACT = "act"
    """To fire, on an existing case, the triggers open to the role."""
    SEE_STATISTICS = "see_statistics"
    """Figures, never a person."""
    EXPORT_STATISTICS = "export_statistics"
    """Figures in a file, small counts hidden."""
    EXPORT_EVENTS = "export_events"
    """The event log for process mining: single cases, under pseudonyms, with no more than that needs."""
    EXPORT_ROWS = "export_rows"
    """The rows of the read models: single cases, under pseudonyms, with everything that is in a row."""
    EXPORT_PERSON = "export_person"
    """Everything that is held on one person, in clear: to answer a person who asks for it."""
    SEE_ACCESSES = "see_accesses"
    """Who read what of whom, in the log of accesses."""
    BREAK_GLASS = "break_glass"
    """To open a case of another organisation for a while, by giving a reason: to read, never to act."""
    OWN_SESSIONS = "own_sessions"
    """Where one is signed in to the pages, and to end it."""
    ACCOUNT_SESSIONS = "account_sessions"
    """Which accounts are signed in to the pages, and to end it. Never a case."""
    SEE_REFERENCE = "see_reference"
    """The transition table, the vocabulary and the organisations."""


BEHIND_GLASS: Final = frozenset(
    {
        Permission.SEE_CASE,
        Permission.SEE_FILE,
        Permission.SEE_IDENTITY,
        Permission.SEE_NOTES,
        Permission.SEE_HISTORY,
    }
)
"""What a broken glass opens of the one case. Acting is not among it."""


class Scope(Enum):
    """How far a permission goes."""

    OWN_REFERRALS = "own_referrals"
    """The cases that the account referred, wherever they went since, until they are archived."""
    ASSIGNED_OR_UNASSIGNED = "assigned_or_unassigned"
    """In the account's organisation, the cases assigned to it and those assigned to nobody, until they are archived."""
    ORGANISATION = "organisation"
    """All of the account's organisation but its archive; nothing without one."""
    ORGANISATION_OR_NATIONAL = "organisation_or_national"
    """All of the account's organisation, its archive included; without one, all of them."""
    ELSEWHERE = "elsewhere"
    """Any case that is not archived, each for itself and for a while; nothing without an organisation."""
    ACCOUNTS = "accounts"
    """The accounts of the account's organisation; without one, all of them. No case."""
    EVERYTHING = "everything"
    """For what is no case's, or the account's own."""


_P, _S = Permission, Scope

_EVERYBODY: Final = {_P.OWN_SESSIONS: _S.EVERYTHING, _P.SEE_REFERENCE: _S.EVERYTHING}
_REFERRING: Final = {_P.FOLLOW_REFERRALS: _S.OWN_REFERRALS}
_ON_A_CASE: Final = (_P.SEE_CASE, _P.SEE_FILE, _P.SEE_IDENTITY, _P.SEE_NOTES, _P.SEE_HISTORY, _P.ACT)

ACCESS: Final[Mapping[Role, Mapping[Permission, Scope]]] = {
    Role.DETECTOR: _EVERYBODY | _REFERRING,
    Role.COUNSELLOR: _EVERYBODY
    | _REFERRING
    | dict.fromkeys((_P.SEE_QUEUE, *_ON_A_CASE), _S.ASSIGNED_OR_UNASSIGNED),
    Role.SUPERVISOR: _EVERYBODY
    | _REFERRING
    | dict.fromkeys(
        (
            _P.SEE_QUEUE,
            *_ON_A_CASE,
            _P.SEE_STATISTICS,
            _P.EXPORT_STATISTICS,
            _P.EXPORT_EVENTS,
            _P.EXPORT_ROWS,
        ),
        _S.ORGANISATION,
    )
    | {_P.BREAK_GLASS: _S.ELSEWHERE},
    Role.ANALYST: _EVERYBODY
    | dict.fromkeys((_P.SEE_STATISTICS, _P.EXPORT_STATISTICS, _P.EXPORT_EVENTS), _S.ORGANISATION_OR_NATIONAL),
    Role.AUDITOR: _EVERYBODY
    | dict.fromkeys(
        (_P.SEE_HISTORY, _P.SEE_ACCESSES, _P.EXPORT_EVENTS, _P.EXPORT_ROWS), _S.ORGANISATION_OR_NATIONAL
    ),
    Role.DATA_PROTECTION_OFFICER: _EVERYBODY
    | dict.fromkeys(
        (_P.SEE_CASE, _P.SEE_IDENTITY, _P.EXPORT_PERSON, _P.SEE_ACCESSES, _P.ACT), _S.ORGANISATION_OR_NATIONAL
    ),
    Role.ADMINISTRATOR: _EVERYBODY | {_P.ACCOUNT_SESSIONS: _S.ACCOUNTS},
}
"""Who sees and does what [001, II.2 for the one counsellor; the rest is ours †]. What is not here is refused."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which cases an account may know of: every condition that is set must hold.

    `counsellor` lets through that account's cases and those of nobody; `archived`, when False, leaves the archive out.
    """

    organisation: str | None = None
    counsellor: str | None = None
    detected_by: str | None = None
    archived: bool | None = None


EVERY_CASE: Final = Reach()


def reach(principal: Principal, permission: Permission) -> Reach | None:
    """Return how far `permission` goes for this account; None when it does not have it at all."""
    match ACCESS[principal.role].get(permission):
        case None:
            return None
        case Scope.OWN_REFERRALS:
            return Reach(detected_by=principal.actor, archived=False)
        case Scope.ASSIGNED_OR_UNASSIGNED if principal.organisation is not None:
            return Reach(organisation=principal.organisation, counsellor=principal.actor, archived=False)
        case Scope.ORGANISATION if principal.organisation is not None:
            return Reach(organisation=principal.organisation, archived=False)
        case Scope.ORGANISATION_OR_NATIONAL | Scope.ACCOUNTS:
            return Reach(organisation=principal.organisation)
        case Scope.EVERYTHING:
            return EVERY_CASE
        case Scope.ELSEWHERE if principal.organisation is not None:
            return Reach(archived=False)
        case _:  # bound to an organisation, and without one
            return None


def may(principal: Principal, permission: Permission) -> bool:
    """Tell whether the account has the permission, for whichever cases."""
    return reach(principal, permission) is not None


def may_fire(principal: Principal, trigger: Trigger) -> bool:
    """Tell whether the account's role may fire the trigger; on which cases is for its reach to say."""
    return principal.role in trigger.roles
