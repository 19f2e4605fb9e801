"""The ID tokens that providers want back at sign-out (`id_token_hint`), sealed with the secret of their session.

An ID token holds personal data. Its key comes from what only the browser of the session keeps: whoever reads the
database, or a backup of it, can open none, and nothing has to be rotated.
"""

import base64
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from adapters.cipher import Cipher, SealBroken, context
from adapters.instants import instant_text
from adapters.sessions import Started, key_of
from adapters.tables import logout_hints

_PURPOSE = "logout-hint"


def keep(connection: Connection, started: Started, id_token: str, *, now: datetime) -> None:
    """Keep the ID token of a session that has just begun, and clear away those of sessions that are over."""
    connection.execute(sa.delete(logout_hints).where(logout_hints.c.expires_at <= instant_text(now)))
    key = key_of(started.plaintext, _PURPOSE)
    if key is None:
        return
    sealed = Cipher(key).seal(id_token.encode(), context(_PURPOSE, started.session_id))
    connection.execute(
        sa.insert(logout_hints).values(
            session_id=started.session_id,
            sealed=base64.b64encode(sealed).decode("ascii"),
            expires_at=instant_text(started.expires_at),
        )
    )


def take(connection: Connection, session_id: str, plaintext: str) -> str | None:
    """Return the ID token of the session whose cookie this is, and keep it no longer; None where there is none."""
    mine = logout_hints.c.session_id == session_id
    sealed = connection.execute(sa.select(logout_hints.c.sealed).where(mine)).scalar()
    connection.execute(sa.delete(logout_hints).where(mine))
    key = key_of(plaintext, _PURPOSE)
    if sealed is None or key is None:
        return None
    try:
        return Cipher(key).unseal(base64.b64decode(sealed), context(_PURPOSE, session_id)).decode()
    except SealBroken:
        return None
