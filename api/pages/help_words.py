"""What the help says, drawn from the tables that decide it: the access table, the transition table, the states."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.pages.actions import GROUPS
from api.pages.texts import mark as _
from api.pages.texts import translated
from domain.access import ACCESS, Permission, Scope
from workflows.labels import Language
from workflows.roles import Role
from workflows.states import State
from workflows.table import TABLE
from workflows.triggers import Trigger

_P, _S = Permission, Scope

PERMISSIONS: Final[Mapping[Permission, str]] = {
    _P.FOLLOW_REFERRALS: _("follow how far a referral has come, without any detail of the person’s health"),
    _P.SEE_QUEUE: _("see the open cases, and what is due on them"),
    _P.SEE_CASE: _("see where a case stands"),
    _P.SEE_FILE: _("see what a case is about: needs, rights review, plan, funding, partners, contacts"),
    _P.SEE_IDENTITY: _("see who the person is"),
    _P.SEE_NOTES: _("read the notes"),
    _P.SEE_HISTORY: _("see everything that was recorded about a case, by whom and when"),
    _P.ACT: _("record what happens to a case, as far as its state allows it"),
    _P.SEE_STATISTICS: _("see the statistics, which never show a person"),
    _P.EXPORT_STATISTICS: _("take the statistics out in a file, small counts hidden"),
    _P.EXPORT_EVENTS: _("take the event log out in a file, under pseudonyms"),
    _P.EXPORT_ROWS: _("take the tables out in a file, under pseudonyms"),
    _P.EXPORT_PERSON: _("give a person everything that is held on them"),
    _P.SEE_ACCESSES: _("see who read what about whom, and why they could"),
    _P.BREAK_GLASS: _(
        "open a case to read it for a while, by giving a reason that is recorded and seen by others"
    ),
    _P.OWN_SESSIONS: _("see where you are signed in, and end it"),
    _P.ACCOUNT_SESSIONS: _("see who is signed in, and end it"),
    _P.SEE_REFERENCE: _("look up the rules and the words used here"),
}
"""What each permission lets somebody do."""

SCOPES: Final[Mapping[Scope, str]] = {
    _S.OWN_REFERRALS: _("your own referrals"),
    _S.ASSIGNED_OR_UNASSIGNED: _(
        "the cases of your organisation that you follow, or that nobody follows yet"
    ),
    _S.ORGANISATION: _("all the cases of your organisation"),
    _S.ORGANISATION_OR_NATIONAL: _("all the cases of your organisation; all of them at the national level"),
    _S.ELSEWHERE: _("a case of another organisation, by its number"),
    _S.ACCOUNTS: _("the accounts of your organisation; all of them at the national level"),
    _S.EVERYTHING: _("for everybody"),
}
"""How far each permission goes."""

STATES: Final[Mapping[State, str]] = {
    State.DETECTED: _(
        "Somebody said that they give up care. The cell contacts them and asks for their consent."
    ),
    State.CONSENTED: _("The person agreed to be accompanied. Their rights are to be reviewed."),
    State.BILAN_DONE: _("Rights, resources and charges are known. A plan is to be built with the person."),
    State.PLAN_BUILT: _("The actions are under way: rights, quotes, funding, appointments."),
    State.CARE_PERFORMED: _("Every need is settled, and one at least by care that was really performed."),
    State.REFERRED_ONWARD: _(
        "A partner was asked to take over. Without an answer, the case comes back to the cell."
    ),
    State.CLOSED: _("The accompaniment is over. A supervisor may reopen it."),
}
"""What each state means."""


@dataclass(frozen=True, slots=True)
class Reaching:
    """What somebody may do, on the cases of one scope."""

    scope: str
    permissions: list[str]


@dataclass(frozen=True, slots=True)
class Move:
    """A trigger in words: from which states it may be fired, to which it leads (none: it stays), and by whom."""

    label: str
    sources: list[str]
    destinations: list[str]
    roles: list[str]


@dataclass(frozen=True, slots=True)
class Moves:
    """The triggers of one moment of the work."""

    label: str
    moves: list[Move]


def allowed_to(role: Role, language: Language) -> list[Reaching]:
    """Return what a role may do, by how far it goes."""
    found: dict[Scope, list[str]] = {}
    for permission, scope in ACCESS[role].items():
        found.setdefault(scope, []).append(translated(PERMISSIONS[permission], language))
    ordered = [scope for scope in Scope if scope in found]
    return [Reaching(translated(SCOPES[scope], language), found[scope]) for scope in ordered]


def states(language: Language) -> list[tuple[str, str]]:
    """Return each state with what it means, in the order of the path."""
    return [(state.label(language), translated(words, language)) for state, words in STATES.items()]


def moves(language: Language) -> list[Moves]:
    """Return every trigger of the transition table, grouped as a case's page groups them."""
    groups = ((_("Referral"), (Trigger.DETECT,)), *GROUPS)
    return [
        Moves(translated(label, language), [_move(trigger, language) for trigger in triggers])
        for label, triggers in groups
    ]


def _move(trigger: Trigger, language: Language) -> Move:
    rows = [row for row in TABLE if row.trigger is trigger]
    sources = {row.source for row in rows if row.source is not None}
    moved = {row.destination for row in rows if row.destination is not row.source}
    return Move(
        trigger.label(language),
        [state.label(language) for state in State if state in sources],
        [state.label(language) for state in State if state in moved],
        [role.label(language) for role in Role if role in trigger.roles],
    )
