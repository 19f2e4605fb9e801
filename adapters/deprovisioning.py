"""Taking an account out of service: what it had is of no use from the next request on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from adapters import accounts, sessions, tokens


@dataclass(frozen=True, slots=True)
class Shut:
    """How many tokens and sessions of an account were still good."""

    tokens: int
    sessions: int


def disable(connection: Connection, account: str, *, now: datetime) -> Shut:
    """Disable an account: nobody comes in as it, its tokens are revoked and its sessions ended, in one transaction.

    What it did stays under its code. Raises `accounts.AccountUnknown`.
    """
    accounts.set_disabled(connection, account, now)
    return Shut(
        tokens=tokens.revoke_all(connection, actor=account, now=now),
        sessions=sessions.end_all(connection, whose=sessions.Whose(actor=account), now=now),
    )
