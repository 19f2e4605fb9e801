"""Hiding small counts in figures that leave the cell, and whatever would let somebody work them out.

A count from 1 to 10 is hidden: "aucune case ne doit concerner moins de 11 unités" (CASD, Règles de confidentialité,
guide utilisateur, June 2022, 5.23, of patients and stays), as ATIH does on ScanSanté at the request of the CNIL ("les
effectifs inférieurs à 11 sont masqués"). So is one so near to the count it is part of that the rest is a small count.
0 is shown: it is about nobody, and hiding it would hide every line that a cell has no use for (England's hospital
statistics hide 1 to 7 and show 0). What a 0 says of everybody else in the group is not hidden.

Then whatever gives a hidden count back, by sum or by difference, is hidden too (the same guide, 2.3.1.2: secret
secondaire), whether the sum is in the answer or in another that the same reader may ask for: ungrouped, or grouped
otherwise. So counts are hidden from the coarsest grouping to the finest:

- a count hidden over all groups is hidden in each, and one shown over all groups is taken as known: what groups of
  one kind tell then adds nothing to what groups of another kind tell;
- where a count is hidden so are its parts: its cases may then be thought to be any other such group's, as they are;
- what is left are the counts that make up known ones, a table for each set of them: see `protection`.

A hidden count stays open between as many values as there are small counts, 10 by default. A figure that is computed
from counts (a share, a mean, a quantile, an amount) is hidden with any of them: two figures could give one back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from projections.figures import NO_GROUP, Column, Group, Kind, Line, Shape, Value
from projections.protection import FREE, Node, Table

THRESHOLD: Final = 11
"""The least count that is shown besides 0; 1 hides nothing."""

Place = tuple[str, str]
"""A line's code (empty: the totals) and a column."""

_Counts = Mapping[str, Mapping[Place, int]]
"""The counts of each group."""


def hide_small(
    shape: Shape,
    groups: Sequence[Group],
    threshold: int = THRESHOLD,
    *,
    within: Mapping[str, str] | None = None,
    over_time: bool = False,
) -> list[Group]:
    """Return the groups with what may not leave hidden: named in `hidden`, its value none.

    `within` names the coarser group that each group lies in, where figures may be asked for by these as well: the
    wave of an organisation. Groups that follow each other `over_time` do not add up in what there is at their end.
    """
    if threshold <= 1:
        return list(groups)
    counts = tuple((group.group, tuple(sorted(_counts(shape, group).items()))) for group in groups)
    codes = tuple(sorted({line.code for group in groups for line in group.lines}))
    coarser = tuple(sorted((within or {}).items()))
    hidden = _hidden(shape, codes, counts, threshold, coarser, over_time)
    return [_without(shape, group, hidden) for group in groups]


@lru_cache(maxsize=128)
def _hidden(
    shape: Shape,
    codes: tuple[str, ...],
    counts: tuple[tuple[str, tuple[tuple[Place, int], ...]], ...],
    threshold: int,
    within: tuple[tuple[str, str], ...],
    over_time: bool,
) -> frozenset[tuple[str, Place]]:
    """Return which counts of which groups are hidden. Kept, since it takes long: a page, its chart, its file ask alike."""
    families = _families(shape, codes)
    tied = [(line, column.code) for line, column in _places(shape, codes) if column.tied]
    finest = {group: dict(found) for group, found in counts}
    level: _Level | None = None
    names = dict.fromkeys(finest, NO_GROUP)
    for named in _groupings(finest, dict(within)):
        level = _Level(
            _added_up(finest, named), threshold, level, {named[name]: names[name] for name in finest}
        )
        for family in families:
            level.hide(family, adds_up=not (over_time and family.stock))
        level.hide_tied(tied)
        names = named
    return frozenset(level.hidden if level is not None else ())


def _groupings(names: Iterable[str], within: Mapping[str, str]) -> list[dict[str, str]]:
    """Return, from the coarsest grouping to that of the answer, the group that each group lies in."""
    own = {name: name for name in names}
    if set(own) <= {NO_GROUP}:
        return [own]
    between = [{name: within.get(name, name) for name in own}] if within else []
    return [dict.fromkeys(own, NO_GROUP), *between, own]


def _added_up(counts: _Counts, named: Mapping[str, str]) -> _Counts:
    """Return the counts of coarser groups, in order: the same counts are hidden whichever answer they come from."""
    sums: dict[str, dict[Place, int]] = {}
    for name, figures in counts.items():
        total = sums.setdefault(named[name], {})
        for place, count in figures.items():
            total[place] = total.get(place, 0) + count
    return dict(sorted(sums.items()))


@dataclass(frozen=True, slots=True)
class _Family:
    """Counts that are hidden together: those that make up another, or a single one; and what each is part of."""

    places: tuple[Place, ...]
    whole: Place | None = None
    makes_up: bool = False
    stock: bool = False


@dataclass(slots=True)
class _Level:
    """The counts of one grouping, and what of them is hidden, below those of the coarser one that each group is in."""

    counts: _Counts
    threshold: int
    above: "_Level | None"
    coarser: Mapping[str, str]
    hidden: set[tuple[str, Place]] = field(default_factory=set)

    def hide(self, family: _Family, *, adds_up: bool) -> None:
        """Hide what must be of some counts, which over all groups add up or not; their wholes are done."""
        table = Table(max(1, self.threshold - 2))
        above = self.above if adds_up else None
        rests: dict[Node, int] = {}
        for group in self.counts:
            for place in family.places:
                pool = self._add(table, family, group, place, above)
                rests[pool] = rests.get(pool, 0) + self._rest(family, group, place)
        for pool, rest in rests.items():
            if pool is not FREE and not family.makes_up:
                table.add_rest(rest, pool)
        self.hidden |= {(group, (line, column)) for group, line, column in table.protected()}

    def hide_tied(self, places: Iterable[Place]) -> None:
        """Hide counts whose ties are not followed, in every group, if anything at all is hidden or small."""
        tied = [(group, place) for group in self.counts for place in places]
        if self.hidden or any(self._is_small(self.counts[group].get(place, 0)) for group, place in tied):
            self.hidden |= set(tied)

    def _add(self, table: Table, family: _Family, group: str, place: Place, above: "_Level | None") -> Node:
        """Add a cell; return the sum that the wholes of such groups make where they are hidden, if it is known."""
        whole, coarser = family.whole, self.coarser[group]
        value, rest = self.counts[group].get(place, 0), self._rest(family, group, place)
        sum_hidden = above is not None and (coarser, place) in above.hidden
        whole_hidden = whole is not None and (group, whole) in self.hidden
        known = above is not None and (coarser, whole) not in above.hidden
        pool = ("pool", coarser) if whole_hidden and known else FREE
        alone = whole is not None and not whole_hidden and not family.makes_up
        table.add(
            (group, *place),
            value,
            row=("row", group) if family.makes_up and not whole_hidden else pool,
            column=FREE if above is None or sum_hidden else ("column", coarser, place),
            room=rest if alone else None,
            hidden=sum_hidden or whole_hidden or self._is_small(value) or (alone and self._is_small(rest)),
            may_be_none=sum_hidden or whole_hidden,
        )
        return pool

    def _rest(self, family: _Family, group: str, place: Place) -> int:
        counts = self.counts[group]
        return max(0, counts.get(family.whole, 0) - counts.get(place, 0)) if family.whole is not None else 0

    def _is_small(self, count: int) -> bool:
        return 0 < count < self.threshold


def _counts(shape: Shape, group: Group) -> dict[Place, int]:
    figures = {"": group.totals} | {line.code: line.values for line in group.lines}
    return {
        (line, column.code): int(figures[line][column.code] or 0)
        for line, column in _places(shape, figures.keys() - {""})
        if column.kind is Kind.COUNT
    }


def _families(shape: Shape, codes: Iterable[str]) -> list[_Family]:
    """Return every count once that is not tied, those that others are part of before these."""
    stocks = {(line, column.code) for line, column in _places(shape, codes) if column.stock}
    found = [
        _Family(places, whole, makes_up=True, stock=whole in stocks) for whole, places in _sums(shape, codes)
    ]
    taken = {place for family in found for place in family.places}
    for line, column in _places(shape, codes):
        place = (line, column.code)
        if column.kind is Kind.COUNT and not column.tied and place not in taken:
            found.append(_Family((place,), _whole(shape, line, column), stock=column.stock))
    return _in_order(found)


def _places(shape: Shape, codes: Iterable[str]) -> Iterator[tuple[str, Column]]:
    yield from (("", column) for column in shape.totals)
    if shape.lines is not None:
        yield from ((code, column) for code in codes for column in shape.lines.columns)


def _sums(shape: Shape, codes: Iterable[str]) -> Iterator[tuple[Place, tuple[Place, ...]]]:
    """Return each count that others make up, with these."""
    lines = shape.lines
    if lines is not None and lines.adds_up_to is not None:
        yield ("", lines.adds_up_to), tuple((code, lines.counted) for code in codes)
    for line, column in _places(shape, codes):
        if column.sum_of:
            yield (line, column.code), tuple(_resolved(shape, line, name) for name in column.sum_of)
        if column.kind is Kind.COUNT and column.reveals:  # what a count is more than others
            whole, *parts = (_resolved(shape, line, name) for name in column.reveals)
            yield whole, (*parts, (line, column.code))


def _whole(shape: Shape, line: str, column: Column) -> Place | None:
    lines = shape.lines
    if lines is not None and column.code == lines.counted and line in lines.inside:
        return lines.inside[line], column.code
    return _resolved(shape, line, column.part_of) if column.part_of is not None else None


def _resolved(shape: Shape, line: str, name: str) -> Place:
    """Return the place that a column names: of its line, else of the totals, or `line.column`."""
    other, dot, column = name.partition(".")
    if dot:
        return other, column
    of_lines = shape.lines is not None and any(column.code == name for column in shape.lines.columns)
    return (line if of_lines else "", name)


def _in_order(families: Iterable[_Family]) -> list[_Family]:
    """Return families after those that hold what they are part of. Raises ValueError if they go round in a circle."""
    waiting, done, ordered = list(families), set[Place](), list[_Family]()
    while waiting:
        ready = [family for family in waiting if family.whole is None or family.whole in done]
        if not ready:
            raise ValueError(f"counts that are part of each other: {waiting}")
        ordered += ready
        done |= {place for family in ready for place in family.places}
        waiting = [family for family in waiting if family not in ready]
    return ordered


def _without(shape: Shape, group: Group, hidden: frozenset[tuple[str, Place]]) -> Group:
    """Return a group without the hidden counts, nor what is computed from them."""
    places = {place for name, place in hidden if name == group.group}
    own = shape.lines.columns if shape.lines is not None else ()
    totals = frozenset(c.code for c in shape.totals if _is_withheld(shape, "", c, places))
    lines = []
    for line in group.lines:
        withheld = frozenset(c.code for c in own if _is_withheld(shape, line.code, c, places))
        lines.append(Line(line.code, _blank(line.values, withheld), withheld))
    return Group(group.group, _blank(group.totals, totals), lines, totals)


def _blank(values: Mapping[str, Value], withheld: frozenset[str]) -> dict[str, Value]:
    return {code: None if code in withheld else value for code, value in values.items()}


def _is_withheld(shape: Shape, line: str, column: Column, places: set[Place]) -> bool:
    if column.kind is Kind.COUNT:
        return (line, column.code) in places
    if not column.reveals:  # nobody said what it tells: it goes with any count beside it
        return any(place[0] == line for place in places)
    for name in column.reveals:
        place = _resolved(shape, line, name)
        if "." in name and (shape.lines is None or shape.lines.inside.get(line) != place[0]):
            return False  # it says nothing of lines that are not inside that one
        if _is_withheld(shape, place[0], _column(shape, place), places):
            return True
    return False


def _column(shape: Shape, place: Place) -> Column:
    line, code = place
    columns = shape.lines.columns if line and shape.lines is not None else shape.totals
    return next(column for column in columns if column.code == code)
