"""What a sealed text looks like where it is stored: `v1.` and URL-safe base64, one spelling for each value."""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final, Literal

from adapters.cipher import Cipher, SealBroken, context
from domain.errors import FilRougeError

Purpose = Literal["identity", "note"]

_VERSION: Final = "v1."
_ANY_VERSION: Final = re.compile(r"v[0-9]+\.")


class SealTooNew(FilRougeError):
    """A sealed value was written by a later version of this program."""


def seal(key: Cipher, text: str, purpose: Purpose, person_id: str) -> str:
    """Return `text` sealed with the person's key, bound to them and to its purpose.

    Raises ValueError for a text that has no bytes (a lone surrogate), without showing it.
    """
    try:
        plain = text.encode()
    except UnicodeEncodeError:  # its message would show a part of the text
        raise ValueError("a text with a lone surrogate cannot be sealed") from None
    return _VERSION + urlsafe_b64encode(key.seal(plain, context(purpose, person_id))).rstrip(b"=").decode()


def unseal(key: Cipher, sealed: str, purpose: Purpose, person_id: str) -> str:
    """Return the text that was sealed for this person and purpose. Raises SealBroken, SealTooNew."""
    if not sealed.startswith(_VERSION):
        if _ANY_VERSION.match(sealed):
            raise SealTooNew("a sealed value was written by a later version of this program")
        raise SealBroken("not a sealed value")
    encoded = sealed.removeprefix(_VERSION)
    try:
        content = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except (binascii.Error, ValueError):
        raise SealBroken("not a sealed value") from None
    # Base64 lets several texts stand for the same bytes; only the one that was written is accepted.
    if urlsafe_b64encode(content).rstrip(b"=").decode() != encoded:
        raise SealBroken("a sealed value was altered")
    return key.unseal(content, context(purpose, person_id)).decode()
