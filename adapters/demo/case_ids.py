"""Case ids of the simulated time."""

from datetime import UTC, datetime
from random import Random
from uuid import UUID


class CaseIds:
    """UUIDs of version 7 (RFC 9562) as `domain.use_cases.new_case_id` makes them, but of an instant that is told.

    They depend on the seed and on the order of asking alone.
    """

    def __init__(self, rng: Random) -> None:
        """Start without an instant."""
        self._rng = rng
        self.at = datetime.fromtimestamp(0, UTC)

    def __call__(self) -> str:
        """Return a new id of the instant told last."""
        milliseconds = int(self.at.timestamp() * 1000)
        value = milliseconds << 80 | 0x7 << 76 | self._rng.getrandbits(12) << 64
        return str(UUID(int=value | 0b10 << 62 | self._rng.getrandbits(62)))
