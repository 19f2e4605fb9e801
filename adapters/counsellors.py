"""Who may follow a case: the accounts of a cell that still have a way in."""

from collections.abc import Container, Iterator
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Engine

from adapters.accounts import with_a_link
from adapters.database import glancing
from adapters.instants import instant_text
from adapters.tables import accounts, tokens
from workflows.triggers import COUNSELLING

_ROLES: Final = sorted(str(role) for role in COUNSELLING)


class Counsellors(Container[str]):
    """The counsellors and supervisors of one organisation who have a way in at `now`.

    That is a token neither revoked nor expired, or a link to the identity provider, be it an invitation.
    Looked up when asked: only accepting and (re)assigning do.
    """

    def __init__(self, engine: Engine, organisation: str, now: datetime) -> None:
        """Keep what to look for."""
        self._engine, self._organisation, self._now = engine, organisation, now

    def __contains__(self, account: object) -> bool:
        """Tell whether this account may follow a case."""
        query = self._accounts().where(accounts.c.account == str(account))
        with glancing(self._engine) as connection:
            return connection.execute(query.limit(1)).first() is not None

    def __iter__(self) -> Iterator[str]:
        """Go through the accounts that may follow a case, by code."""
        with glancing(self._engine) as connection:
            return iter(sorted(set(connection.execute(self._accounts()).scalars())))

    def _accounts(self) -> sa.Select[str]:
        with_a_token = sa.select(tokens.c.actor).where(
            tokens.c.revoked_at.is_(None),
            tokens.c.expires_at.is_(None) | (tokens.c.expires_at > instant_text(self._now)),
        )
        return sa.select(accounts.c.account).where(
            accounts.c.organisation == self._organisation,
            accounts.c.role.in_(_ROLES),
            accounts.c.account.in_(with_a_token) | accounts.c.account.in_(with_a_link(self._now)),
        )
