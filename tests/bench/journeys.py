"""Real journeys to copy: those of a small demonstration, played through the use cases, then cut where copies differ.

A journey of the demonstration has eleven events on average; a national log of 1.1 million cases and 10 million
events has nine. So short journeys are copied more often than long ones, until the average is that.
"""

import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Literal

from adapters.bootstrap import open_service
from adapters.demo.run import fill
from adapters.key_file import create_key_file
from adapters.recorded_event import RecordedEvent
from adapters.settings import Settings

PLAYED = 300
"""How many cases of the demonstration are played (two seconds)."""

EVENTS_A_CASE = 10_000_000 / 1_100_000
_SHORT = 6
"""Events: of a journey that ended early."""

_DAY = re.compile(r'"(\d{4}-\d\d-\d\d)"')
_day_text = cache(lambda ordinal: date.fromordinal(ordinal).isoformat())

Content = tuple[str | int | None, ...]
"""An event's columns between its position and its hash."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a journey. Days count from the one on which the journey was entered."""

    day: int
    occurred: int
    time: str
    version: int
    topic: str
    schema_version: int
    behind: tuple[str | None, ...]
    """The columns between the instant and the payload."""
    payload: tuple[str | int | None, ...]
    """Its text in pieces: as it is, a day, or (None, on the first day only) the person's pseudonym."""

    def of(self, case_id: str, person_id: str, entered: int) -> Content:
        """Return the event of a copy that was entered on the day `entered` (an ordinal)."""
        payload = "".join(
            [
                piece if type(piece) is str else person_id if piece is None else _day_text(entered + piece)  # type: ignore[operator]
                for piece in self.payload
            ]
        )
        return (
            case_id,
            self.version,
            self.topic,
            self.schema_version,
            _day_text(entered + self.occurred),
            _day_text(entered + self.day) + self.time,
            *self.behind,
            payload,
        )


Journey = tuple[Step, ...]


@cache
def played() -> tuple[Journey, ...]:
    """Play the demonstration in a folder of its own, and return its journeys, of nine events on average."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        create_key_file(settings.master_key_file)
        with open_service(settings) as opened:
            fill(opened, cases=PLAYED, national=True)
            notified = opened.storage.recorder.select_notifications(1, 1_000_000)
    streams: dict[str, list[RecordedEvent]] = {}
    for event in notified:
        if isinstance(event, RecordedEvent) and event.topic.startswith("case."):
            streams.setdefault(str(event.originator_id), []).append(event)
    return _shortened([_journey(stream) for stream in streams.values()])


def _shortened(journeys: Sequence[Journey]) -> tuple[Journey, ...]:
    """Repeat short journeys until a journey has as many events as it should."""
    mixed = list(journeys)
    events = sum(map(len, mixed))
    for journey in cycle([journey for journey in journeys if len(journey) <= _SHORT]):
        if events <= EVENTS_A_CASE * len(mixed):
            break
        mixed.append(journey)
        events += len(journey)
    return tuple(mixed)


def _journey(stream: Sequence[RecordedEvent]) -> Journey:
    entered = _ordinal(stream[0].recorded_at)
    person = re.search(rb'"person_id":"([^"]+)"', stream[0].state)
    if person is None:
        raise ValueError("a case begins with a person")
    return tuple(_step(event, entered, person[1].decode()) for event in stream)


def _step(event: RecordedEvent, entered: int, person: str) -> Step:
    return Step(
        day=_ordinal(event.recorded_at) - entered,
        occurred=_ordinal(event.occurred_on) - entered,
        time=event.recorded_at[10:],
        version=event.originator_version,
        topic=event.topic,
        schema_version=event.schema_version,
        behind=(
            event.actor,
            event.acting_as,
            event.organisation,
            event.correlation_id,
            event.causation_id,
        ),
        payload=tuple(_pieces(event.state.decode(), entered, person)),
    )


def _pieces(payload: str, entered: int, person: str) -> list[str | int | None]:
    pieces: list[str | int | None] = []
    for number, part in enumerate(payload.split(person)):
        if number:
            pieces.append(None)
        for at, text in enumerate(_DAY.split(part)):  # every other part is a day, without its quotes
            pieces += ['"', _ordinal(text) - entered, '"'] if at % 2 else [text]
    return _joined(pieces)


def _joined(pieces: Sequence[str | int | None]) -> list[str | int | None]:
    """Join texts that follow one another."""
    joined: list[str | int | None] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _ordinal(text: str) -> int:
    return date.fromisoformat(text[:10]).toordinal()


def identifier(of: Literal["case", "person"], number: int, ordinal: int, time: str) -> str:
    """Return a UUID of version 7, as the program gives them, of an instant; the same for the same arguments."""
    hour, minute, second = int(time[1:3]), int(time[4:6]), int(time[7:9])
    milliseconds = (ordinal - _EPOCH) * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1000
    mixed = (number * 2 + (1 if of == "case" else 2)) * 0x9E3779B97F4A7C15 & ((1 << 74) - 1)
    value = milliseconds << 80 | 0x7 << 76 | (mixed >> 62) << 64 | 0b10 << 62 | mixed & ((1 << 62) - 1)
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).toordinal()

Told = Callable[[int, int], None]
"""Told how many are done, and how many there are."""
