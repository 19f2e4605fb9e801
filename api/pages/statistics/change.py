"""What changed between two pasts of a statistic, as rows of a table and as events counted by what happened."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.past_difference import Difference, Explaining
from api.pages.charts.numbers import figure
from api.pages.statistics.tables import NOTHING
from domain.event_words import event_label
from projections.figures import Column, Group, Kind, Shape, Value
from projections.statistic import Statistic
from workflows.labels import Language

_LEAST: Final = 0.1
"""The least difference that is written as one."""


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is not the same in both pasts."""

    label: str
    before: str
    after: str
    change: str


@dataclass(frozen=True, slots=True)
class Counted:
    """So many events of a kind count in one past only: in the later one, or in the earlier one."""

    label: str
    times: int
    appeared: bool


def changes(statistic: Statistic, found: Difference, language: Language) -> list[Change]:
    """Return the figures that changed, in the order of the statistic's columns."""
    rows = []
    for label, column, was, is_ in _figures(statistic.shape, found, language):
        if was != is_:
            rows.append(
                Change(
                    label,
                    _written(column, was, language),
                    _written(column, is_, language),
                    _change(column, was, is_, language),
                )
            )
    return rows


def counted(events: Sequence[Explaining], language: Language) -> list[Counted]:
    """Return how many events of each kind explain it, the most first."""
    topics = Counter((one.appeared, one.event.data.topic) for one in events)
    ordered = sorted(topics.items(), key=lambda item: (-item[1], item[0]))
    return [Counted(event_label(topic, language), times, appeared) for (appeared, topic), times in ordered]


def _figures(
    shape: Shape, found: Difference, language: Language
) -> Iterator[tuple[str, Column, Value, Value]]:
    [before], [after] = found.before, found.after
    for column in shape.totals:
        yield column.label(language), column, before.totals.get(column.code), after.totals.get(column.code)
    if shape.lines is None:
        return
    for code in dict.fromkeys(line.code for group in (before, after) for line in group.lines):
        named = shape.lines.label_of(code, language)
        for column in shape.own:
            yield (
                f"{named} – {column.label(language)}",
                column,
                _of(before, code, column),
                _of(after, code, column),
            )


def _of(group: Group, code: str, column: Column) -> Value:
    line = group.line_or_none(code)
    return line.values.get(column.code) if line is not None else None


def _written(column: Column, value: Value, language: Language) -> str:
    return NOTHING if value is None else figure(value, column.kind, language)


def _change(column: Column, was: Value, is_: Value, language: Language) -> str:
    """Write a change with its sign; of a share, in points."""
    if was is None or is_ is None:
        return NOTHING
    change = is_ - was
    kind = Kind.RATE if column.kind is Kind.SHARE else column.kind
    points = " pt" if column.kind is Kind.SHARE else ""
    if abs(change) < _LEAST:
        return f"< {figure(_LEAST, kind, language)}{points}"
    sign = "+" if change > 0 else "\N{MINUS SIGN}"
    return f"{sign}{figure(abs(change), kind, language)}{points}"
