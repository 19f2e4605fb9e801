"""What moved between the states in a period, and what stands in each at its end: what backlog and funnel share.

A case stands on a day in the state it last entered by then, with the organisation that followed it then. So what
stands is what was referred so far, moved by every move between states and organisations so far: it is read from the
tallies of the referrals and of the stays, at the same cost however many cases there are, and for a past day it does
not change when the case moves on or is transferred.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Column, Connection, func, literal, select

from projections import detection_sources, stays
from projections.period import Unit, shown, units
from projections.statistics import Filters, GroupBy, gather, organisations_asked
from projections.stays import NEW, Move
from workflows.states import State

MODELS: Final = (detection_sources.DETECTION_SOURCES, stays.STAYS)

REFERRED: Final = Move(NEW, "", State.DETECTED.value)
"""A referral received: a move from nowhere."""

Moves = Counter[Move]
Standing = Counter[str]
"""How many cases stand in each state."""


@dataclass(frozen=True, slots=True)
class Account:
    """One group: the moves of the period, and what stands at its end."""

    moves: Moves
    standing: Standing

    def entered(self, state: str, kind: str) -> int:
        """Return how many moves of a kind led to a state."""
        return sum(number for move, number in self.moves.items() if (move.kind, move.to) == (kind, state))

    def left(self, source: str) -> Counter[str]:
        """Return to which states those went that left a state."""
        left: Counter[str] = Counter()
        for move, number in self.moves.items():
            if move.source == source and move.to:
                left[move.to] += number
        return left


def accounts(connection: Connection, filters: Filters) -> dict[str, Account]:
    """Return the account of each group, in order.

    By week or by month there is one for each, quiet ones too, from the first that has anything to the last in which
    anything at all was recorded, within the period.
    """
    moved = _moves(connection, filters)
    if filters.group_by is None or filters.group_by.unit is None:
        so_far = moved if filters.since is None else _moves(connection, replace(filters, since=None))
        return {
            name: Account(moved.get(name, Counter()), _changed(Counter(), moves))
            for name, moves in so_far.items()
        }
    found: dict[str, Account] = {}
    standing = _before(connection, filters)
    for name in _names(connection, filters, filters.group_by.unit):
        moves = moved.get(name, Counter())
        standing = _changed(standing, moves)
        if found or moves or any(standing.values()):
            found[name] = Account(moves, standing)
    return found


def _changed(standing: Standing, moves: Moves) -> Standing:
    """Return what stands after moves."""
    after = Counter(standing)
    for move, number in moves.items():
        after[move.source] -= number
        after[move.to] += number
    del after[""]  # the side of a transfer that is another group's, and of a referral that is nowhere
    return after


def _before(connection: Connection, filters: Filters) -> Standing:
    """Return what stood when the period began."""
    if filters.since is None or filters.since == date.min:
        return Counter()
    before = replace(filters, group_by=None, since=None, until=filters.since - timedelta(1))
    return _changed(Counter(), _moves(connection, before)[""])


def _names(connection: Connection, filters: Filters, unit: Unit) -> Iterator[str]:
    """Yield the weeks or months of the period, as far as anything was recorded."""
    detected_on, left_on = detection_sources.TABLE.c.detected_on, stays.TABLE.c.left_on
    # Each is one look into an index: asked together, SQLite would read the whole of it.
    first, *last = connection.execute(
        select(
            select(func.min(detected_on)).scalar_subquery(),
            select(func.max(detected_on)).scalar_subquery(),
            select(func.max(left_on)).scalar_subquery(),
        )
    ).one()
    if first is not None:
        end = max(day for day in last if day is not None)
        for name, _ in units(unit, max(first, filters.since or first), min(end, filters.until or end)):
            yield name


def _moves(connection: Connection, filters: Filters) -> dict[str, Moves]:
    """Return the moves of each group that has any; ungrouped, always of the one."""
    found: dict[str, Moves] = {} if filters.group_by else {"": Counter()}
    for name, number in _referrals(connection, filters):
        found.setdefault(name, Counter())[REFERRED] += number
    for name, move, number in _between_states(connection, filters):
        found.setdefault(name, Counter())[move] += number
    return dict(sorted(found.items()))


def _referrals(connection: Connection, filters: Filters) -> Iterator[tuple[str, int]]:
    """Yield how many referrals each group received."""
    by_week = filters.group_by is GroupBy.WEEK
    for months, ends in [(filters, None)] if by_week else months_of(filters):
        if ends is not None:
            for name, _, number in added_up(connection, filters, ends, detection_sources.TABLE.c.detected_on):
                yield name, number
            continue
        for name, cells in gather(connection, detection_sources.DETECTION_SOURCES, months).items():
            if number := sum(map(cells.count, cells.bins)):
                yield name, number


def _between_states(connection: Connection, filters: Filters) -> Iterator[tuple[str, Move, int]]:
    """Yield the moves of each group. The tally knows their day of the month: no row is read, whatever the period."""
    by_week = filters.group_by is GroupBy.WEEK
    if by_week:
        filters = replace(filters, group_by=GroupBy.MONTH)
    for months, ends in months_of(filters):
        first, last = (ends[0].day, ends[1].day) if ends else (1, 31)
        for name, cells in gather(connection, stays.STAYS, months, stays.MOVES).items():
            for key, bins in cells.bins.items():
                for day, number in enumerate(bins[first - 1 : last], first):
                    if number:
                        week = (
                            shown(Unit.WEEK.of(date.fromisoformat(f"{name}-{day:02d}"))) if by_week else name
                        )
                        yield week, Move.of(key), number


def months_of(filters: Filters) -> Iterator[tuple[Filters, tuple[date, date] | None]]:
    """Yield filters of whole months that hold the days asked for, and which days of a month these are, if not all."""
    period = filters.period(Unit.MONTH)
    for start, end in period.ends:
        month = replace(filters, since=Unit.MONTH.first_day(start), until=Unit.MONTH.last_day(end))
        yield month, (start, end)
    if period.first <= period.last:
        first, last = (date.fromisoformat(f"{month}-01") for month in (period.first, period.last))
        yield replace(filters, since=first, until=Unit.MONTH.last_day(last)), None


def added_up(
    connection: Connection, filters: Filters, ends: tuple[date, date], day: Column[date], *what: Column[Any]
) -> Iterator[tuple[str, tuple[Any, ...], int]]:
    """Yield how many rows of each group, dated by `day` within some days of one month, have which values.

    They are added up in the database: of half a month there may be a hundred thousand.
    """
    asked = organisations_asked(connection, filters)
    whose = day.table.c.organisation if asked is not None else literal("")
    query = select(whose, *what, func.count()).where(day.between(*ends)).group_by(whose, *what)
    for organisation, *values, number in connection.execute(query):
        if asked is not None and organisation not in asked:
            continue
        match filters.group_by:
            case GroupBy.MONTH:
                name = ends[0].isoformat()[:7]
            case GroupBy.ORGANISATION:
                name = organisation
            case GroupBy.WAVE if asked is not None:
                name = asked[organisation]
            case _:
                name = ""
        yield name, tuple(values), number
