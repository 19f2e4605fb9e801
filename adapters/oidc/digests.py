"""What is kept of somebody whom the provider recognises: keyed digests, of no use without the store of keys."""

import re
import unicodedata
from typing import Final

from adapters.keys import KeyStore

_ADDRESS: Final = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}")


def identity_of(keys: KeyStore, issuer: str, subject: str) -> str:
    """Return what stands for one subject of one issuer. A subject is often an e-mail address or a staff name."""
    return keys.pseudonym("oidc-subject", f"{issuer}\n{subject}")


def email_of(keys: KeyStore, address: str) -> str | None:
    """Return what stands for an e-mail address, however it is written; None for what is none."""
    folded = unicodedata.normalize("NFKC", address).strip().casefold()
    return keys.pseudonym("oidc-email", folded) if _ADDRESS.fullmatch(folded) else None
