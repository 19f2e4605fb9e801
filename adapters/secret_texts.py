"""Secrets that are handed out once and recognised later: how they read, and what is stored of them.

One reads `<prefix>_<id>_<secret>`: the prefix lets a scanner of leaked secrets know it, the id finds its row without
being worth anything, and the secret is 256 random bits. So a plain SHA-256 of it is enough to store: there is no
password to guess, and every request pays for the check.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import Final

_NO_HASH: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Made:
    """A new secret text. `plaintext` is here once; `hash` is what to store."""

    public_id: str
    hash: str
    plaintext: str = field(repr=False)

    def derived(self, purpose: str) -> str:
        """Return what whoever sends it back is given for a purpose: see `Presented.derived`."""
        return _derived(self.plaintext.split("_", 2)[2], purpose)


@dataclass(frozen=True, slots=True)
class Presented:
    """A text of the right shape that somebody sent: nothing is proved by it yet."""

    public_id: str
    secret: str = field(repr=False)

    def is_of(self, stored_hash: str | None) -> bool:
        """Tell whether this is the secret of a stored hash; None is for an id that nobody has.

        The same work whether or not the id exists, and a comparison that takes as long wherever it fails.
        """
        same = hmac.compare_digest(_hash(self.secret), _NO_HASH if stored_hash is None else stored_hash)
        return same and stored_hash is not None

    def derived(self, purpose: str) -> str:
        """Return another secret, the same each time for one purpose, from which this one cannot be had back."""
        return _derived(self.secret, purpose)


class SecretTexts:
    """The secret texts of one prefix. `adapters.log_privacy` knows the prefixes."""

    def __init__(self, prefix: str) -> None:
        """Keep the prefix: two letters."""
        self._prefix = prefix
        self._shape = re.compile(rf"{prefix}_([0-9a-f]{{12}})_([A-Za-z0-9_-]{{43}})")

    def make(self) -> Made:
        """Make a new one."""
        public_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        return Made(public_id, _hash(secret), f"{self._prefix}_{public_id}_{secret}")

    def public_id_of(self, text: str) -> str | None:
        """Return the id that a text presents, of which nothing is proved; None when it has another shape."""
        presented = self.read(text)
        return None if presented is None else presented.public_id

    def read(self, text: str) -> Presented | None:
        """Return what a text presents; None when it has another shape."""
        shape = self._shape.fullmatch(text)
        return None if shape is None else Presented(shape[1], shape[2])


def _derived(secret: str, purpose: str) -> str:
    return hmac.new(secret.encode("ascii"), purpose.encode("utf-8"), hashlib.sha256).hexdigest()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("ascii")).hexdigest()
