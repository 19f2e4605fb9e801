"""Which further cells of a table of counts must be hidden, so that no hidden one can be worked out.

Rows and columns add up to sums that the reader knows. What is hidden can then move only in circles: one cell up,
another of its row down, another of that one's column up, and so on back to the first. So the table is a network, its
sums the nodes and its cells the arcs, and how far a hidden cell can move is a flow (L. Cox, "Network models for
complementary cell suppression", Journal of the American Statistical Association 90, 1995). A cell is protected when
it may hold enough different values; what is missing for that is hidden along the circle that costs least, the
smallest counts first. That is a good pattern, not always the best one: the best is NP-hard to find.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Final

Cell = tuple[str, ...]
"""What names a cell; cells are taken in the order of their names where nothing else decides."""

Node = Hashable
"""A sum that the reader knows."""

FREE: Final[Node] = None
"""Where there is no such sum: what goes in may come out anywhere, or not at all."""

_UNBOUNDED: Final = 1 << 40


@dataclass(slots=True, eq=False)
class _Arc:
    """A cell: it leads from its row's sum to its column's when it rises, and back when it falls."""

    cell: Cell
    value: int
    row: Node
    column: Node
    room: int
    hidden: bool = False
    may_be_none: bool = False

    def left(self, rising: bool, moved: dict[Cell, int]) -> int:
        """Return how far it may still move. Who sees that zeros are shown knows that what is hidden is not one."""
        by = moved.get(self.cell, 0)
        return self.room - by if rising else max(0, self.value - (not self.may_be_none)) + by

    def end(self, rising: bool) -> Node:
        """Return where it leads."""
        return self.column if rising else self.row


_Step = tuple[_Arc, bool, Node]
"""An arc, whether it rises, and where it leads then."""


@dataclass(slots=True)
class Table:
    """A table of counts. `span` is between how many values further than the true one a hidden cell must be open."""

    span: int
    _arcs: list[_Arc] = field(default_factory=list)
    _at: dict[Node, list[_Step]] = field(default_factory=dict)
    _safe: set[Cell] = field(default_factory=set)
    _rests: set[Cell] = field(default_factory=set)
    _done: set[Node] = field(default_factory=lambda: {FREE})

    def add(
        self,
        cell: Cell,
        value: int,
        row: Node,
        column: Node,
        *,
        room: int | None = None,
        hidden: bool = False,
        may_be_none: bool = False,
    ) -> None:
        """Add a cell that counts in the sums `row` and `column` and is known to be at most `room` more than it is.

        A `hidden` one `may_be_none` where zeros are hidden like the rest.
        """
        arc = _Arc(cell, value, row, column, _UNBOUNDED if room is None else room, hidden, may_be_none)
        self._arcs.append(arc)
        if row != column:
            self._at.setdefault(row, []).append((arc, True, column))
            self._at.setdefault(column, []).append((arc, False, row))

    def add_rest(self, value: int, row: Node) -> None:
        """Add what a sum has beside its cells: it gives way to them, and is nothing that could be shown or hidden."""
        self.add(("", str(row)), value, row, FREE, hidden=True, may_be_none=True)
        self._rests.add(self._arcs[-1].cell)

    def protected(self) -> set[Cell]:
        """Return what is hidden when everything hidden is protected, as far as anything in the table can do it."""
        waiting = sorted(
            (arc for arc in self._arcs if arc.hidden and arc.cell not in self._rests), key=_rank, reverse=True
        )
        while waiting:
            arc = waiting.pop()
            if arc.value:
                waiting += sorted(self._protect(arc), key=_rank, reverse=True)
        # A 0 that can be nothing else is known: to hide it would be for show.
        hidden = {
            arc.cell for arc in self._arcs if arc.hidden and (arc.value or self._push(arc, rising=True)[0])
        }
        return hidden - self._rests

    def _protect(self, arc: _Arc) -> list[_Arc]:
        """Hide what protects a cell, the cheapest way, or else all that hangs together with it; return it."""
        if self._done >= {arc.row, arc.column}:
            return []  # all there is around it is hidden already, or there is nothing
        more = self._hide_cheapest(arc)
        for around in (self._of_column, self._of_row, self._around):
            if not self._lacking(arc):
                break
            if shut := [other for other in around(arc) if not (other.hidden and other.may_be_none)]:
                more += _hide(shut)
                for other in shut:
                    other.may_be_none = True
                more += self._hide_cheapest(arc)
        return more

    def _hide_cheapest(self, arc: _Arc) -> list[_Arc]:
        more: list[_Arc] = []
        while (lacking := self._lacking(arc)) and (found := self._cheapest(arc, lacking)):
            more += _hide(found)
        return more

    def _with(self, node: Node) -> list[_Arc]:
        return [] if node is FREE else [arc for arc, *_ in self._at.get(node, ())]

    def _of_column(self, arc: _Arc) -> list[_Arc]:
        return self._with(arc.column)

    def _of_row(self, arc: _Arc) -> list[_Arc]:
        return self._with(arc.row)

    def _around(self, arc: _Arc) -> list[_Arc]:
        """Return all that hangs together with a cell by sums, once."""
        found: dict[Cell, _Arc] = {}
        nodes = [arc.row, arc.column]
        while nodes:
            node = nodes.pop()
            if node not in self._done:
                self._done.add(node)
                for other in self._with(node):
                    found[other.cell] = other
                    nodes += [other.row, other.column]
        return list(found.values())

    def _lacking(self, arc: _Arc) -> int:
        if arc.cell in self._safe:
            return 0
        lacking = self.span - self._push(arc, rising=True)[0]
        return max(0, lacking - self._push(arc, rising=False)[0]) if lacking > 0 else 0

    def _push(self, arc: _Arc, *, rising: bool) -> tuple[int, dict[Cell, int]]:
        """Return how far a hidden cell moves one way by moving other hidden ones, at most `span`, and their moves."""
        moved: dict[Cell, int] = {}
        wanted = min(arc.left(rising, moved), self.span)
        start, goal = arc.end(rising), arc.end(not rising)
        if start == goal:
            return wanted, moved
        pushed = 0
        while pushed < wanted and (path := self._any_way(arc, start, goal, moved)):
            by = min(wanted - pushed, *(other.left(up, moved) for other, up, _ in path))
            if by == self.span:  # then all on this circle move as far
                self._safe |= {arc.cell, *(other.cell for other, *_ in path)}
            for other, up, _ in path:
                moved[other.cell] = moved.get(other.cell, 0) + (by if up else -by)
            pushed += by
        return pushed, moved

    def _any_way(self, arc: _Arc, start: Node, goal: Node, moved: dict[Cell, int]) -> list[_Step]:
        """Return a way along other hidden cells that can still move; empty if there is none."""
        came: dict[Node, tuple[Node, _Step]] = {}
        ends = [start]
        while ends:
            node = ends.pop()
            for step in self._at[node]:
                other, up, ahead = step
                if other.hidden and ahead not in came and other is not arc and other.left(up, moved) > 0:
                    came[ahead] = (node, step)
                    if ahead == goal:
                        return _way_back(came, start, goal)
                    ends.append(ahead)
        return []

    def _cheapest(self, arc: _Arc, lacking: int) -> list[_Arc]:
        """Return what to hide, at the least loss, for a cell to move as far as it must, or further than it can."""
        ways = self._ways(arc, self.span, {True: (0, {}), False: (0, {})})
        if not ways:
            so_far = {rising: self._push(arc, rising=rising) for rising in (True, False)}
            while lacking and not ways:
                ways = self._ways(arc, lacking, so_far)
                lacking //= 2
        return [other for other in min(ways, key=_cost) if not other.hidden] if ways else []

    def _ways(self, arc: _Arc, by: int, so_far: dict[bool, tuple[int, dict[Cell, int]]]) -> list[list[_Arc]]:
        """Return the cheapest ways for a cell to rise, and to fall, by so much more than it can so far."""
        return [
            way
            for rising, (pushed, moved) in so_far.items()
            if arc.left(rising, {}) >= pushed + by
            and (way := self._cheapest_way(arc, rising, by, moved)) is not None
        ]

    def _cheapest_way(self, arc: _Arc, rising: bool, by: int, moved: dict[Cell, int]) -> list[_Arc] | None:
        """Return the cells of the circle that lets a cell move `by`, at the least loss of what is shown (Dijkstra).

        Zeros stay shown: they tell nothing of anybody.
        """
        start, goal = arc.end(rising), arc.end(not rising)
        came: dict[Node, tuple[Node, _Step]] = {}
        queue: list[tuple[int, int, Node]] = [(0, 0, start)]
        done: set[Node] = set()
        order = 0
        best: dict[Node, int] = {start: 0}
        while queue and start != goal:
            cost, _, node = heappop(queue)
            if node == goal:
                return [other for other, *_ in _way_back(came, start, goal)]
            if node in done:
                continue
            done.add(node)
            for step in self._at[node]:
                other, up, ahead = step
                if (
                    other is arc
                    or ahead in done
                    or other.left(up, moved) < by
                    or not (other.hidden or other.value)
                ):
                    continue
                further = cost if other.hidden else cost + other.value
                if further < best.get(ahead, _UNBOUNDED):
                    best[ahead] = further
                    came[ahead] = (node, step)
                    order += 1  # in place of comparing nodes
                    heappush(queue, (further, order, ahead))
        return None


def _way_back(came: dict[Node, tuple[Node, _Step]], start: Node, goal: Node) -> list[_Step]:
    way = []
    node = goal
    while node != start:
        node, step = came[node]
        way.append(step)
    return way


def _cost(way: list[_Arc]) -> tuple[int, list[Cell]]:
    return sum(arc.value for arc in way if not arc.hidden), sorted(arc.cell for arc in way)


def _hide(arcs: Iterable[_Arc]) -> list[_Arc]:
    """Hide what is still shown, and return it."""
    more = [arc for arc in arcs if not arc.hidden]
    for arc in more:
        arc.hidden = True
    return more


def _step_rank(step: _Step) -> tuple[int, Cell]:
    return _rank(step[0])


def _rank(arc: _Arc) -> tuple[int, Cell]:
    return arc.value, arc.cell
