"""Sessions: who is signed in to the pages, however they were recognised.

What the browser keeps in its cookie reads `fs_<id>_<secret>`, as `adapters.secret_texts` says, and is given once, at the
beginning. A session is over when nothing came of it for a while, at its latest end whatever happens, or when somebody
ends it. How long it lasts is fixed when it begins. It is always a new one that begins: nobody is signed in under a
secret that was there before.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

import sqlalchemy as sa
import structlog
from sqlalchemy import Connection, Engine

from adapters import database
from adapters.instants import instant_text, read_instant
from adapters.secret_texts import Presented, SecretTexts
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


class Over(Enum):
    """Why a session is in force no more."""

    ENDED = "ended"
    """Somebody ended it: elsewhere, since whoever signs out has no cookie left."""
    LAPSED = "lapsed"
    """Nothing came of it for a while."""
    EXPIRED = "expired"
    """It had lasted as long as one may."""


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose sessions one may know of: every condition that is set must hold. With none, everybody's."""

    actor: str | None = None
    organisation: str | None = None

    @property
    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """The conditions, on the table."""
        return _are(("actor", self.actor), ("organisation", self.organisation))


EVERYBODYS: Final = Whose()


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
        return self.over(now) is None

    def over(self, now: datetime) -> Over | None:
        """Return why it is not in force at the instant `now`; None when it is."""
        if self.ended_at is not None:
            return Over.ENDED
        if now >= self.expires_at:
            return Over.EXPIRED
        return Over.LAPSED if now >= self.lapses_at else None


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
    found = None if presented is None else _proved(engine, presented)
    if presented is None or found is None or not found.active(now):
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


def why_over(engine: Engine, plaintext: str, *, now: datetime) -> Over | None:
    """Return why the session of a cookie is in force no more; None to whoever does not hold its secret."""
    presented = _TEXTS.read(plaintext)
    found = None if presented is None else _proved(engine, presented)
    return None if found is None else found.over(now)


def public_id_of(plaintext: str) -> str | None:
    """Return the id of the session whose cookie it claims to be; None for what is no cookie of ours."""
    return _TEXTS.public_id_of(plaintext)


def form_token_of(plaintext: str) -> str | None:
    """Return what the forms shown in a session carry, in force or not; None for what is no session's cookie.

    Nothing is proved by it but that whoever sends both was shown the form.
    """
    presented = _TEXTS.read(plaintext)
    return None if presented is None else presented.derived(_FORMS)


def key_of(plaintext: str, purpose: str) -> bytes | None:
    """Return a key of 32 bytes that only whoever sends the session's cookie has; None for what is no cookie of ours."""
    presented = _TEXTS.read(plaintext)
    return None if presented is None else bytes.fromhex(presented.derived(purpose))


def end(connection: Connection, session_id: str, *, whose: Whose = EVERYBODYS, now: datetime) -> bool:
    """End a session, if it is one of these; return whether it was, and in force."""
    return _end(connection, now, sessions.c.session_id == session_id, *whose.conditions) == 1


def end_all(
    connection: Connection,
    *,
    whose: Whose = EVERYBODYS,
    way: str | None = None,
    but: str | None = None,
    now: datetime,
) -> int:
    """End every session, or these, or those of a way of signing in, `but` one; return how many were in force."""
    others = [] if but is None else [sessions.c.session_id != but]
    return _end(connection, now, *whose.conditions, *_are(("way", way)), *others)


def listed(connection: Connection, *, actor: str | None = None, way: str | None = None) -> list[Listed]:
    """Return every session, or those of an account or a way, oldest first; also those over since not too long."""
    query = sa.select(sessions).where(*_are(("actor", actor), ("way", way)))
    ordered = query.order_by(sessions.c.started_at, sessions.c.session_id)
    return [_listed(row) for row in connection.execute(ordered)]


Place = tuple[datetime, str]
"""Where a session stands in a list: when it began, and its id."""


def in_force(
    connection: Connection, whose: Whose, *, after: Place | None = None, limit: int, now: datetime
) -> list[Listed]:
    """Return at most `limit` of these sessions that are in force, the latest begun first, after a place in the list."""
    place = (sessions.c.started_at, sessions.c.session_id)
    query = sa.select(sessions).where(*_in_force(now), *whose.conditions)
    if after is not None:
        query = query.where(sa.tuple_(*place) < (instant_text(after[0]), after[1]))
    query = query.order_by(*(column.desc() for column in place)).limit(limit)
    return [_listed(row) for row in connection.execute(query)]


def clear_away(connection: Connection, *, now: datetime) -> int:
    """Remove the sessions whose latest end is longer ago than KEPT; return how many there were."""
    return connection.execute(
        sa.delete(sessions).where(sessions.c.expires_at < instant_text(now - KEPT))
    ).rowcount


def _are(*asked: tuple[str, str | None]) -> list[sa.ColumnElement[bool]]:
    return [sessions.c[column] == value for column, value in asked if value is not None]


def _in_force(now: datetime) -> list[sa.ColumnElement[bool]]:
    text = instant_text(now)
    return [sessions.c.ended_at.is_(None), sessions.c.lapses_at > text, sessions.c.expires_at > text]


def _end(connection: Connection, now: datetime, *which: sa.ColumnElement[bool]) -> int:
    ending = sa.update(sessions).where(*_in_force(now), *which).values(ended_at=instant_text(now))
    return connection.execute(ending).rowcount


def _proved(engine: Engine, presented: Presented) -> Listed | None:
    """Return the session whose secret was presented, in force or not."""
    with database.glancing(engine) as connection:
        query = sa.select(sessions).where(sessions.c.session_id == presented.public_id)
        row = connection.execute(query).one_or_none()
    if not presented.is_of(None if row is None else row.session_hash) or row is None:
        return None
    return _listed(row)


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
