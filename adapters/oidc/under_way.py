"""Sign-ins under way: begun here, being decided at the provider, good for one return of the same browser.

The browser keeps one secret, in a cookie of a few minutes; state, nonce and the PKCE verifier come from it, 256 bits
each, and are stored nowhere. The row says where to go afterwards, and that the sign-in was not used yet.
"""

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self

import sqlalchemy as sa
from sqlalchemy import Connection

from adapters.instants import instant_text
from adapters.secret_texts import Presented, SecretTexts
from adapters.tables import sign_ins

LIFE: Final = timedelta(minutes=10)
"""How long somebody may take at the provider."""

_TEXTS: Final = SecretTexts("fo")


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A sign-in under way, as the browser that began it knows it."""

    _presented: Presented = field(repr=False)

    @classmethod
    def of(cls, plaintext: str) -> Self | None:
        """Return the one that a cookie names; None for what is none."""
        presented = _TEXTS.read(plaintext)
        return None if presented is None else cls(presented)

    @property
    def state(self) -> str:
        """What the provider sends back, to tell that the answer is to our question."""
        return self._presented.derived("oidc-state")

    @property
    def nonce(self) -> str:
        """What the provider signs, to tell that the ID token was made for this sign-in."""
        return self._presented.derived("oidc-nonce")

    @property
    def verifier(self) -> str:
        """What proves, when the code is exchanged, that we are those who asked for it (PKCE, RFC 7636)."""
        return self._presented.derived("oidc-verifier")

    def is_answered_by(self, state: str) -> bool:
        """Tell whether a state is this sign-in's."""
        return hmac.compare_digest(self.state.encode(), state.encode())

    def use(self, connection: Connection, *, now: datetime) -> str | None:
        """Use it up; return where to go afterwards, or None when it lapsed, was used already or never was."""
        mine = sign_ins.c.sign_in_id == self._presented.public_id
        row = connection.execute(sa.select(sign_ins).where(mine)).one_or_none()
        if not self._presented.is_of(None if row is None else row.sign_in_hash) or row is None:
            return None
        if connection.execute(sa.delete(sign_ins).where(mine)).rowcount != 1:
            return None  # a second return, at the same time
        lead_to: str = row.lead_to
        return lead_to if instant_text(now) < row.expires_at else None


def begin(connection: Connection, lead_to: str, *, now: datetime) -> tuple[str, UnderWay]:
    """Begin one; return what the browser keeps, here once, and the sign-in. What lapsed is cleared away."""
    connection.execute(sa.delete(sign_ins).where(sign_ins.c.expires_at <= instant_text(now)))
    made = _TEXTS.make()
    connection.execute(
        sa.insert(sign_ins).values(
            sign_in_id=made.public_id,
            sign_in_hash=made.hash,
            lead_to=lead_to,
            expires_at=instant_text(now + LIFE),
        )
    )
    presented = _TEXTS.read(made.plaintext)
    assert presented is not None  # noqa: S101 - it has just been made
    return made.plaintext, UnderWay(presented)
