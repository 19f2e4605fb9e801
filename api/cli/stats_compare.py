"""`filrouge stats compare NAME`: a statistic as of two past days, and the events that make the difference."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from api.cli import output
from api.cli.opening import database_opened, settings
from api.cli.options import Json, Organisations, Since, Until, Waves, as_of_asked, choice_of, day, whole
from api.cli.words import day as day_in_words
from api.cli.words import instant, number, say, spoken

if TYPE_CHECKING:
    from adapters.past_difference import Difference, Explaining
    from domain.as_of import AsOf
    from projections.figures import Column, Group, Value
    from projections.statistic import Statistic

_SHOWN: Final = 40
"""Events that are listed unless more are asked for."""

TwoDays = Annotated[
    list[date], typer.Option("--as-of", parser=day, metavar="YYYY-MM-DD", help="stats.compare.as_of")
]
TwoBases = Annotated[
    list[str] | None,
    typer.Option(
        "--basis",
        parser=choice_of(("happened", "recorded")),
        metavar="happened|recorded",
        help="stats.compare.basis",
    ),
]
Limit = Annotated[
    int, typer.Option("--limit", parser=whole(0, 1_000_000), metavar="N", help="stats.compare.limit")
]


def compare(
    name: Annotated[str, typer.Argument(metavar="NAME", help="stats.compare.name")],
    as_of: TwoDays,
    basis: TwoBases = None,
    organisation: Organisations = None,
    wave: Waves = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = _SHOWN,
    as_json: Json = False,
) -> None:
    """Print the figures of two pasts side by side, and the events that count in one of them only."""
    from adapters.figure_source import FigureSources
    from adapters.past_difference import difference
    from api.cli.register import require_registered
    from projections.reports import STATISTICS
    from projections.statistic import PeriodBackwards
    from projections.statistics import Filters

    statistic = STATISTICS[choice_of(tuple(STATISTICS), "NAME")(name)]
    before, after = _pasts(as_of, basis or [])
    filters = Filters(tuple(organisation or ()), tuple(wave or ()), since, until)
    chosen = settings()
    with database_opened(chosen) as engine:
        require_registered(engine, filters.organisations)
        sources = FigureSources(engine, chosen.deadlines)
        with closing(sources), output.progress("stats.progress") as report:
            try:
                found = difference(engine, sources, statistic, filters, before, after, report)
            except PeriodBackwards:
                raise typer.BadParameter(say("stats.period_backwards")) from None
    if as_json:
        output.write_json(_as_json(statistic, before, after, found))
    else:
        _print(statistic, before, after, found, limit)


def _pasts(days: list[date], bases: list[str]) -> "tuple[AsOf, AsOf]":
    """Return the two pasts: two days, or one day by both of its bases. Raises BadParameter."""
    if len(days) == 1 and len(set(bases)) == 2:
        days = days * 2
    if len(days) != 2 or len(bases) > 2:
        raise typer.BadParameter(say("stats.compare.two"))
    first, second = (bases * 2)[:2] if bases else (None, None)
    before, after = as_of_asked(days[0], first), as_of_asked(days[1], second)
    if before is None or after is None or before == after:
        raise typer.BadParameter(say("stats.compare.two"))
    return before, after


def _figures(
    statistic: "Statistic", found: "Difference"
) -> "Iterator[tuple[str | None, Column, Value, Value]]":
    """Yield each figure: its line (none: a total), its column, and its two values."""
    [before], [after] = found.before, found.after
    for column in statistic.shape.totals:
        yield None, column, before.totals.get(column.code), after.totals.get(column.code)
    for code in dict.fromkeys(line.code for group in (before, after) for line in group.lines):
        for column in statistic.shape.own:
            yield code, column, _value(before, code, column), _value(after, code, column)


def _value(group: "Group", code: str, column: "Column") -> "Value":
    return next((line.values.get(column.code) for line in group.lines if line.code == code), None)


def _print(statistic: "Statistic", before: "AsOf", after: "AsOf", found: "Difference", limit: int) -> None:
    from api.cli.stats_tables import written

    output.line(statistic.title[spoken()].upper())
    for as_of in (before, after):
        output.line(_named(as_of))
    output.line()
    rows = []
    for code, column, was, is_ in _figures(statistic, found):
        if was == is_:
            continue
        what = column.label(spoken())
        if code is not None and statistic.shape.lines is not None:
            what = f"{statistic.shape.lines.label_of(code, spoken())} : {what}"
        rows.append((what, written(column.kind, was), written(column.kind, is_), _change(column, was, is_)))
    if not rows:
        output.line(say("stats.compare.alike"))
    else:
        headers = [day_in_words(before.on), day_in_words(after.on)]
        if before.on == after.on:
            headers = [before.basis.label(spoken()), after.basis.label(spoken())]
        output.table(("", *headers, say("stats.compare.change")), rows)
    output.line()
    _print_events(found, limit)


def _change(column: "Column", was: "Value", is_: "Value") -> str:
    from api.cli.stats_tables import written
    from projections.figures import Kind

    if was is None or is_ is None:
        return written(column.kind, None)
    change = round(is_ - was, 2)
    sign = "+" if change > 0 else ""
    if column.kind is Kind.SHARE:
        return say("stats.compare.points", change=f"{sign}{number(change, 1)}")
    return f"{sign}{written(column.kind, change)}"


def _print_events(found: "Difference", limit: int) -> None:
    from domain.event_words import event_label

    output.line(say("stats.compare.because", cases=number(found.cases), events=number(len(found.events))))
    topics = Counter((one.appeared, one.event.data.topic) for one in found.events)
    for (appeared, topic), times in sorted(topics.items(), key=lambda item: (-item[1], item[0])):
        output.line(f"  {'+' if appeared else '-'} {number(times)} × {event_label(topic, spoken())}")
    if found.events and limit:
        output.line()
    for one in found.events[:limit]:
        output.line(_in_words(one))
    if 0 < limit < len(found.events):
        output.line(say("stats.compare.more", more=number(len(found.events) - limit)))


def _in_words(one: "Explaining") -> str:
    from domain.event_words import event_label

    return say(
        "stats.compare.event",
        sign="+" if one.appeared else "-",
        position=number(one.position),
        case=one.event.originator_id,
        label=event_label(one.event.data.topic, spoken()),
        on=day_in_words(one.event.occurred_on),
        at=instant(one.event.recorded_at),
    )


def _named(as_of: "AsOf") -> str:
    return say("stats.as_of", on=day_in_words(as_of.on), basis=as_of.basis.label(spoken()))


def _as_json(statistic: "Statistic", before: "AsOf", after: "AsOf", found: "Difference") -> dict[str, Any]:
    return {
        "statistic": statistic.name,
        "before": {"on": before.on, "basis": before.basis.value},
        "after": {"on": after.on, "basis": after.basis.value},
        "figures": [
            {"line": line, "column": column.code, "before": was, "after": is_}
            for line, column, was, is_ in _figures(statistic, found)
        ],
        "cases": found.cases,
        "events": [
            {
                "position": one.position,
                "case_id": one.event.originator_id,
                "version": one.event.originator_version,
                "topic": one.event.data.topic,
                "occurred_on": one.event.occurred_on,
                "recorded_at": one.event.recorded_at,
                "counts_in": "after" if one.appeared else "before",
            }
            for one in found.events
        ],
    }
