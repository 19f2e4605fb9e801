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
from typing import Final

from sqlalchemy import Connection, func, select

from projections import detection_sources, stays
from projections.period import Unit, shown, units
from projections.statistics import Filters, GroupBy, gather
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
        so_far = _moves(connection, replace(filters, since=None))
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
    found: dict[str, Moves] = {}
    for name, cells in gather(connection, detection_sources.DETECTION_SOURCES, filters).items():
        found.setdefault(name, Counter())[REFERRED] += sum(cells.count(key) for key in cells.bins)
    by_week = filters.group_by is GroupBy.WEEK
    read = _by_week if by_week else _as_grouped
    for name, move, number in read(connection, filters):
        found.setdefault(name, Counter())[move] += number
    return dict(sorted(found.items()))


def _as_grouped(connection: Connection, filters: Filters) -> Iterator[tuple[str, Move, int]]:
    for name, cells in gather(connection, stays.STAYS, filters, stays.MOVES).items():
        for key in cells.bins:
            yield name, Move.of(key), cells.count(key)


def _by_week(connection: Connection, filters: Filters) -> Iterator[tuple[str, Move, int]]:
    """Yield the moves of each week, from the days of the months they lie in."""
    since, until = filters.since or date.min, filters.until or date.max
    months = replace(
        filters,
        group_by=GroupBy.MONTH,
        since=Unit.MONTH.first_day(since),
        until=Unit.MONTH.last_day(until),
    )
    for month, cells in gather(connection, stays.STAYS, months, stays.MOVES).items():
        first = date.fromisoformat(f"{month}-01")
        for key, bins in cells.bins.items():
            for place, number in enumerate(bins):
                day = first + timedelta(place)
                if number and since <= day <= until:
                    yield shown(Unit.WEEK.of(day)), Move.of(key), number
