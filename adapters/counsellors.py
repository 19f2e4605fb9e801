"""Who may follow a case: the accounts of a cell that still have a way in."""

from collections.abc import Container, Iterator
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Engine

from adapters.database import glancing
from adapters.instants import instant_text
from adapters.tables import tokens
from workflows.triggers import COUNSELLING

_ROLES: Final = sorted(str(role) for role in COUNSELLING)


class Counsellors(Container[str]):
    """The counsellors and supervisors of one organisation with a token neither revoked nor expired at `now`.

    Looked up when asked: only accepting and (re)assigning do.
    """

    def __init__(self, engine: Engine, organisation: str, now: datetime) -> None:
        """Keep what to look for."""
        self._engine, self._organisation, self._now = engine, organisation, now

    def __contains__(self, account: object) -> bool:
        """Tell whether this account may follow a case."""
        query = self._accounts().where(tokens.c.actor == str(account))
        with glancing(self._engine) as connection:
            return connection.execute(query.limit(1)).first() is not None

    def __iter__(self) -> Iterator[str]:
        """Go through the accounts that may follow a case, by code."""
        with glancing(self._engine) as connection:
            return iter(sorted(set(connection.execute(self._accounts()).scalars())))

    def _accounts(self) -> sa.Select[str]:
        c = tokens.c
        return sa.select(c.actor).where(
            c.organisation == self._organisation,
            c.role.in_(_ROLES),
            c.revoked_at.is_(None),
            c.expires_at.is_(None) | (c.expires_at > instant_text(self._now)),
        )
