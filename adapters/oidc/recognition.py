"""From somebody whom the provider recognises to an account here: an operator's first, else what their claims grant.

An account that an operator added wins over what claims grant, so that an exception can be made. A disabled account
keeps its person out, whatever their claims grant. Somebody whose claims grant another role than last time comes in as
another account: what they did before stays under the code of before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from adapters import accounts, sessions
from adapters.accounts import Origin
from adapters.database import glancing, writing
from adapters.oidc.claims import Granted
from adapters.oidc.refusal import Cause, SignInRefused
from domain.access import Principal
from projections import organisations
from workflows.roles import Role

WAY: Final = "oidc"
"""How somebody was recognised whom the identity provider vouched for."""

_ROLES: Final = {role.value: role for role in Role}


@dataclass(frozen=True, slots=True)
class Recognised:
    """Somebody as the provider tells of them: digests, and what their claims grant."""

    identity: str
    granted: frozenset[Granted] = frozenset()
    email: str | None = None
    """Only where the provider vouches for the address."""


def settle(connection: Connection, who: Recognised, *, now: datetime) -> Principal:
    """Return the account that somebody comes in as, made or linked when they do so for the first time.

    In the caller's transaction. Raises SignInRefused.
    """
    accounts.hold(connection, who.identity)
    known = accounts.of_identity(connection, who.identity)
    if who.email is not None and _operators(known) is None:
        account = accounts.invited(connection, who.email, now=now)
        if account is not None:
            _link(connection, account, who.identity, now)
            known = accounts.of_identity(connection, who.identity)
    found = _choose(known, who.granted)
    if found is not None:
        principal = _principal(found)
    else:
        principal = _make(connection, who, now)
    for left in accounts.come_in_as(connection, who.identity, principal.actor, now=now):
        sessions.end_all(connection, whose=sessions.Whose(actor=left), way=WAY, now=now)
    return principal


def recognised(engine: Engine, who: Recognised, *, now: datetime) -> Principal:
    """Return the same for a program's request: it reads, and writes the first time only. Raises SignInRefused."""
    with glancing(engine) as connection:
        found = _choose(accounts.of_identity(connection, who.identity), who.granted)
    if found is not None and found.left_at is None:
        return _principal(found)
    with writing(engine) as connection:
        return settle(connection, who, now=now)


def _choose(known: Sequence[sa.Row[Any]], granted: frozenset[Granted]) -> sa.Row[Any] | None:
    """Return which of their accounts somebody comes in as; None for a new one. Raises SignInRefused."""
    by_operator = _operators(known)
    if by_operator is not None:
        return by_operator
    if any(row.disabled_at is not None for row in known):
        raise SignInRefused(Cause.DISABLED)
    one = _one(granted)
    same = (one.role.value, one.organisation)
    return next((row for row in known if (row.role, row.organisation) == same), None)


def _one(granted: frozenset[Granted]) -> Granted:
    """Return the one thing that is granted. Raises SignInRefused."""
    if len(granted) > 1:
        raise SignInRefused(Cause.AMBIGUOUS, f"claims grant {len(granted)} roles or organisations")
    for one in granted:
        return one
    raise SignInRefused(Cause.UNKNOWN, "no account, and no claim grants one")


def _operators(known: Sequence[sa.Row[Any]]) -> sa.Row[Any] | None:
    return next((row for row in known if row.origin == Origin.OPERATOR and row.disabled_at is None), None)


def _link(connection: Connection, account: str, identity: str, now: datetime) -> None:
    try:
        accounts.link(connection, account, identity, now=now)
    except accounts.AccountRefused:
        raise SignInRefused(Cause.UNKNOWN, "the account of the invitation is somebody else's") from None


def _make(connection: Connection, who: Recognised, now: datetime) -> Principal:
    granted = _one(who.granted)
    if granted.organisation is not None and granted.organisation not in organisations.waves(connection):
        raise SignInRefused(Cause.UNKNOWN, "the organisation that is granted is not registered")
    code = accounts.make_code(connection, granted.role)
    accounts.require(connection, code, granted.role, granted.organisation, now=now, origin=Origin.CLAIMS)
    _link(connection, code, who.identity, now)
    return Principal(code, granted.role, granted.organisation)


def _principal(row: sa.Row[Any]) -> Principal:
    role = _ROLES.get(row.role)
    if role is None:  # made by a later version: it opens nothing here
        raise SignInRefused(Cause.UNKNOWN, "a role of a later version")
    return Principal(row.account, role, row.organisation)
