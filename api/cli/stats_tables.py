"""The tables of `filrouge stats`: the figures, and beneath them what they are. One printer for every statistic."""

from collections.abc import Iterable, Sequence
from typing import Final

from api.cli import output
from api.cli.stats_answer import Told
from api.cli.words import day, euros, number, percent, say, spoken
from domain.vocabulary import Wave
from projections.comparison import MINIMUM, Verdict
from projections.figures import Column, Group, Kind, Line, Value
from projections.statistics import GroupBy

_SIGNS: Final = {
    Verdict.FAR_ABOVE: "++",
    Verdict.ABOVE: "+",
    Verdict.WITHIN: "",
    Verdict.BELOW: "-",
    Verdict.FAR_BELOW: "--",
    Verdict.TOO_SMALL: "?",
}


def print_answer(told: Told) -> None:
    """Print one statistic: title, table, definition."""
    output.line(told.answer.statistic.title[spoken()].upper())
    _print_standing(told)
    output.line()
    if told.answer.filters.group_by is None:
        _print_whole(told, told.answer.groups[0])
        _print_weekly(told)
        _print_mature(told)
    elif told.answer.groups:
        _Grouped(told).print()
    else:
        output.line(say("stats.empty"))
    if told.answer.hidden_below is not None:
        output.line()
        output.line(say("stats.hidden", mark=_HIDDEN, least=told.answer.hidden_below))
    output.line()
    _print_definition(told)


def _print_standing(told: Told) -> None:
    """Say of when the figures are, where that is not the present."""
    if (as_of := told.source.as_of) is not None:
        output.line(say("stats.as_of", on=day(as_of.on), basis=as_of.basis.label(spoken())))
    if told.source.stale:
        output.line(say("stats.stale", models=", ".join(told.source.stale)))
    if told.source.parked:
        output.line(say("stats.parked", cases=number(told.source.parked)))


# ---------------------------------------------------------------- ungrouped


def _print_whole(told: Told, group: Group) -> None:
    """Print a line a row, and the totals beneath; a statistic without lines, a total a row."""
    shape = told.answer.statistic.shape
    if shape.lines is None:
        rows = [(_label(column), _figure(column, group)) for column in shape.totals]
        output.table(("", say("stats.figure")), rows)
        return
    columns = _columns(told, shape.lines.columns)
    lines = [line for line in group.lines if told.asked.line in (None, line.code)]
    rows_of_lines = [
        (_line(told, line.code), *(_figure(column, group, line) for column in columns)) for line in lines
    ]
    total = _total_row(told, columns, group)
    headers = [shape.lines.label(spoken()), *map(_label, columns)]
    output.table(headers, [*rows_of_lines, *total], last_is_total=bool(total))
    beneath = [column for column in shape.totals if column.code != shape.lines.adds_up_to]
    if beneath:
        output.line()
        output.line(" · ".join(_named(_label(column), _figure(column, group)) for column in beneath))


def _total_row(told: Told, columns: Sequence[Column], group: Group) -> list[tuple[str, ...]]:
    """Return the row of what the lines add up to, if they do; a share of it is then all of it."""
    lines = told.answer.statistic.shape.lines
    if lines is None or lines.adds_up_to is None or told.asked.line is not None:
        return []
    whole = told.answer.statistic.shape.columns()[lines.adds_up_to]
    of_whole = {lines.counted, lines.adds_up_to}
    cells = []
    for column in columns:
        if column.code == lines.counted:
            cells.append(_figure(whole, group))
        elif column.kind is Kind.SHARE and set(column.reveals) == of_whole:
            hidden = group.is_hidden(None, whole.code)
            cells.append(_HIDDEN if hidden else percent(100.0 if group.totals[whole.code] else None))
        else:
            cells.append("")
    return [(say("stats.total"), *cells)]


def _print_weekly(told: Told) -> None:
    """Print the average of a week. Where it starts is asked, not known: 35,433 people and 325 a week [001] make
    109 weeks, while the first cell was 176 weeks old.
    """
    statistic, since, until = told.answer.statistic, told.asked.weekly_from, told.asked.until
    if statistic.weekly is None or since is None or until is None or until < since:
        return
    column = statistic.shape.columns()[statistic.weekly]
    total = told.answer.groups[0].totals[statistic.weekly]
    weeks = ((until - since).days + 1) / 7
    output.line()
    output.line(
        say(
            "stats.weekly",
            each=number(None if total is None else total / weeks),
            what=_label(column).lower(),
            weeks=number(weeks),
            since=day(since),
            until=day(until),
        )
    )


def _print_mature(told: Told) -> None:
    found = told.answer.mature
    if found is None:
        return
    output.line()
    output.line(say("stats.mature", number=number(len(found.organisations)), day=day(found.deployed_by)))
    output.line()
    _print_whole(told, found.group)


# ---------------------------------------------------------------- grouped


class _Grouped:
    """A table with a row a group: its totals, then one line's columns, else one column of every line."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._statistic = told.answer.statistic
        self._verdicts = {
            (funnel.column, funnel.line, position.group): position.verdict
            for funnel in told.answer.funnels
            for position in funnel.positions
        }
        self._lines = self._shown_lines()
        self._in_words = len(self._lines) <= 1
        self._columns = self._shown_columns()

    def print(self) -> None:
        """Print it, and what its signs mean."""
        by = self._told.answer.filters.group_by
        lines = self._statistic.shape.lines
        if lines is not None:
            one = self._in_words or len(self._columns) != 1
            title = _line(self._told, self._lines[0]) if one else _label(self._columns[0])
            output.line(_named(lines.label(spoken()) if one else say("stats.shown"), title))
            output.line()
        headers = [by.label(spoken()) if by else "", *map(_label, self._statistic.shape.totals)]
        headers += self._headers()
        groups = [(self._group(group.group), group) for group in self._told.answer.groups]
        overall = self._told.answer.overall
        if overall is not None:
            groups.append((say("stats.overall"), overall))
        rows = [(name, *self._cells(group)) for name, group in groups]
        output.table(headers, rows, last_is_total=overall is not None)
        if self._compared():
            output.line()
            output.line(say("stats.funnel" if self._in_words else "stats.signs", least=MINIMUM))

    def _shown_lines(self) -> list[str]:
        lines, asked = self._statistic.shape.lines, self._told.asked.line
        if lines is None:
            return []
        if asked is not None:
            return [asked]
        return list(dict.fromkeys(line.code for group in self._told.answer.groups for line in group.lines))

    def _shown_columns(self) -> list[Column]:
        """Return those of the line that is shown; of several lines the one asked for, else the one to compare by."""
        lines, asked = self._statistic.shape.lines, self._told.asked.column
        if lines is None:
            return list(self._statistic.shape.totals)
        if asked is None and self._in_words:
            return list(lines.columns)
        comparable = [column for column, line, _ in self._verdicts if line is not None]
        main = lines.main or lines.counted
        code = asked or (main if main in comparable or not comparable else comparable[0])
        return [column for column in lines.columns if column.code == code]

    def _headers(self) -> Iterable[str]:
        if self._statistic.shape.lines is not None and not self._in_words:
            return [_line(self._told, code) for code in self._lines]
        shown = self._columns if self._statistic.shape.lines is not None else []
        return [*map(_label, shown), *(say("stats.against", column=_label(c)) for c in self._compared())]

    def _compared(self) -> list[Column]:
        return [column for column in self._columns if any(column.code == code for code, *_ in self._verdicts)]

    def _cells(self, group: Group) -> Iterable[str]:
        for column in self._statistic.shape.totals:
            yield _figure(column, group)
        if self._statistic.shape.lines is None:
            yield from (self._verdict(column, None, group) for column in self._compared())
            return
        for code in self._lines:
            line = group.line_or_none(code)
            for column in self._columns:
                figure = _figure(column, group, line) if line is not None else "–"
                yield figure if self._in_words else figure + self._sign(column, code, group)
            if self._in_words:
                yield from (self._verdict(column, code, group) for column in self._compared())

    def _verdict(self, column: Column, line: str | None, group: Group) -> str:
        verdict = self._verdicts.get((column.code, line, group.group))
        return verdict.label(spoken()) if verdict else ""

    def _sign(self, column: Column, line: str, group: Group) -> str:
        """Return the sign that follows a figure, as wide for all of them: the figures stay in line."""
        if not self._compared():
            return ""
        verdict = self._verdicts.get((column.code, line, group.group))
        return f" {_SIGNS[verdict] if verdict else '':<2}"

    def _group(self, name: str) -> str:
        if self._told.answer.filters.group_by is not GroupBy.WAVE:
            return name
        return next((wave.label(spoken()) for wave in Wave if wave.value == name), name)


# ---------------------------------------------------------------- common

_HIDDEN: Final = "s"


def _columns(told: Told, columns: Sequence[Column]) -> list[Column]:
    return [column for column in columns if told.asked.column in (None, column.code)]


def _named(name: str, value: str) -> str:
    return say("stats.named", name=name, value=value)


def _label(column: Column) -> str:
    return column.label(spoken())


def _line(told: Told, code: str) -> str:
    lines = told.answer.statistic.shape.lines
    return lines.label_of(code, spoken()) if lines is not None else code


def _figure(column: Column, group: Group, line: Line | None = None) -> str:
    """Write a figure as what it is."""
    if group.is_hidden(line, column.code):
        return _HIDDEN
    return written(column.kind, group.value(line, column.code))


def written(kind: Kind, value: Value) -> str:
    """Write a value of some kind; a dash for none."""
    if value is None:
        return "–"
    match kind:
        case Kind.SHARE:
            return percent(value)
        case Kind.CENTS:
            return euros(int(value))
        case Kind.DAYS | Kind.RATE:
            return number(value, 0 if value == int(value) else 1)
        case Kind.COUNT:
            return number(value)


def _print_definition(told: Told) -> None:
    filters, covered = told.answer.filters, told.answer.covered
    definition = told.answer.statistic.definition(filters, spoken())
    last = filters.until
    if filters.cohort is not None:
        last = min(last or filters.cohort.consented_by, filters.cohort.consented_by)
    period = say(
        "stats.period" if filters.cohort is None else "stats.period.cohort",
        since=day(filters.since) if filters.since else say("stats.period.beginning"),
        until=day(last) if last else say("stats.period.today"),
        maturity=filters.cohort.maturity if filters.cohort else "",
    )
    organisations = say(
        "stats.organisations", asked=covered.organisations_asked, found=covered.organisations_with_cases
    )
    lines = {
        "unit": definition.unit,
        "numerator": definition.numerator,
        "denominator": definition.denominator,
        "date_basis": definition.date_basis,
        "period": period,
        "organisations": organisations,
        "missing": definition.missing,
        "source": definition.source,
    }
    for name, text in lines.items():
        output.line(say(f"stats.definition.{name}", text=text))
