"""A long log in minutes: copies of real journeys, day by day as they would have been entered, with a valid chain.

Which copy of which journey begins on which day follows from its number alone, so that the events of each day can be
made by any process. The chain has one writer: it takes the days in order, gives each event its position and its
hash, and writes it (`bulk_writers`) past the program, into the program's own tables.
"""

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice

from adapters.hash_chain import Head, link
from tests.bench import bulk_writers
from tests.bench.journeys import Content, Journey, Step, Told, identifier, played

WORTH_PROCESSES = 20_000
"""Cases: fewer are made here before other processes have started."""

_DAYS_AT_ONCE = 5
_AHEAD = 6
"""How many parcels of days are made before they are asked for, by each process."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How many cases, entered over how many days from which one on. They go on for up to a year after."""

    cases: int
    days: int = 1200
    first: date = date(2015, 1, 1)

    def entered(self, number: int) -> int:
        """Return the ordinal of the day on which a case is entered."""
        return self.first.toordinal() + number * self.days // self.cases

    def of_day(self, day: int) -> range:
        """Return the cases entered on a day, counted from the first."""
        if not 0 <= day < self.days:
            return range(0)
        return range(-(-day * self.cases // self.days), -(-(day + 1) * self.cases // self.days))


def append(database_url: str, extent: Extent, told: Told | None = None) -> int:
    """Append copies of journeys to the log of a database that nobody else is using; return how many events."""
    written = 0

    def rows(head: Head) -> Iterator[bulk_writers.Row]:
        nonlocal written
        position, digest = head.position, head.hash
        with _days(extent) as days:
            for contents in days:
                for content in contents:
                    position += 1
                    row = (position, *content)
                    digest = link(digest, row)
                    yield (*row, digest)
                written += len(contents)
                if told is not None:
                    told(written, events_of(extent.cases))

    bulk_writers.write(database_url, rows)
    return written


def events_of(cases: int) -> int:
    """Return about how many events as many cases have."""
    journeys = played()
    return cases * sum(map(len, journeys)) // len(journeys)


@contextmanager
def _days(extent: Extent) -> Iterator[Iterable[list[Content]]]:
    """Yield the events of each day, in order, made by as many processes as there are cores to spare."""
    journeys = played()
    last = extent.days + max(step.day for journey in journeys for step in journey)
    parcels = [range(day, min(day + _DAYS_AT_ONCE, last + 1)) for day in range(0, last + 1, _DAYS_AT_ONCE)]
    if extent.cases < WORTH_PROCESSES:
        maker = _Maker(extent, journeys)
        yield chain.from_iterable(map(maker.parcel, parcels))
        return
    processes = max(1, len(os.sched_getaffinity(0)) - 1)
    with ProcessPoolExecutor(
        processes, multiprocessing.get_context("spawn"), _begin, (extent, journeys)
    ) as pool:
        yield chain.from_iterable(_in_order(pool, parcels, processes * _AHEAD))


def _in_order(
    pool: ProcessPoolExecutor, parcels: Iterable[range], ahead: int
) -> Iterator[list[list[Content]]]:
    """Yield what comes of each parcel, in order, few of them ahead: a log does not fit in memory."""
    left = iter(parcels)
    waiting: list[Future[list[list[Content]]]] = [pool.submit(_make, p) for p in islice(left, ahead)]
    while waiting:
        yield waiting.pop(0).result()
        waiting += [pool.submit(_make, p) for p in islice(left, 1)]


class _Maker:
    """Makes the events of days."""

    def __init__(self, extent: Extent, journeys: tuple[Journey, ...]) -> None:
        self._extent = extent
        self._journeys = journeys
        self._steps: dict[int, dict[int, list[Step]]] = {}
        for number, journey in enumerate(journeys):
            for step in journey:
                self._steps.setdefault(step.day, {}).setdefault(number, []).append(step)

    def parcel(self, days: range) -> list[list[Content]]:
        """Return the events recorded on each of some days."""
        return [self.day(day) for day in days]

    def day(self, day: int) -> list[Content]:
        """Return the events recorded on a day, in the order of their instants."""
        found = []
        for after, steps in self._steps.items():
            cases = self._extent.of_day(day - after)
            if cases:
                for number, taken in self._of(cases, steps):
                    entered = self._extent.entered(number)
                    time = self._journeys[number % len(self._journeys)][0].time
                    case_id = identifier("case", number, entered, time)
                    person_id = identifier("person", number, entered, time) if after == 0 else ""
                    found += [step.of(case_id, person_id, entered) for step in taken]
        found.sort(key=_instant)
        return found

    def _of(self, cases: range, steps: dict[int, list[Step]]) -> Iterator[tuple[int, list[Step]]]:
        """Yield which of `cases`, entered on one day, take which of `steps`, by the shorter of two ways."""
        journeys = len(self._journeys)
        if len(cases) < len(steps):
            for number in cases:
                if (taken := steps.get(number % journeys)) is not None:
                    yield number, taken
            return
        for journey, taken in steps.items():
            for number in range(cases.start + (journey - cases.start) % journeys, cases.stop, journeys):
                yield number, taken


def _instant(content: Content) -> tuple[object, ...]:
    return content[5], content[0], content[1]


_maker: _Maker | None = None


def _begin(extent: Extent, journeys: tuple[Journey, ...]) -> None:
    global _maker  # noqa: PLW0603 - a process of a pool has nowhere else to keep what it was given
    _maker = _Maker(extent, journeys)


def _make(days: range) -> list[list[Content]]:
    if _maker is None:
        raise RuntimeError("this process was not told what to make")
    return _maker.parcel(days)
