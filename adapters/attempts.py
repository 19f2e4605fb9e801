"""How often somebody tried to come in: refused credentials and sign-ins, counted over a moving window.

They are counted in the database, by a storage of ours behind the `limits` library, so that several processes and
machines count together. Only what is refused is counted (and a sign-in, which writes anyway): a credential in force
costs nothing here, and is let in however many others were refused before it, so that nobody can lock an account out by
guessing at it. Where an attempt comes from is kept as a keyed digest, for the length of the window.

The work of somebody who goes on trying is bounded: once a count is full its process remembers that until the window
has moved on, and asks the database no more; and the table takes MOST_KEPT rows, after which attempts are let through
uncounted. What they would guess is 256 random bits.
"""

import math
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock, Timer
from typing import Any, Final

import sqlalchemy as sa
import structlog
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MovingWindowSupport, Storage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import Connection, Engine

from adapters import database
from adapters.instants import instant_text, read_instant
from adapters.storage_errors import StorageError
from adapters.tables import attempts

MOST_KEPT: Final = 100_000
"""Rows that the table takes: some ten megabytes."""

_MOST_REMEMBERED: Final = 10_000
_NETWORK_BITS: Final = 64
"""Of an IPv6 address: a household or an office has all the addresses of one such network."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AttemptLimits:
    """How many are taken within so many minutes."""

    minutes: int
    per_address: int
    per_id: int
    sign_ins: int


class AttemptsInDatabase(Storage, MovingWindowSupport):
    """The storage that `limits` counts in: a row an attempt, removed once its window has passed."""

    STORAGE_SCHEME = None  # made by us alone, never from an address

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        """Count in a database, by a clock."""
        super().__init__()
        self._engine = engine
        self._clock = clock

    @property
    def base_exceptions(self) -> type[Exception]:
        """What goes wrong with it."""
        return StorageError

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count an attempt of `key`, unless there were `limit` within `expiry` seconds; return whether it was.

        Several processes that count the same key wait for each other.
        """
        now = self._clock()
        with database.writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                one_at_a_time = sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))
                connection.execute(sa.select(one_at_a_time))
            _clear_away(connection, now)
            if self._kept(connection) >= MOST_KEPT:
                log.warning("attempts.not_counted", kept=MOST_KEPT)
                return True
            if self._window(connection, key, now)[1] + amount > limit:
                return False
            self._add(connection, key, now, expiry, amount)
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """Return when the first attempt of the window was, in seconds, and how many there are."""
        now = self._clock()
        with database.reading(self._engine) as connection:
            first, number = self._window(connection, key, now)
        return (now if first is None else first).timestamp(), number

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count attempts of `key` whatever the limit; return how many there are."""
        now = self._clock()
        with database.writing(self._engine) as connection:
            self._add(connection, key, now, expiry, amount)
            return self._window(connection, key, now)[1]

    def get(self, key: str) -> int:
        """Return how many attempts of `key` there are."""
        now = self._clock()
        with database.reading(self._engine) as connection:
            return self._window(connection, key, now)[1]

    def get_expiry(self, key: str) -> float:
        """Return when the last attempt of `key` will have passed, in seconds."""
        latest = sa.select(sa.func.max(attempts.c.expires_at)).where(attempts.c.key == key)
        with database.glancing(self._engine) as connection:
            found = connection.execute(latest).scalar_one()
        return (self._clock() if found is None else read_instant(found)).timestamp()

    def check(self) -> bool:
        """Tell whether it can be asked."""
        with suppress(StorageError), database.glancing(self._engine) as connection:
            self._kept(connection)
            return True
        return False

    def reset(self) -> int:
        """Forget every attempt."""
        with database.writing(self._engine) as connection:
            return int(connection.execute(sa.delete(attempts)).rowcount)

    def clear(self, key: str) -> None:
        """Forget the attempts of `key`."""
        with database.writing(self._engine) as connection:
            connection.execute(sa.delete(attempts).where(attempts.c.key == key))

    def clear_away(self) -> int:
        """Forget what has passed; return how many are left."""
        with database.writing(self._engine) as connection:
            _clear_away(connection, self._clock())
            return self._kept(connection)

    @staticmethod
    def _window(connection: Connection, key: str, now: datetime) -> tuple[datetime | None, int]:
        inside = (attempts.c.key == key) & (attempts.c.expires_at > instant_text(now))
        query = sa.select(sa.func.min(attempts.c.at), sa.func.count()).where(inside)
        first, number = connection.execute(query).one()
        return None if first is None else read_instant(first), number

    @staticmethod
    def _kept(connection: Connection) -> int:
        return int(connection.execute(sa.select(sa.func.count()).select_from(attempts)).scalar_one())

    @staticmethod
    def _add(connection: Connection, key: str, now: datetime, expiry: int, amount: int) -> None:
        row = {
            "key": key,
            "at": instant_text(now),
            "expires_at": instant_text(now + timedelta(seconds=expiry)),
        }
        rows: list[dict[str, Any]] = [{"attempt_id": secrets.token_hex(8), **row} for _ in range(amount)]
        connection.execute(sa.insert(attempts), rows)


def _clear_away(connection: Connection, now: datetime) -> None:
    passed = sa.select(attempts.c.attempt_id).where(attempts.c.expires_at <= instant_text(now))
    # Two processes that clear at the same time each leave the other's rows to it.
    ours = passed.with_for_update(skip_locked=True)
    connection.execute(sa.delete(attempts).where(attempts.c.attempt_id.in_(ours)))


class Attempts:
    """What is counted, of whom. Every answer is for how many seconds to wait; None for not at all."""

    def __init__(
        self,
        engine: Engine,
        limits: AttemptLimits,
        digest: Callable[[str, str], str],
        clock: Callable[[], datetime],
    ) -> None:
        """Count by `clock`; `digest` is keyed, and takes a purpose and a text."""
        self._storage = AttemptsInDatabase(engine, clock)
        self._limiter = MovingWindowRateLimiter(self._storage)
        self._limits = limits
        self._digest = digest
        self._clock = clock
        self._full: dict[str, datetime] = {}
        self._lock = Lock()
        self._sweep: Timer | None = None

    def refused(self, address: str | None, public_id: str | None) -> int | None:
        """Count a credential that was refused, from an address, under the public id that it presented, if any."""
        waits = [self._count("address", self._origin(address), self._limits.per_address)]
        if public_id is not None and waits == [None]:
            waits.append(self._count("id", public_id, self._limits.per_id))
        return max((wait for wait in waits if wait is not None), default=None)

    def signing_in(self, address: str | None) -> int | None:
        """Count somebody who tries to sign in from an address."""
        return self._count("sign-in", self._origin(address), self._limits.sign_ins)

    def clear_away(self) -> None:
        """Forget what has passed, also what a process that is gone had counted."""
        with suppress(StorageError):
            self._storage.clear_away()

    def close(self) -> None:
        """Leave what is not passed yet to the next attempt, or to the next start."""
        with self._lock:
            if self._sweep is not None:
                self._sweep.cancel()

    def _count(self, kind: str, whose: str, most: int) -> int | None:
        item = RateLimitItemPerMinute(most, self._limits.minutes, namespace=kind)
        key, now = item.key_for(whose), self._clock()
        until = self._full.get(key)
        if until is None or until <= now:
            until = self._count_together(item, whose)
            if until is None:
                return None
            self._remember(key, until, now)
        return max(1, math.ceil((until - now).total_seconds()))

    def _count_together(self, item: RateLimitItem, whose: str) -> datetime | None:
        """Count an attempt; return until when it was too many, if it was."""
        try:
            counted = self._limiter.hit(item, whose)
            self._sweep_later()
            if counted:
                return None
            reset = self._limiter.get_window_stats(item, whose).reset_time
            return datetime.fromtimestamp(reset, self._clock().tzinfo)
        except StorageError:
            log.info(
                "attempts.not_counted"
            )  # nobody is kept out, nor let in, because it could not be written
            return None

    def _remember(self, key: str, until: datetime, now: datetime) -> None:
        with self._lock:
            if len(self._full) >= _MOST_REMEMBERED:
                self._full = {one: at for one, at in self._full.items() if at > now}
            if len(self._full) < _MOST_REMEMBERED:
                self._full[key] = until

    def _sweep_later(self) -> None:
        """See to it that nothing outlives its window by much, also when nobody tries again."""
        with self._lock:
            if self._sweep is None or not self._sweep.is_alive():
                self._sweep = Timer(self._limits.minutes * 60 + 5, self.clear_away)
                self._sweep.daemon = True
                self._sweep.start()

    def _origin(self, address: str | None) -> str:
        return self._digest("attempts", network_of(address))


def network_of(address: str | None) -> str:
    """Return what is counted as one place: an IPv4 address, the network of an IPv6 one, or wherever nothing is said."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "elsewhere"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ip_network((int(found), _NETWORK_BITS), strict=False))
    return str(found)
