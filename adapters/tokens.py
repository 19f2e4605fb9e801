"""Bearer tokens: made on the command line, shown once, stored as a hash, each for one account, role and organisation.

A token reads `fr_<id>_<secret>`, as `adapters.secret_texts` says.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
import structlog
from pydantic_core import PydanticCustomError
from sqlalchemy import Connection, Engine

from adapters import accounts, database
from adapters.in_words import InWords
from adapters.instants import instant_text, read_instant
from adapters.secret_texts import SecretTexts
from adapters.tables import tokens
from domain.access import Principal
from domain.errors import FilRougeError
from domain.text import Typed, said_of
from workflows.roles import Role

_ROLES: Final = {str(role): role for role in Role}
_TEXTS: Final = SecretTexts("fr")
_LABEL: Final = Typed(100)
_USED_EVERY: Final = timedelta(minutes=1)

log = structlog.get_logger(__name__)


class TokenRefused(InWords, FilRougeError):
    """A token cannot be made like this; the message says why and what is accepted."""


class TokenUnknown(FilRougeError):
    """There is no token of this id."""


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token. `plaintext` is what its holder sends; it is here once and never again."""

    token_id: str
    plaintext: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it can be listed: everything but the secret. No organisation means the national level."""

    token_id: str
    actor: str
    role: str
    organisation: str | None
    label: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    def active(self, now: datetime) -> bool:
        """Tell whether it opens the door at the instant `now`."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def create(
    connection: Connection,
    *,
    actor: str,
    role: Role,
    organisation: str | None,
    label: str,
    expires_at: datetime | None,
    now: datetime,
) -> IssuedToken:
    """Make a token for the account `actor`, in the caller's transaction; `label` says what it is for.

    Raises TokenRefused for an organisation missing where the role needs one, a code that is not one, an expiry in
    the past, a code that is already another account's, or an account that is disabled.
    """
    if expires_at is not None and expires_at <= now:
        raise TokenRefused(
            "le jeton serait déjà expiré : donnez un instant à venir",
            "the token would be expired already: give an instant to come",
        )
    try:
        accounts.require(connection, actor, role, organisation, now=now)
    except accounts.AccountRefused as error:
        raise TokenRefused(error.text("fr"), error.text("en")) from None
    made = _TEXTS.make()
    connection.execute(
        sa.insert(tokens).values(
            token_id=made.public_id,
            token_hash=made.hash,
            actor=actor,
            role=str(role),
            organisation=organisation,
            label=_checked_label(label),
            created_at=instant_text(now),
            expires_at=None if expires_at is None else instant_text(expires_at),
        )
    )
    return IssuedToken(made.public_id, made.plaintext)


def authenticate(engine: Engine, bearer: str, *, now: datetime) -> Principal | None:
    """Return who holds the token `bearer`; None for an unknown, altered, expired or revoked one alike.

    It takes the engine and not the caller's connection, because the use is noted (once a minute at most) in a
    transaction of its own: a reading one cannot write, and a writing one would make each request wait its turn.
    """
    presented = _TEXTS.read(bearer)
    if presented is None:
        return None
    token_id = presented.public_id
    with database.glancing(engine) as connection:
        row = connection.execute(sa.select(tokens).where(tokens.c.token_id == token_id)).one_or_none()
    if not presented.is_of(None if row is None else row.token_hash) or row is None:
        return None
    token = _token(row)
    if not token.active(now):
        return None
    role = _ROLES.get(token.role)
    if role is None:
        log.warning("token.role_unknown", token_id=token_id)  # made by a later version: it opens nothing here
        return None
    if token.last_used_at is None or now - token.last_used_at >= _USED_EVERY:
        _note_use(engine, token_id, now)
    return Principal(actor=token.actor, role=role, organisation=token.organisation, token_id=token_id)


def public_id_of(bearer: str) -> str | None:
    """Return the id of the token that `bearer` claims to be; None for what is no token of ours."""
    return _TEXTS.public_id_of(bearer)


def listed(connection: Connection, *, actor: str | None = None) -> list[Token]:
    """Return every token, or those of one account, oldest first; revoked and expired ones too."""
    query = sa.select(tokens).order_by(tokens.c.created_at, tokens.c.token_id)
    if actor is not None:
        query = query.where(tokens.c.actor == actor)
    return [_token(row) for row in connection.execute(query)]


def revoke(connection: Connection, token_id: str, *, now: datetime) -> None:
    """Make the token open nothing from now on; a second time keeps the first instant. Raises TokenUnknown."""
    first = sa.func.coalesce(tokens.c.revoked_at, instant_text(now))
    revoked = connection.execute(
        sa.update(tokens).where(tokens.c.token_id == token_id).values(revoked_at=first)
    )
    if revoked.rowcount == 0:
        raise TokenUnknown("there is no token of this id")


def revoke_all(connection: Connection, *, actor: str, now: datetime) -> int:
    """Revoke every token of an account; return how many opened a door until now."""
    text = instant_text(now)
    good = (
        tokens.c.actor == actor,
        tokens.c.revoked_at.is_(None),
        tokens.c.expires_at.is_(None) | (tokens.c.expires_at > text),
    )
    return connection.execute(sa.update(tokens).where(*good).values(revoked_at=text)).rowcount


def _note_use(engine: Engine, token_id: str, now: datetime) -> None:
    text = instant_text(now)
    later = tokens.c.last_used_at.is_(None) | (tokens.c.last_used_at < text)
    try:
        with database.writing(engine) as connection:
            connection.execute(
                sa.update(tokens).where(tokens.c.token_id == token_id, later).values(last_used_at=text)
            )
    except database.DatabaseLocked:
        # Nobody is kept out because the note could not be written; the next request writes it.
        log.info("token.use_not_noted", token_id=token_id)


def _checked_label(label: str) -> str:
    try:
        return str(_LABEL(label))
    except PydanticCustomError as error:
        raise TokenRefused(
            f"le libellé : {said_of(error, 'fr')}", f"the label: {said_of(error, 'en')}"
        ) from None


def _token(row: sa.Row[Any]) -> Token:
    return Token(
        token_id=row.token_id,
        actor=row.actor,
        role=row.role,
        organisation=row.organisation,
        label=row.label,
        created_at=read_instant(row.created_at),
        expires_at=_instant(row.expires_at),
        last_used_at=_instant(row.last_used_at),
        revoked_at=_instant(row.revoked_at),
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else read_instant(text)
