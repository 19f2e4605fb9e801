"""The chain that makes the history tamper-evident: each event's hash covers its content and its predecessor's hash.

    hash = SHA-256( previous hash, 64 hex digits ‖ JSON array of the row's other columns, UTF-8 )

The array holds the columns in the table's order, compact, without ASCII
escapes: in Python, `json.dumps(row, ensure_ascii=False, separators=(",", ":"))`.
Anybody can recompute it with a few lines in any language; no key is involved.
So the chain shows that something changed, it does not stop someone who may
write to the database from forging everything after a point: noting the head
elsewhere from time to time does (`verify`'s `expect_head`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import msgspec

GENESIS: Final = "0" * 64
"""What the first event has for a predecessor."""

_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a log: its position (0: no event yet) and its hash."""

    position: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read back what `str(head)` wrote. Raises ValueError."""
        position, _, digest = text.partition(":")
        if len(digest) != len(GENESIS) or digest.strip("0123456789abcdef") or not position.isdecimal():
            raise ValueError("a head is written position:hash, the hash in 64 hexadecimal digits")
        return cls(int(position), digest)

    def __str__(self) -> str:
        return f"{self.position}:{self.hash}"


def link(previous: str, columns: Sequence[str | int | None]) -> str:
    """Return the hash of the event with these columns (all but the hash, position first), after `previous`."""
    return sha256(previous.encode("ascii") + _encode(columns)).hexdigest()
