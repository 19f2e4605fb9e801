"""The master keys: 32 random bytes each, that wrap every other key. Without one nothing starts.

They come from FILROUGE_MASTER_KEY or from a file that only its owner may read, in base64, and one is made only when
somebody asks for it: a key made silently because one was missing would hide that the data can no longer be read.
There is one, or several while one replaces another: all of them unwrap, and the store of keys tells which one wraps.
A key id is derived from the key, so that it needs no bookkeeping, tells two keys apart, and tells nothing else.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Self

from adapters.cipher import KEY_BYTES, Cipher
from domain.errors import FilRougeError

KEY_ID_DIGITS: Final = 16
COMMENT: Final = "#"
"""What follows it on a line of a key file is for people."""


class MasterKeyError(FilRougeError):
    """A master key cannot be used; the message says why and what to do, and shows no part of it."""

    def __init__(self, message: str, where: str = "") -> None:
        """Keep the message, and where the key was looked for."""
        super().__init__(message)
        self.where = where


class MasterKeyMissing(MasterKeyError):
    """There is none where it was looked for."""


class MasterKeyUnreadable(MasterKeyError):
    """There is something, and the system does not let it be read."""


class MasterKeyMalformed(MasterKeyError):
    """What is there is not 32 random bytes in base64."""


class MasterKeyExposed(MasterKeyError):
    """The file can be read by others than its owner."""


class KeyFileRefused(MasterKeyError):
    """A key file cannot be made or changed as it was asked; it is left as it is."""

    def __init__(
        self, message: str, where: Path, why: Literal["there", "not_written", "not_held", "last"]
    ) -> None:
        """Keep the message, the file, and which trouble it is."""
        super().__init__(message, str(where))
        self.why = why


class WrongMasterKey(MasterKeyError):
    """What the store of keys holds is wrapped by a master key that was not given."""

    def __init__(self, needed: str, given: tuple[str, ...]) -> None:
        """Name the key that is missing and those that are there, by their ids."""
        super().__init__(
            f"The store of keys needs the master key {needed}; given: {', '.join(given)}. "
            "Nothing can be read without it."
        )
        self.needed = needed
        self.given = given


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A master key and the id that is stored beside what it wraps (16 hexadecimal digits)."""

    key_id: str
    cipher: Cipher = field(repr=False)

    @classmethod
    def from_base64(cls, text: str, where: str) -> Self:
        """Read a key; `where` names where the text came from in what is said. Raises MasterKeyMalformed."""
        try:
            key = base64.b64decode(text.strip(), validate=True)
        except (binascii.Error, ValueError):
            raise MasterKeyMalformed(f"The master key of {where} is not base64. {EXPECTED}", where) from None
        if len(key) != KEY_BYTES:
            raise MasterKeyMalformed(
                f"The master key of {where} is not {KEY_BYTES} bytes long. {EXPECTED}", where
            )
        if len(set(key)) < KEY_BYTES // 4:  # of 32 random bytes, some 30 differ
            raise MasterKeyMalformed(f"The master key of {where} is not random. {EXPECTED}", where)
        return cls(key_id_of(key), Cipher(key))


EXPECTED: Final = f"A master key is {KEY_BYTES} random bytes in base64 (44 characters), as `openssl rand -base64 {KEY_BYTES}` prints."


def key_id_of(key: bytes) -> str:
    """Return the id of a key."""
    return hmac.digest(key, b"filrouge/master-key-id", "sha256")[: KEY_ID_DIGITS // 2].hex()


def read_keys(text: str, where: str) -> tuple[MasterKey, ...]:
    """Read the keys of `text`, one a line; what follows a # is for people. Raises MasterKeyMalformed, naming the line.

    The same key twice counts once.
    """
    keys: dict[str, MasterKey] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if content := line.partition(COMMENT)[0].strip():
            key = MasterKey.from_base64(content, f"{where}:{number}" if number > 1 else where)
            keys.setdefault(key.key_id, key)
    if not keys:
        raise MasterKeyMalformed(f"There is no master key in {where}. {EXPECTED}", where)
    return tuple(keys.values())
