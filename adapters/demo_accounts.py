"""The doors of a demonstration: a token for each role, and a way to sign in to the pages as any of its accounts.

`filrouge serve --demo` opens them, and nothing else does. The tokens are known by their label, which the command line
gives to no other token; the sessions by the way they began. They end within a day, and at once when the
demonstration stops. Anything that serves without being a demonstration refuses to start while one of them is still
open: what a demonstration shows on a screen must not lead to real cases.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection

from adapters import sessions, tokens
from adapters.demo.accounts import REGISTRAR, Team
from adapters.tables import events
from domain.access import Principal
from domain.vocabulary import Source
from workflows.roles import Role

LABEL: Final = "demonstration"
LIFE: Final = timedelta(days=1)
WAY: Final = "demonstration"
"""How somebody was recognised who chose an account of the demonstration."""

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


@dataclass(frozen=True, slots=True)
class Doors:
    """What lets somebody in as an account of the demonstration: the ids of its tokens and of its sessions."""

    tokens: list[str]
    sessions: list[str]

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.tokens) + len(self.sessions)


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


def open_doors(connection: Connection, now: datetime) -> Doors:
    """Return the demonstration's tokens and sessions that are still good."""
    return Doors(
        tokens=[
            token.token_id
            for token in tokens.listed(connection)
            if token.label == LABEL and token.active(now)
        ],
        sessions=[one.session_id for one in sessions.listed(connection, way=WAY) if one.active(now)],
    )


def close_doors(connection: Connection, now: datetime) -> Doors:
    """Revoke every token and end every session of the demonstration that is still good; return which."""
    found = open_doors(connection, now)
    for token_id in found.tokens:
        tokens.revoke(connection, token_id, now=now)
    for session_id in found.sessions:
        sessions.end(connection, session_id, now=now)
    return found
