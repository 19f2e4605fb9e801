"""Demonstration credentials: a token for each role, made by `filrouge serve --demo` and by nothing else.

They are known by their label, which the command line gives to no other token; they end within a day, and are revoked when the
demonstration stops. Anything that serves without being a demonstration refuses to start while one of them still opens
a door: what a demonstration prints on a screen must not open real cases.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection

from adapters import tokens
from adapters.demo.accounts import REGISTRAR, Team
from adapters.tables import events
from domain.access import Principal
from domain.vocabulary import Source
from workflows.roles import Role

LABEL: Final = "demonstration"
LIFE: Final = timedelta(days=1)

_ORGANISATION: Final = "gard"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demonstration, under the name that its token has in a shell."""

    name: str
    principal: Principal


@dataclass(frozen=True, slots=True)
class Credential:
    """A demonstration account with its token, which is here once."""

    account: DemoAccount
    plaintext: str = field(repr=False)


def accounts() -> tuple[DemoAccount, ...]:
    """Return one account a role, and two counsellors, since one must not act on the other's cases."""
    gard = Team.of(_ORGANISATION)
    return (
        DemoAccount("DETECTOR", gard.detector(Source.RECEPTION)),
        DemoAccount("COUNSELLOR", gard.counsellors[0]),
        DemoAccount("COUNSELLOR_2", gard.counsellors[1]),
        DemoAccount("SUPERVISOR", gard.supervisor),
        DemoAccount("ANALYST", Principal("analyste.gard", Role.ANALYST, _ORGANISATION)),
        DemoAccount("NATIONAL_ANALYST", Principal("analyste", Role.ANALYST, None)),
        DemoAccount("AUDITOR", Principal("auditeur", Role.AUDITOR, None)),
        DemoAccount("DPO", gard.protector),
        DemoAccount("ADMINISTRATOR", Principal("administrateur", Role.ADMINISTRATOR, None)),
    )


def is_empty(connection: Connection) -> bool:
    """Tell whether nothing was ever recorded."""
    return connection.execute(sa.select(events.c.position).limit(1)).scalar() is None


def is_demonstration(connection: Connection) -> bool:
    """Tell whether the log began as a demonstration: its first event is a registration by that account.

    An operator's own registrations are recorded under another one.
    """
    first = connection.execute(sa.select(events.c.actor).order_by(events.c.position).limit(1)).scalar()
    return first == REGISTRAR


def issue(connection: Connection, now: datetime) -> list[Credential]:
    """Make a token for every account, in the caller's transaction."""
    return [
        Credential(
            account,
            tokens.create(
                connection,
                actor=account.principal.actor,
                role=account.principal.role,
                organisation=account.principal.organisation,
                label=LABEL,
                expires_at=now + LIFE,
                now=now,
            ).plaintext,
        )
        for account in accounts()
    ]


def active(connection: Connection, now: datetime) -> list[str]:
    """Return the ids of the demonstration tokens that still open a door."""
    return [
        token.token_id for token in tokens.listed(connection) if token.label == LABEL and token.active(now)
    ]


def revoke(connection: Connection, now: datetime) -> list[str]:
    """Revoke every demonstration token that still opens a door; return their ids."""
    found = active(connection, now)
    for token_id in found:
        tokens.revoke(connection, token_id, now=now)
    return found
