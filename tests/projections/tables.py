"""Made-up answers on the same made-up cases: ungrouped, by month and by organisation, to be attacked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st

from projections.figures import NO_GROUP, Column, Group, Kind, Line, Lines, Shape, Value
from projections.suppression import hide_small
from tests.projections.attack import Attack, Unknown
from workflows.labels import LabelledEnum


class Letter(LabelledEnum):
    """The lines."""

    A = "a", "A", "A"
    B = "b", "B", "B"
    C = "c", "C", "C"


def _count(code: str, **declared: object) -> Column:
    return Column(code, Kind.COUNT, code, code, **declared)  # type: ignore[arg-type]


PARTITION: Final = Shape(
    totals=(
        _count("total", sum_of=("reached", "waiting", "never")),
        _count("reached", part_of="total"),
        _count("waiting", part_of="total"),
        _count("never", part_of="total"),
        _count("quick", part_of="reached"),
        Column("share", Kind.SHARE, "share", "share", reveals=("quick", "reached")),
    ),
    lines=Lines(
        "line",
        "line",
        Letter,
        (
            _count("cases", part_of="total"),
            Column("share_of_total", Kind.SHARE, "share", "share", reveals=("cases", "total")),
            _count("performed", part_of="cases"),
            Column("share_performed", Kind.SHARE, "share", "share", reveals=("performed", "cases")),
            Column("cents", Kind.CENTS, "cents", "cents", reveals=("performed",)),
        ),
        adds_up_to="total",
    ),
)
"""Cases of one line each, some of them performed; and what they are otherwise."""

LABELS: Final = Shape(
    totals=(_count("opened"), _count("closed")),
    lines=Lines(
        "line",
        "line",
        Letter,
        (
            _count("cases", part_of="closed"),
            Column("share", Kind.SHARE, "share", "share", reveals=("cases", "closed")),
            Column("share_of_a", Kind.SHARE, "share", "share", reveals=("cases", "a.cases")),
            _count("n", part_of="closed"),
            _count("missing", part_of="closed", reveals=("closed", "n")),
            Column("mean", Kind.DAYS, "mean", "mean", reveals=("n",)),
        ),
        inside={"b": "a"},
    ),
)
"""Cases that may have several labels, one of them inside another; and a measure that some have."""

Atom = dict[tuple[str, str], int]
"""The counts of one month in one organisation, by line and column."""

_FEW: Final = st.one_of(st.just(0), st.integers(0, 12), st.integers(0, 60))


@st.composite
def _partition(draw: st.DrawFn) -> Atom:
    atom: Atom = {}
    for letter in Letter:
        cases = draw(_FEW)
        atom[letter.value, "cases"] = cases
        atom[letter.value, "performed"] = draw(st.integers(0, cases))
    total = sum(atom[letter.value, "cases"] for letter in Letter)
    reached = draw(st.integers(0, total))
    waiting = draw(st.integers(0, total - reached))
    atom |= {("", "total"): total, ("", "reached"): reached, ("", "waiting"): waiting}
    return atom | {("", "never"): total - reached - waiting, ("", "quick"): draw(st.integers(0, reached))}


@st.composite
def _labels(draw: st.DrawFn) -> Atom:
    closed = draw(_FEW)
    atom: Atom = {("", "closed"): closed, ("", "opened"): draw(_FEW)}
    for letter in Letter:
        atom[letter.value, "cases"] = draw(
            st.integers(0, atom["a", "cases"] if letter is Letter.B else closed)
        )
        atom[letter.value, "n"] = draw(st.integers(0, closed))
        atom[letter.value, "missing"] = closed - atom[letter.value, "n"]
    return atom


MONTHS: Final = ("2018-01", "2018-02", "2018-03", "2018-04")
WAVES: Final = {"gard": "pilot", "oise": "wave_1", "jura": "wave_1", "orne": "wave_1", "ain": "wave_2"}


@dataclass
class Answers:
    """What can be asked about some cases, as it is and with what is small hidden."""

    shape: Shape
    threshold: int
    true: dict[str, list[Group]]
    shown: dict[str, list[Group]]
    waves: Mapping[str, str]

    def attack(self) -> Attack:
        """Return what somebody knows who has them all."""
        attack = Attack(self.shape)
        for grouping, groups in self.shown.items():
            attack.learn(grouping, groups)
        for grouping in self.shown.keys() - {"none", "organisation"}:
            attack.learn_sums("none", grouping, over_time=grouping == "month")
        if "organisation" in self.shown:
            attack.learn_sums("wave", "organisation", self.waves)
        return attack

    def is_tied(self, unknown: Unknown) -> bool:
        """Whether a count is declared as tied."""
        return any(column.code == unknown[3] and column.tied for column in self._columns(unknown[2]))

    def shows_zeros(self, unknown: Unknown) -> bool:
        """Whether a hidden count is some, and its reader may take it for that: zeros like it are shown."""
        grouping, group, line, column = unknown
        (true,) = (other for other in self.true[grouping] if other.group == group)
        above = {"none": None, "organisation": "wave"}.get(grouping, "none")
        coarser = self.waves if above == "wave" else {}
        beside = [
            (grouping, other.group, line, column)
            for other in self.true[grouping]
            if coarser.get(other.group) == coarser.get(group)
        ]
        hidden_with = [(grouping, group, *place) for place in self._wholes(line, column)]
        together = list(self._makes_up_with(line, column))
        if above is not None:
            hidden_with.append((above, coarser.get(group, NO_GROUP), line, column))
        return (
            bool((true.line(line).values if line else true.totals)[column])
            and not any(self._is_hidden(other) for other in hidden_with)
            and (above is None or not all(self._is_hidden(other) for other in beside))
            and not (together and all(self._is_hidden((grouping, group, *place)) for place in together))
        )

    def _wholes(self, line: str, column: str) -> Iterator[tuple[str, str]]:
        lines = self.shape.lines
        declared = next(c for c in self._columns(line) if c.code == column)
        if declared.part_of is not None:
            of_line = any(other.code == declared.part_of for other in self._columns(line))
            yield (line if of_line else ""), declared.part_of
        if lines is not None and line in lines.inside and column == lines.counted:
            yield lines.inside[line], column

    def _makes_up_with(self, line: str, column: str) -> Iterator[tuple[str, str]]:
        """Yield the counts that it makes up another with, itself among them, if there are any."""
        lines = self.shape.lines
        if lines is not None and line and lines.adds_up_to is not None and column == lines.counted:
            yield from ((letter.value, column) for letter in Letter)
        for other in self._columns(line):
            if column in other.sum_of:
                yield from ((line, name) for name in other.sum_of)
            if other.kind is Kind.COUNT and other.reveals and column in (other.code, *other.reveals):
                yield from ((line, name) for name in (other.code, other.reveals[1]))

    def _columns(self, line: str) -> tuple[Column, ...]:
        return self.shape.lines.columns if line and self.shape.lines is not None else self.shape.totals

    def _is_hidden(self, unknown: Unknown) -> bool:
        grouping, group, line, column = unknown
        found = next(other for other in self.shown[grouping] if other.group == group)
        return found.is_hidden(found.line(line) if line else None, column)


def figures(atom: Mapping[tuple[str, str], int], line: str, columns: Sequence[Column]) -> dict[str, Value]:
    """Return the figures of the totals or of a line; other than counts, any that are there where there are cases."""

    def value(name: str) -> int:
        other, dot, column = name.partition(".")
        place = (other, column) if dot else (line, name)
        return atom[place] if place in atom else atom["", name]

    found: dict[str, Value] = {}
    for column in columns:
        if column.kind is Kind.COUNT:
            found[column.code] = atom.get((line, column.code), 0)
        elif column.kind is Kind.SHARE:
            part, whole = (value(name) for name in column.reveals)
            found[column.code] = round(100 * part / whole, 2) if whole else None
        else:
            found[column.code] = 7.5 if value(column.reveals[0]) else None
    return found


def grouped(
    shape: Shape, atoms: Mapping[tuple[str, str], Atom], name: Callable[[str, str], str]
) -> list[Group]:
    """Return the answer whose groups `name` names by month and organisation."""
    sums: dict[str, Atom] = {}
    for (month, organisation), atom in atoms.items():
        total = sums.setdefault(name(month, organisation), {})
        for place, count in atom.items():
            total[place] = total.get(place, 0) + count
    return [
        Group(
            group,
            figures(atom, "", shape.totals),
            [Line(letter.value, figures(atom, letter.value, shape.lines.columns)) for letter in Letter]
            if shape.lines is not None
            else [],
        )
        for group, atom in sorted(sums.items())
    ]


@st.composite
def answers(draw: st.DrawFn, thresholds: Sequence[int] = (11,)) -> Answers:
    """Draw some cases and everything that can be asked about them."""
    shape, drawn = draw(st.sampled_from([(PARTITION, _partition()), (LABELS, _labels())]))
    months = MONTHS[: draw(st.integers(1, len(MONTHS)))]
    organisations = sorted(WAVES)[: draw(st.integers(1, len(WAVES)))]
    atoms = {(month, organisation): draw(drawn) for month in months for organisation in organisations}
    true = {
        "none": grouped(shape, atoms, lambda month, organisation: NO_GROUP),
        "month": grouped(shape, atoms, lambda month, organisation: month),
        "wave": grouped(shape, atoms, lambda month, organisation: WAVES[organisation]),
        "organisation": grouped(shape, atoms, lambda month, organisation: organisation),
    }
    threshold = draw(st.sampled_from(thresholds))
    shown = {
        grouping: hide_small(shape, groups, threshold, within=WAVES if grouping == "organisation" else None)
        for grouping, groups in true.items()
    }
    return Answers(shape, threshold, true, shown, WAVES)
