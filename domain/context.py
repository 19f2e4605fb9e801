"""The circumstances of a command: who asks, when it is recorded, and what it answers to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from workflows.facts import Asking

STANDING_IN: Final = "supervisor_standing_in"
"""The capacity of a supervisor who does a colleague's work."""

RETENTION: Final = "retention_rule"
"""The capacity in which the service itself carries out the rules of retention, in nobody's name but theirs."""


@dataclass(frozen=True, slots=True)
class Context:
    """`recorded_at` is the instant (UTC) events are written down; the ids tie them to the request behind them.

    `capacity` is the one acted in where that is not the asker's role.
    """

    asking: Asking
    recorded_at: datetime
    correlation_id: str
    causation_id: str | None = None
    capacity: str | None = None
