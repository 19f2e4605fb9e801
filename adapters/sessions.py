"""Sessions: who is signed in to the pages, however they were recognised.

What the browser keeps in its cookie reads `fs_<id>_<secret>`, as `adapters.secret_texts` says, and is given once, at the
beginning. A session is over when nothing came of it for a while, at its latest end whatever happens, or when somebody
ends it. How long it lasts is fixed when it begins. It is always a new one that begins: nobody is signed in under a
secret that was there before.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
import structlog
from sqlalchemy import Connection, Engine

from adapters import database
from adapters.instants import instant_text, read_instant
from adapters.secret_texts import SecretTexts
from adapters.tables import sessions
from domain.access import Principal
from workflows.roles import Role

KEPT: Final = timedelta(days=30)
"""How long a session that is over stays listed, counted from its latest possible end."""

_ROLES: Final = {str(role): role for role in Role}
_TEXTS: Final = SecretTexts("fs")
_SEEN_EVERY: Final = timedelta(minutes=1)
_FORMS: Final = "forms"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts: `idle` without being seen, `whole` in all."""

    idle: timedelta
    whole: timedelta


@dataclass(frozen=True, slots=True)
class Started:
    """A session that has just begun. `plaintext` is what its browser sends; it is here once and never again."""

    session_id: str
    expires_at: datetime
    plaintext: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """A session in force, as whoever sent its secret sees it.

    `form_token` is what the forms of this session carry: it comes from the secret and is stored nowhere.
    """

    session_id: str
    principal: Principal
    way: str
    started_at: datetime
    expires_at: datetime
    form_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as it can be listed: everything but the secret. No organisation means the national level."""

    session_id: str
    actor: str
    role: str
    organisation: str | None
    way: str
    started_at: datetime
    last_seen_at: datetime
    lapses_at: datetime
    expires_at: datetime
    ended_at: datetime | None

    def active(self, now: datetime) -> bool:
        """Tell whether it is in force at the instant `now`."""
        return self.ended_at is None and now < min(self.lapses_at, self.expires_at)


def begin(
    connection: Connection, principal: Principal, way: str, *, limits: Limits, now: datetime
) -> Started:
    """Sign the account in, in the caller's transaction; `way` says how it was recognised.

    The account is taken at the word of whoever recognised it. What is long over is cleared away.
    """
    clear_away(connection, now=now)
    made = _TEXTS.make()
    expires_at = now + limits.whole
    connection.execute(
        sa.insert(sessions).values(
            session_id=made.public_id,
            session_hash=made.hash,
            actor=principal.actor,
            role=str(principal.role),
            organisation=principal.organisation,
            way=way,
            started_at=instant_text(now),
            last_seen_at=instant_text(now),
            lapses_at=instant_text(now + limits.idle),
            expires_at=instant_text(expires_at),
        )
    )
    return Started(made.public_id, expires_at, made.plaintext)


def find(engine: Engine, plaintext: str, *, now: datetime) -> Session | None:
    """Return the session of a cookie; None for an unknown, altered, lapsed, expired or ended one alike.

    It takes the engine and not the caller's connection, because that it was seen is noted (once a minute at most, so
    that it may lapse up to a minute early) in a transaction of its own: a reading one cannot write, and a writing one
    would make each request wait its turn.
    """
    presented = _TEXTS.read(plaintext)
    if presented is None:
        return None
    with database.glancing(engine) as connection:
        query = sa.select(sessions).where(sessions.c.session_id == presented.public_id)
        row = connection.execute(query).one_or_none()
    if not presented.is_of(None if row is None else row.session_hash) or row is None:
        return None
    found = _listed(row)
    if not found.active(now):
        return None
    role = _ROLES.get(found.role)
    if role is None:
        log.warning("session.role_unknown", session_id=found.session_id)  # of a later version: nobody here
        return None
    if now - found.last_seen_at >= _SEEN_EVERY:
        _note_seen(engine, found, now)
    return Session(
        session_id=found.session_id,
        principal=Principal(actor=found.actor, role=role, organisation=found.organisation),
        way=found.way,
        started_at=found.started_at,
        expires_at=found.expires_at,
        form_token=presented.derived(_FORMS),
    )


def form_token_of(plaintext: str) -> str | None:
    """Return what the forms shown in a session carry, in force or not; None for what is no session's cookie.

    Nothing is proved by it but that whoever sends both was shown the form.
    """
    presented = _TEXTS.read(plaintext)
    return None if presented is None else presented.derived(_FORMS)


def end(connection: Connection, session_id: str, *, now: datetime) -> bool:
    """End a session; return whether it was in force."""
    return _end(connection, now, sessions.c.session_id == session_id) == 1


def end_all(
    connection: Connection, *, actor: str | None = None, way: str | None = None, now: datetime
) -> int:
    """End every session, or those of an account, or of a way of signing in; return how many were in force."""
    return _end(connection, now, *_of(actor, way))


def listed(connection: Connection, *, actor: str | None = None, way: str | None = None) -> list[Listed]:
    """Return every session, or those of an account or a way, oldest first; also those over since not too long."""
    query = sa.select(sessions).where(*_of(actor, way)).order_by(sessions.c.started_at, sessions.c.session_id)
    return [_listed(row) for row in connection.execute(query)]


def clear_away(connection: Connection, *, now: datetime) -> int:
    """Remove the sessions whose latest end is longer ago than KEPT; return how many there were."""
    return connection.execute(
        sa.delete(sessions).where(sessions.c.expires_at < instant_text(now - KEPT))
    ).rowcount


def _of(actor: str | None, way: str | None) -> list[sa.ColumnElement[bool]]:
    asked = ((sessions.c.actor, actor), (sessions.c.way, way))
    return [column == value for column, value in asked if value is not None]


def _end(connection: Connection, now: datetime, *which: sa.ColumnElement[bool]) -> int:
    text = instant_text(now)
    in_force = (sessions.c.ended_at.is_(None), sessions.c.lapses_at > text, sessions.c.expires_at > text)
    return connection.execute(sa.update(sessions).where(*in_force, *which).values(ended_at=text)).rowcount


def _note_seen(engine: Engine, found: Listed, now: datetime) -> None:
    text = instant_text(now)
    idle = found.lapses_at - found.last_seen_at  # fixed at the beginning: both are always moved together
    try:
        with database.writing(engine) as connection:
            connection.execute(
                sa.update(sessions)
                .where(sessions.c.session_id == found.session_id, sessions.c.last_seen_at < text)
                .values(last_seen_at=text, lapses_at=instant_text(now + idle))
            )
    except database.DatabaseLocked:
        # Nobody is kept out because the note could not be written; the next request writes it.
        log.info("session.not_noted", session_id=found.session_id)


def _listed(row: sa.Row[Any]) -> Listed:
    return Listed(
        session_id=row.session_id,
        actor=row.actor,
        role=row.role,
        organisation=row.organisation,
        way=row.way,
        started_at=read_instant(row.started_at),
        last_seen_at=read_instant(row.last_seen_at),
        lapses_at=read_instant(row.lapses_at),
        expires_at=read_instant(row.expires_at),
        ended_at=None if row.ended_at is None else read_instant(row.ended_at),
    )
