"""Following the event log as it grows, on any database."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from threading import Event
from typing import Final

from eventsourcing.persistence import ApplicationRecorder, Notification, Subscription

_BATCH: Final = 500
_SHORTEST_WAIT_SECONDS: Final = 0.005
_LONGEST_WAIT_SECONDS: Final = 0.5


class PollingSubscription(Subscription[ApplicationRecorder]):
    """Yields every event after a position, then waits for the next ones.

    It asks again and again, more and more rarely while nothing comes (5 ms to
    half a second): one way for both databases, no thread and no connection kept,
    and nothing to pay by those who write. Positions have no gaps, so asking for
    what comes after the last one seen misses nothing.
    """

    def __init__(
        self, recorder: ApplicationRecorder, gt: int | None = None, topics: Sequence[str] = ()
    ) -> None:
        super().__init__(recorder, gt=gt, topics=topics)
        self._scanned = gt or 0
        self._waiting: deque[Notification] = deque()
        self._stopped = Event()

    def stop(self) -> None:
        """End the iteration, also from another thread while it waits."""
        super().stop()
        self._stopped.set()

    def __next__(self) -> Notification:
        wait = _SHORTEST_WAIT_SECONDS
        while not self._stopped.is_set():
            if self._waiting:
                return self._waiting.popleft()
            self._pull()
            if not self._waiting:
                self._stopped.wait(wait)
                wait = min(wait * 2, _LONGEST_WAIT_SECONDS)
        raise StopIteration

    def _pull(self) -> None:
        end = self._recorder.max_notification_id() or 0
        if end <= self._scanned:
            return
        found = self._recorder.select_notifications(
            start=self._scanned, stop=end, limit=_BATCH, topics=self._topics, inclusive_of_start=False
        )
        self._waiting.extend(found)
        # Events of other topics were looked at too: they are not looked at again.
        self._scanned = found[-1].id if len(found) == _BATCH else end
