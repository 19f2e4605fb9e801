"""Two pasts of one statistic, and the events that make the difference.

An event explains something when it counts in one past and not in the other, in a case that does not count alike in
both: under the filters that were asked for, and by the very keys of the tallies.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection, Engine

from adapters.connections import driver_cursor, positional, reading
from adapters.figure_source import FigureSources
from adapters.mapper import EventMapper
from adapters.past import Progress
from adapters.recorded_event import COLUMNS, RecordedEvent
from domain.as_of import AsOf, known_by
from domain.event import CaseEvent
from projections.figures import Group
from projections.organisations import waves as read_waves
from projections.statistic import Statistic
from projections.statistics import Filters

Contribution = Counter[tuple[str, str, str, int]]
"""What a case counts: by organisation, day, key and bin."""

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Explaining:
    """An event that counts in the `later` past only, or in the `earlier` one only."""

    event: CaseEvent
    position: int
    appeared: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """The figures of a statistic in two pasts, and what explains where they differ, in the order of the log."""

    before: list[Group]
    after: list[Group]
    cases: int
    events: list[Explaining]


def difference(
    engine: Engine,
    sources: FigureSources,
    statistic: Statistic,
    filters: Filters,
    before: AsOf,
    after: AsOf,
    progress: Progress | None = None,
) -> Difference:
    """Compare a statistic in two pasts. Raises what `Statistic.read` and `FigureSources.open` raise."""
    with sources.open(statistic.models, before, progress) as source:
        groups = statistic.read(source.connection, filters).groups
        counted = _contributions(source.connection, statistic, filters)
    with sources.open(statistic.models, after, progress) as source:
        groups_after = statistic.read(source.connection, filters).groups
        counted_after = _contributions(source.connection, statistic, filters)
    changed = sorted(
        case_id
        for case_id in counted.keys() | counted_after.keys()
        if counted.get(case_id) != counted_after.get(case_id)
    )
    events = sorted(_explaining(engine, changed, before, after), key=attrgetter("position"))
    return Difference(groups, groups_after, len(changed), events)


def _contributions(connection: Connection, statistic: Statistic, filters: Filters) -> dict[str, Contribution]:
    """Return what each case counts in a statistic, under its filters.

    The first day of the period is not looked at: what is counted up to a day, a stock, begins with the first event.
    """
    waves = read_waves(connection)
    last = filters.until or date.max
    found: dict[str, Contribution] = {}
    for model in statistic.models:
        if model.counts is None:
            continue
        for stored in connection.execute(model.table.select()):
            row: Any = model.row(*stored)
            for organisation, on, bins in model.counts(row):
                if on <= last and _is_asked(organisation, filters, waves):
                    own = found.setdefault(row.case_id, Counter())
                    for (key, bin_), number in Counter(bins).items():
                        if not statistic.keys or key.startswith(statistic.keys):
                            own[organisation, on.isoformat(), key, bin_] += number
    return found


def _is_asked(organisation: str, filters: Filters, waves: Any) -> bool:
    return (not filters.organisations or organisation in filters.organisations) and (
        not filters.waves or waves.get(organisation) in filters.waves
    )


def _explaining(engine: Engine, case_ids: Sequence[str], before: AsOf, after: AsOf) -> Iterator[Explaining]:
    """Yield the events of these cases that count in one of two pasts only."""
    for stream in _streams(engine, case_ids):
        events = [event for event, _ in stream]
        positions = {event.originator_version: position for event, position in stream}
        was, is_ = (
            {event.originator_version for event in found[1]} if (found := known_by(as_of, events)) else set()
            for as_of in (before, after)
        )
        for event in events:
            version = event.originator_version
            if (version in was) != (version in is_):
                yield Explaining(event, positions[version], version in is_)


def _streams(engine: Engine, case_ids: Sequence[str]) -> Iterator[list[tuple[CaseEvent, int]]]:
    mapper = EventMapper()
    for start in range(0, len(case_ids), _AT_ONCE):
        some = tuple(case_ids[start : start + _AT_ONCE])
        marks = ", ".join("?" * len(some))
        statement = (
            f"SELECT {', '.join(COLUMNS)} FROM events WHERE case_id IN ({marks}) ORDER BY case_id, version"  # noqa: S608 - our own names
        )
        with reading(engine) as connection, driver_cursor(connection) as cursor:
            cursor.execute(positional(statement, engine), some)
            stored = [RecordedEvent.of(row) for row in cursor.fetchall()]
        for _, stream in groupby(stored, key=attrgetter("originator_id")):
            yield [(mapper.to_domain_event(event), event.position) for event in stream]
