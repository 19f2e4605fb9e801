"""The circumstances of a command: who asks, when it is recorded, and what it answers to."""

from dataclasses import dataclass
from datetime import datetime

from workflows.facts import Asking


@dataclass(frozen=True, slots=True)
class Context:
    """`recorded_at` is the instant (UTC) events are written down; the ids tie them to the request behind them."""

    asking: Asking
    recorded_at: datetime
    correlation_id: str
    causation_id: str | None = None
