"""What a script is made of: steps, each one command asked by somebody at a simulated instant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from domain.access import Principal
from domain.command import Command


@dataclass(frozen=True, slots=True)
class Step:
    """One command on a case, and the instant (UTC) it is asked and recorded. A case's first step refers it."""

    at: datetime
    by: Principal
    command: Command


Script = Iterator[Step]
"""One case's steps, never going back in time."""


class Diary:
    """The instants at which one case is worked on: office hours, and always later than what came before.

    Office hours are 7:00 to 13:00 UTC for the first step of a day, and minutes later for the next ones: the same
    civil day in Paris, in winter and in summer.
    """

    __slots__ = ("_now", "_rng")

    def __init__(self, rng: Random) -> None:
        """Start before everything."""
        self._now = datetime.min.replace(tzinfo=UTC)
        self._rng = rng

    @property
    def day(self) -> date:
        """The day of the last step."""
        return self._now.date()

    def instant(self, day: date) -> datetime:
        """Return the next instant, on `day` or on the day already reached if that is later."""
        rng = self._rng
        if day > self._now.date():
            opening = datetime.combine(day, time(7), UTC)
            self._now = opening + timedelta(minutes=rng.randrange(360), seconds=rng.randrange(60))
        else:
            self._now += timedelta(minutes=rng.randrange(1, 9), seconds=rng.randrange(60))
        return self._now
