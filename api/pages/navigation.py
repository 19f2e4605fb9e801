"""Where each role goes: the first entry is its home. One table; the access table says who sees what."""

from dataclasses import dataclass
from typing import Final

from api.pages import paths
from api.pages.texts import mark as _
from api.pages.texts import translated
from domain.access import Permission, Principal, may, may_fire
from workflows.labels import Language
from workflows.roles import Role
from workflows.triggers import Trigger


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the main navigation."""

    href: str
    label: str


_ENTRIES: Final[tuple[tuple[str, str, Permission | Trigger, frozenset[Role] | None], ...]] = (
    (paths.CELL, _("The cell"), Permission.SEE_QUEUE, frozenset({Role.SUPERVISOR})),
    (paths.QUEUE, _("My queue"), Permission.SEE_QUEUE, frozenset({Role.COUNSELLOR})),
    (paths.QUEUE, _("Open cases"), Permission.SEE_QUEUE, frozenset({Role.SUPERVISOR})),
    (paths.PEOPLE, _("Rights of a person"), Permission.EXPORT_PERSON, None),
    (paths.SEARCH, _("Find a case"), Permission.SEE_IDENTITY, None),
    (paths.LOG, _("Find a history"), Permission.SEE_HISTORY, frozenset({Role.AUDITOR})),
    (paths.ACCESSES, _("Who saw what"), Permission.SEE_ACCESSES, None),
    (paths.REFERRALS, _("My referrals"), Permission.FOLLOW_REFERRALS, None),
    (paths.NEW_REFERRAL, _("Refer somebody"), Trigger.DETECT, None),
    (paths.STATISTICS, _("Statistics"), Permission.SEE_STATISTICS, None),
    (paths.EXPORTS, _("Exports"), Permission.EXPORT_EVENTS, None),
    (paths.ACCOUNT_SESSIONS, _("Who is signed in"), Permission.ACCOUNT_SESSIONS, None),
    (paths.HELP, _("Help"), Permission.SEE_REFERENCE, None),
)
"""Address, label, what it takes to go there, and the roles it is shown to if not to all who may."""


def entries(principal: Principal, language: Language) -> list[Entry]:
    """Return where this account may go, its home first."""
    return [
        Entry(href, translated(label, language))
        for href, label, asked, roles in _ENTRIES
        if _may(principal, asked) and (roles is None or principal.role in roles)
    ]


def home_of(principal: Principal) -> str:
    """Return the address of the page that an account begins its day with."""
    return entries(principal, "fr")[0].href


def _may(principal: Principal, asked: Permission | Trigger) -> bool:
    return may_fire(principal, asked) if isinstance(asked, Trigger) else may(principal, asked)
