"""Organisations held against the limits of chance, as a table: those outside first, none ranked by its figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.pages.charts.numbers import figure
from api.pages.charts.pictures import PICTURES
from api.pages.charts.reading import compared
from api.pages.statistics.tables import NOTHING, heading
from api.views.statistics import ColumnView, FunnelView, LimitsView, PositionView, StatisticView
from projections.comparison import INNER, OUTER, Verdict
from projections.figures import Kind
from projections.statistics import GroupBy
from workflows.labels import Language

_ORDER: Final = (
    Verdict.FAR_ABOVE,
    Verdict.FAR_BELOW,
    Verdict.ABOVE,
    Verdict.BELOW,
    Verdict.WITHIN,
    Verdict.TOO_SMALL,
)
_TAGS: Final = {
    Verdict.FAR_ABOVE: "bad",
    Verdict.FAR_BELOW: "bad",
    Verdict.ABOVE: "warn",
    Verdict.BELOW: "warn",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A comparison that may be chosen: its name in the address, and what is compared."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Position:
    """An organisation: its cases and its figure (none: withheld), the limits at its size, where it lies and its tag."""

    label: str
    n: str | None
    value: str | None
    inner: str
    outer: str
    verdict: str
    tag: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison, and the others that may be chosen instead; what each pair of limits holds, written."""

    name: str
    label: str
    overall: str | None
    positions: tuple[Position, ...]
    choices: tuple[Choice, ...]
    inner: str
    outer: str

    @property
    def withholds(self) -> bool:
        """Tell whether any figure of it is withheld."""
        return self.overall is None or any(position.n is None for position in self.positions)


def comparison_of(view: StatisticView, asked: str | None, language: Language) -> Comparison | None:
    """Return the comparison that is asked for by its name, else the one that the chart draws, else the first."""
    if not view.comparison:
        return None
    named = {name_of(funnel): funnel for funnel in view.comparison}
    picture = PICTURES[view.statistic].get(GroupBy.ORGANISATION)
    drawn = compared(view, picture) if picture is not None else None
    chosen = named.get(asked or "") or drawn or view.comparison[0]
    column = _column(view, chosen)
    return Comparison(
        name_of(chosen),
        _label(view, chosen),
        None if chosen.overall is None else figure(chosen.overall, column.kind, language),
        tuple(_position(one, column.kind, language) for one in _in_order(chosen.organisations)),
        tuple(Choice(name, _label(view, funnel)) for name, funnel in named.items()),
        *(figure(100 * share, Kind.SHARE, language) for share in (INNER, OUTER)),
    )


def name_of(funnel: FunnelView) -> str:
    """Return the name of a comparison: its column, and its line if it is of one."""
    return f"{funnel.column}.{funnel.line}" if funnel.line else funnel.column


def _in_order(found: Sequence[PositionView]) -> list[PositionView]:
    places = {verdict.value: place for place, verdict in enumerate(_ORDER)}

    def place(position: PositionView) -> tuple[int, str]:
        return places.get(position.verdict.code, len(places)) if position.verdict else len(
            places
        ), position.label

    return sorted(found, key=place)


def _position(found: PositionView, kind: Kind, language: Language) -> Position:
    inner, outer = _written(found.limits, kind, language)
    verdict = Verdict(found.verdict.code) if found.verdict else None
    return Position(
        found.label,
        None if found.n is None else figure(found.n, Kind.COUNT, language),
        None if found.n is None else NOTHING if found.value is None else figure(found.value, kind, language),
        inner,
        outer,
        found.verdict.label if found.verdict else NOTHING,
        _TAGS.get(verdict, "") if verdict else "",
    )


def _written(limits: LimitsView | None, kind: Kind, language: Language) -> tuple[str, str]:
    if limits is None:
        return NOTHING, NOTHING
    pairs = ((limits.lower_95, limits.upper_95), (limits.lower_998, limits.upper_998))
    inner, outer = (f"{figure(low, kind, language)} – {figure(high, kind, language)}" for low, high in pairs)
    return inner, outer


def _column(view: StatisticView, funnel: FunnelView) -> ColumnView:
    return next(column for column in view.columns if column.code == funnel.column)


def _label(view: StatisticView, funnel: FunnelView) -> str:
    column = heading(_column(view, funnel))
    lines = view.overall.lines if view.overall else []
    line = next((line.label for line in lines if line.code == funnel.line), None)
    return f"{line} – {column}" if line else column
