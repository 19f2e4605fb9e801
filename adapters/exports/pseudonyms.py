"""Pseudonyms: what stands in an export for a case, a person or an account.

Keyed (HMAC-SHA-256 under the secret of the store of keys), so that whoever has the file and a list of ids cannot
join the two; the same in every export of this installation, so that two files can be joined with each other; and
other than the pseudonyms used inside the program. 96 bits of the digest are kept: among a million cases two meet
with a probability of 10^-17.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

_HEX_DIGITS: Final = 24
_ACCOUNTS: Final = 10_000

CASE: Final = "case"
PERSON: Final = "person"
ACCOUNT: Final = "account"


class Pseudonyms:
    """Gives out pseudonyms; `keyed` is `KeyStore.pseudonym`."""

    def __init__(self, keyed: Callable[[str, str], str]) -> None:
        self._keyed = keyed
        self.account = lru_cache(_ACCOUNTS)(self._account)

    def of(self, kind: str, value: str) -> str:
        """Return what stands for a `value` of this kind."""
        return self._keyed(f"export-{kind}", value)[:_HEX_DIGITS]

    def case(self, case_id: str) -> str:
        """Return what stands for a case."""
        return self.of(CASE, case_id)

    def _account(self, code: str) -> str:
        return self.of(ACCOUNT, code)
