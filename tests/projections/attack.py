"""Working out hidden figures from those shown, as somebody would who has every answer there is: by solving.

Every count in every answer is an unknown; what the answers show, and how counts hang together, are the constraints.
The least and the greatest value of a hidden count is then a linear programme each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, inf
from typing import Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from projections.figures import NO_GROUP, Column, Group, Kind, Shape

Unknown = tuple[str, str, str, str]
"""A count in an answer: the grouping, the group, the line (empty: the totals) and the column."""

SLACK: Final = 1e-6
ROUNDING: Final = 0.005 + 1e-9
"""By how much a share of two decimals may differ from what it is."""


@dataclass
class Attack:
    """What is known after some answers on the same cases, one ungrouped, others grouped."""

    shape: Shape
    hidden: list[Unknown] = field(default_factory=list)
    _numbers: dict[Unknown, int] = field(default_factory=dict)
    _bounds: list[tuple[float, float]] = field(default_factory=list)
    _known: list[tuple[dict[Unknown, float], float, float]] = field(default_factory=list)
    _built: LinearConstraint | None = None

    def learn(self, grouping: str, groups: Sequence[Group]) -> None:
        """Take in an answer."""
        for group in groups:
            for line, column in self._columns(group):
                if column.kind is Kind.COUNT:
                    self._add((grouping, group.group, line, column.code), group)
        for group in groups:
            if self.shape.lines is not None and self.shape.lines.adds_up_to is not None:
                lines = [(grouping, group.group, line.code, self.shape.lines.counted) for line in group.lines]
                self._sum((grouping, group.group, "", self.shape.lines.adds_up_to), lines)
            for line, column in self._columns(group):
                self._learn_column((grouping, group.group, line, column.code), column, group)

    def learn_sums(
        self, coarse: str, fine: str, within: Mapping[str, str] | None = None, *, over_time: bool = False
    ) -> None:
        """Take in that the groups of one answer add up to those of another; stocks do not `over_time`."""
        stocks = {column.code for column in self._declared if column.stock} if over_time else set()
        parts: dict[Unknown, list[Unknown]] = {}
        for unknown in self._numbers:
            grouping, group, *place = unknown
            if grouping == fine and place[1] not in stocks:
                above = (within or {}).get(group, NO_GROUP)
                parts.setdefault((coarse, above, place[0], place[1]), []).append(unknown)
        for whole, found in parts.items():
            self._sum(whole, found)

    def suppose_some(self, unknowns: Iterable[Unknown]) -> None:
        """Suppose that these counts are not 0."""
        for unknown in unknowns:
            self._bounds[self._numbers[unknown]] = (1, inf)

    def interval(self, unknown: Unknown, *, whole: bool = False) -> tuple[int, float]:
        """Return the least and the greatest number that a count can be; `whole` solves in whole numbers."""
        aim = np.zeros(len(self._numbers))
        ends = []
        for sign in (1, -1):
            aim[self._numbers[unknown]] = sign
            found = milp(
                aim,
                constraints=self._constraints(),
                bounds=Bounds([low for low, _ in self._bounds], [high for _, high in self._bounds]),
                integrality=np.full(len(aim), int(whole)),
            )
            assert found.status in (0, 3), found.message  # solved, or without any bound
            ends.append(sign * found.fun if found.status == 0 else inf)
        return ceil(ends[0] - SLACK), ends[1] if ends[1] == inf else floor(ends[1] + SLACK)

    def _constraints(self) -> LinearConstraint:
        if self._built is None:
            self._built = self._build()
        return self._built

    def _build(self) -> LinearConstraint:
        entries = [
            (row, self._numbers[unknown], factor)
            for row, (form, _, _) in enumerate(self._known)
            for unknown, factor in form.items()
        ]
        rows, columns, factors = zip(*entries, strict=True)
        matrix = csr_array((factors, (rows, columns)), shape=(len(self._known), len(self._numbers)))
        return LinearConstraint(
            matrix, [low for _, low, _ in self._known], [high for *_, high in self._known]
        )

    @property
    def _declared(self) -> tuple[Column, ...]:
        lines = self.shape.lines.columns if self.shape.lines is not None else ()
        return (*self.shape.totals, *lines)

    def _columns(self, group: Group) -> Iterator[tuple[str, Column]]:
        yield from (("", column) for column in self.shape.totals)
        if self.shape.lines is not None:
            yield from ((line.code, column) for line in group.lines for column in self.shape.lines.columns)

    def _add(self, unknown: Unknown, group: Group) -> None:
        *_, line, column = unknown
        hidden = group.line(line).hidden if line else group.hidden
        value = (group.line(line).values if line else group.totals)[column]
        self._numbers[unknown] = len(self._numbers)
        if column in hidden:
            assert value is None
            self.hidden.append(unknown)
            self._bounds.append((0, inf))
        else:
            assert value is not None
            self._bounds.append((value, value))

    def _learn_column(self, unknown: Unknown, column: Column, group: Group) -> None:
        line = unknown[2]
        if column.sum_of:
            self._sum(unknown, [self._named(unknown, name) for name in column.sum_of])
        if column.part_of is not None:
            self._known.append(({self._named(unknown, column.part_of): 1, unknown: -1}, 0, inf))
        if column.kind is Kind.COUNT and column.reveals:
            whole, part = (self._named(unknown, name) for name in column.reveals)
            self._sum(whole, [part, unknown])
        lines = self.shape.lines
        if lines is not None and line in lines.inside and column.code == lines.counted:
            other = (*unknown[:2], lines.inside[line], column.code)
            self._known.append(({other: 1, unknown: -1}, 0, inf))
        if column.kind is Kind.SHARE and len(column.reveals) == 2:
            shown = (group.line(line).values if line else group.totals)[column.code]
            part, whole = (self._named(unknown, name) for name in column.reveals)
            if self._is_inside(whole, part):
                part, whole = whole, part
            if shown is not None and self._is_inside(part, whole):
                self._known.append(({part: 100, whole: -(shown + ROUNDING)}, -inf, 0))
                self._known.append(({part: 100, whole: -(shown - ROUNDING)}, 0, inf))

    def _is_inside(self, part: Unknown, whole: Unknown) -> bool:
        """Whether the one is declared as part of the other, or as part of such a part."""
        columns = self.shape.totals if not part[2] or self.shape.lines is None else self.shape.lines.columns
        above = next(column.part_of for column in columns if column.code == part[3])
        return above is not None and (
            self._named(part, above) == whole or self._is_inside(self._named(part, above), whole)
        )

    def _sum(self, whole: Unknown, parts: Sequence[Unknown]) -> None:
        self._known.append(({whole: -1, **dict.fromkeys(parts, 1)}, 0, 0))

    def _named(self, unknown: Unknown, name: str) -> Unknown:
        grouping, group, line, _ = unknown
        other, dot, column = name.partition(".")
        if dot:
            return grouping, group, other, column
        of_line = (grouping, group, line, name)
        return of_line if of_line in self._numbers else (grouping, group, "", name)
