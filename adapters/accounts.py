"""The accounts: who is who here, decided by an operator or by the provider's claims, never by the person.

One code is one account, of one role in one organisation, for ever: histories name it. An account comes in by tokens of
ours, or as somebody whom the identity provider recognises: its link is a keyed digest of the issuer and the subject,
and until the first sign-in a keyed digest of an e-mail address. Neither can be read back.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from adapters.in_words import InWords
from adapters.instants import instant_text, read_instant
from adapters.tables import account_invitations, account_links, accounts
from domain.codes import MOST_DIGITS, is_account_code, is_organisation_code
from domain.errors import FilRougeError
from workflows.roles import Role

NATIONAL_ROLES: Final = frozenset(
    {Role.ANALYST, Role.AUDITOR, Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR}
)
"""The roles that may look beyond one organisation; the others act inside theirs."""

INVITED_FOR: Final = timedelta(days=30)
"""How long an invitation waits for the first sign-in."""


class AccountRefused(InWords, FilRougeError):
    """An account cannot be made, or used, like this; the message says why and what is accepted."""


class AccountUnknown(FilRougeError):
    """There is no account of this code."""


class Origin(StrEnum):
    """Who decided that there is an account."""

    OPERATOR = "operator"
    CLAIMS = "claims"


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it can be listed. No organisation means the national level.

    `linked` tells whether somebody comes in as it by the identity provider, `invited_until` how long it waits for them.
    """

    account: str
    role: str
    organisation: str | None
    origin: str
    created_at: datetime
    signed_in_at: datetime | None
    disabled_at: datetime | None
    linked: bool
    invited_until: datetime | None


def check(account: str, role: Role, organisation: str | None) -> None:
    """Refuse what cannot be an account. Raises AccountRefused."""
    if not is_account_code(account):
        raise AccountRefused(
            "ce n'est pas un code de compte : de 2 à 64 minuscules, chiffres, points, tirets et tirets bas, jamais le "
            f"nom d'une personne, et au plus {MOST_DIGITS} chiffres à la suite",
            "not an account's code: 2 to 64 lower-case letters, digits, dots, hyphens and underscores, "
            f"never a person's name, and at most {MOST_DIGITS} digits in a row",
        )
    if organisation is not None and not is_organisation_code(organisation):
        raise AccountRefused(
            "ce n'est pas un code d'organisme : de 2 à 64 minuscules, chiffres et tirets",
            "not an organisation's code: 2 to 64 lower-case letters, digits and hyphens",
        )
    if organisation is None and role not in NATIONAL_ROLES:
        national = ", ".join(sorted(map(str, NATIONAL_ROLES)))
        raise AccountRefused(
            f"le rôle {role} agit dans un organisme : nommez-le. Sans organisme : {national}.",
            f"the role {role} acts inside an organisation: name it. Without one: {national}.",
        )


def require(
    connection: Connection,
    account: str,
    role: Role,
    organisation: str | None,
    *,
    now: datetime,
    origin: Origin = Origin.OPERATOR,
) -> bool:
    """Make the account unless it is there; return whether it was made, in the caller's transaction.

    Its row stays locked until the commit, so that nobody disables it meanwhile.
    Raises AccountRefused for what cannot be one, a code of another role or organisation, and one that is disabled.
    """
    check(account, role, organisation)
    made = not _is_there(connection, account)
    if made:
        values = {
            "account": account,
            "role": str(role),
            "organisation": organisation,
            "origin": str(origin),
            "created_at": instant_text(now),
        }
        connection.execute(_unless_there(connection), values)
    found = _locked(connection, account)
    if (found.role, found.organisation) != (str(role), organisation):
        raise AccountRefused(
            f"{account} est déjà le compte d'un autre rôle ou d'un autre organisme : choisissez un autre code",
            f"{account} is already an account of another role or organisation: choose another code",
        )
    if found.disabled_at is not None:
        raise _disabled(account)
    return made


def make_code(connection: Connection, role: Role) -> str:
    """Return a code that nobody has, and that says nothing of the person: the role, and random digits."""
    while True:
        code = f"{role}-{secrets.token_hex(MOST_DIGITS // 2)}"
        if not _is_there(connection, code):
            return code


def _is_there(connection: Connection, account: str) -> bool:
    query = sa.select(accounts.c.account).where(accounts.c.account == account)
    return connection.execute(query).first() is not None


def link(connection: Connection, account: str, identity: str, *, now: datetime) -> None:
    """Let the one whom the digest `identity` stands for come in as the account; invitations of it are used up.

    Raises AccountUnknown, and AccountRefused for an account that somebody else comes in as, or somebody who comes in
    as another account of an operator's.
    """
    _locked(connection, account)
    others = _others(connection, account, identity)
    if others:
        raise AccountRefused(*others)
    connection.execute(
        sa.delete(account_links).where(
            account_links.c.identity == identity, account_links.c.account == account
        )
    )
    connection.execute(
        sa.insert(account_links).values(identity=identity, account=account, linked_at=instant_text(now))
    )
    connection.execute(sa.delete(account_invitations).where(account_invitations.c.account == account))


def _disabled(account: str) -> AccountRefused:
    return AccountRefused(
        f"{account} est désactivé : `filrouge account enable` le rouvre",
        f"{account} is disabled: `filrouge account enable` opens it again",
    )


def _others(connection: Connection, account: str, identity: str) -> tuple[str, str] | None:
    """Say, in French and in English, who stands in the way of a link; None for nobody."""
    of_account = sa.select(account_links.c.identity).where(
        account_links.c.account == account,
        account_links.c.identity != identity,
        account_links.c.left_at.is_(None),
    )
    if connection.execute(of_account.limit(1)).first() is not None:
        return (
            f"quelqu'un d'autre se connecte comme {account} : `filrouge account unlink` y met fin, sinon ajoutez un compte",
            f"somebody else signs in as {account}: `filrouge account unlink` ends that, or add another account",
        )
    elsewhere = (
        sa.select(accounts.c.account)
        .join(account_links, account_links.c.account == accounts.c.account)
        .where(
            account_links.c.identity == identity,
            account_links.c.left_at.is_(None),
            accounts.c.account != account,
            accounts.c.origin == str(Origin.OPERATOR),
            accounts.c.disabled_at.is_(None),
        )
    )
    found = connection.execute(elsewhere.limit(1)).scalar()
    if found is None:
        return None
    return (
        f"la même personne se connecte comme {found} : désactivez d'abord ce compte",
        f"the same person signs in as {found}: disable that account first",
    )


def unlink(connection: Connection, account: str) -> bool:
    """End what leads from the identity provider to the account; return whether anything did.

    Raises AccountUnknown.
    """
    _locked(connection, account)
    tables = (account_links, account_invitations)
    ended = [connection.execute(sa.delete(one).where(one.c.account == account)).rowcount for one in tables]
    return any(ended)


def invite(
    connection: Connection, account: str, email: str, *, now: datetime, wait: timedelta = INVITED_FOR
) -> datetime:
    """Let the first who signs in with the address that the digest `email` stands for become the account.

    A new invitation of the account, or of the address, replaces the one before. Return when it lapses.
    Raises AccountUnknown, and AccountRefused for a disabled account or one that somebody comes in as already.
    """
    found = _locked(connection, account)
    if found.disabled_at is not None:
        raise _disabled(account)
    taken = _others(connection, account, identity="")
    if taken:
        raise AccountRefused(*taken)
    expires_at = now + wait
    either = (account_invitations.c.email == email) | (account_invitations.c.account == account)
    connection.execute(sa.delete(account_invitations).where(either))
    connection.execute(
        sa.insert(account_invitations).values(
            email=email, account=account, invited_at=instant_text(now), expires_at=instant_text(expires_at)
        )
    )
    return expires_at


def invited(connection: Connection, email: str, *, now: datetime) -> str | None:
    """Return the account that waits for whoever has the address of a digest."""
    query = sa.select(account_invitations.c.account).where(
        account_invitations.c.email == email, account_invitations.c.expires_at > instant_text(now)
    )
    return connection.execute(query).scalar()


def hold(connection: Connection, identity: str) -> None:
    """Make whoever comes in as the same one wait for the commit: of two first times at once, one makes the account."""
    if connection.dialect.name == "postgresql":  # on SQLite writers wait anyway
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(int(identity[:15], 16))))


def of_identity(connection: Connection, identity: str) -> Sequence[sa.Row[Any]]:
    """Return the accounts that one whom the provider recognises has come in as, with `left_at`, the first first."""
    query = (
        sa.select(accounts, account_links.c.left_at)
        .join(account_links, account_links.c.account == accounts.c.account)
        .where(account_links.c.identity == identity)
        .order_by(account_links.c.linked_at, accounts.c.account)
    )
    return connection.execute(query).all()


def come_in_as(connection: Connection, identity: str, account: str, *, now: datetime) -> list[str]:
    """Note as which of their accounts somebody comes in now; return those that they have just left for it."""
    mine = account_links.c.identity == identity
    left = (mine, account_links.c.account != account, account_links.c.left_at.is_(None))
    before = list(connection.execute(sa.select(account_links.c.account).where(*left)).scalars())
    if before:
        connection.execute(sa.update(account_links).where(*left).values(left_at=instant_text(now)))
    connection.execute(
        sa.update(account_links)
        .where(mine, account_links.c.account == account, account_links.c.left_at.is_not(None))
        .values(left_at=None)
    )
    return before


def note_sign_in(connection: Connection, account: str, *, now: datetime) -> bool:
    """Note that somebody signs in; return False for a disabled account. The row stays locked until the commit."""
    open_one = (accounts.c.account == account, accounts.c.disabled_at.is_(None))
    noted = connection.execute(sa.update(accounts).where(*open_one).values(signed_in_at=instant_text(now)))
    return noted.rowcount == 1


def set_disabled(connection: Connection, account: str, at: datetime | None) -> None:
    """Disable an account, or open it again; a second time keeps the first instant. Raises AccountUnknown."""
    value = None if at is None else sa.func.coalesce(accounts.c.disabled_at, instant_text(at))
    changed = connection.execute(
        sa.update(accounts).where(accounts.c.account == account).values(disabled_at=value)
    )
    if changed.rowcount == 0:
        raise AccountUnknown(account)


def listed(connection: Connection, *, now: datetime, account: str | None = None) -> list[Account]:
    """Return every account, or one, by code; disabled ones too."""
    links = (
        sa.select(sa.func.count())
        .where(account_links.c.account == accounts.c.account, account_links.c.left_at.is_(None))
        .scalar_subquery()
    )
    waiting = (
        sa.select(sa.func.max(account_invitations.c.expires_at))
        .where(
            account_invitations.c.account == accounts.c.account,
            account_invitations.c.expires_at > instant_text(now),
        )
        .scalar_subquery()
    )
    query = sa.select(accounts, links.label("links"), waiting.label("waiting")).order_by(accounts.c.account)
    if account is not None:
        query = query.where(accounts.c.account == account)
    return [_listed(row) for row in connection.execute(query)]


def with_a_link(now: datetime) -> sa.Select[str]:
    """Select the codes of the accounts in force that somebody comes in as by the provider, or is invited to."""
    linked = sa.select(account_links.c.account).where(account_links.c.left_at.is_(None))
    waiting = sa.select(account_invitations.c.account).where(
        account_invitations.c.expires_at > instant_text(now)
    )
    either: Iterable[sa.ColumnElement[bool]] = (
        accounts.c.account.in_(linked),
        accounts.c.account.in_(waiting),
    )
    return sa.select(accounts.c.account).where(accounts.c.disabled_at.is_(None), sa.or_(*either))


def _locked(connection: Connection, account: str) -> sa.Row[Any]:
    query = sa.select(accounts).where(accounts.c.account == account).with_for_update()
    found = connection.execute(query).one_or_none()
    if found is None:
        raise AccountUnknown(account)
    return found


def _unless_there(connection: Connection) -> sa.Insert:
    if connection.dialect.name == "sqlite":
        return sqlite.insert(accounts).on_conflict_do_nothing()
    return postgresql.insert(accounts).on_conflict_do_nothing()


def _listed(row: sa.Row[Any]) -> Account:
    return Account(
        account=row.account,
        role=row.role,
        organisation=row.organisation,
        origin=row.origin,
        created_at=read_instant(row.created_at),
        signed_in_at=_instant(row.signed_in_at),
        disabled_at=_instant(row.disabled_at),
        linked=row.links > 0,
        invited_until=_instant(row.waiting),
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else read_instant(text)
