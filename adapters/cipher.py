"""The one way anything is encrypted here: AES-256-GCM, which also tells when a byte was changed.

A sealed value is bound to its context (what it is, whose it is): copied to another person or to another use,
it does not open. Nonces are random, 96 bits: safe for 2^32 values under one key, and a person's key seals a
few dozen, the master key one a person.
"""

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.errors import FilRougeError

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12


class SealBroken(FilRougeError):
    """A sealed value is not what was sealed: altered, cut, moved to another person, or of another key."""


class Cipher:
    """A key in use. It shows the key to nobody: not in a repr, not through an attribute, not in a pickle."""

    __slots__ = ("__aead",)

    def __init__(self, key: bytes) -> None:
        """Take a key of 32 bytes; raises ValueError for any other length."""
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        self.__aead = AESGCM(key)

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """Encrypt `plain`, bound to `context`: the nonce, then the ciphertext and its tag."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self.__aead.encrypt(nonce, plain, context)

    def unseal(self, sealed: bytes, context: bytes) -> bytes:
        """Return what was sealed in this `context`; raises SealBroken."""
        try:
            return self.__aead.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
        except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
            raise SealBroken("a sealed value was altered, or does not belong here") from None

    def __repr__(self) -> str:
        """Say that there is a key."""
        return "Cipher(hidden)"

    def __reduce__(self) -> str | tuple[object, ...]:
        """Stay in this process."""
        raise TypeError("a key is not pickled")


def new_key() -> bytes:
    """Return 32 bytes from the system's generator."""
    return secrets.token_bytes(KEY_BYTES)


def context(purpose: str, whose: str) -> bytes:
    """Name what a sealed value is and whose; the NUL keeps two different pairs from meeting."""
    return f"filrouge/{purpose}\0{whose}".encode()
