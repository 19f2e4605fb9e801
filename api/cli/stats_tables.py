"""The tables of `filrouge stats`: the figures, and beneath them what they are."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from api.cli import output
from api.cli.stats_answer import Answer
from api.cli.words import day, number, percent, say, spoken
from domain.vocabulary import Outcome, Source, Wave
from projections.detection_sources import SourceGroup
from projections.durations import DurationFigures, DurationGroup, Measure
from projections.outcomes import OutcomeFigures, OutcomeGroup
from projections.statistics import GroupBy


def print_answer(answer: Answer) -> None:
    """Print one statistic: title, table, definition."""
    output.line(say(f"stats.title.{answer.name}"))
    output.line()
    _TABLES[answer.name](answer)
    output.line()
    _print_definition(answer)


# ---------------------------------------------------------------- detection sources


def _print_sources(answer: Answer) -> None:
    groups: list[SourceGroup] = answer.groups
    labels = {source.value: source.label(spoken()) for source in Source}
    if answer.asked.filters.group_by is None:
        [whole] = groups
        rows = [
            (labels.get(code, code), number(figures.cases), percent(figures.share))
            for code, figures in sorted(whole.sources.items(), key=lambda item: -item[1].cases)
        ]
        rows.append((say("stats.total"), number(whole.total), percent(100.0 if whole.total else None)))
        output.table(_headers("source", "referrals", "share"), rows, last_is_total=True)
        _print_weekly(answer, whole.total)
        return
    codes = list(dict.fromkeys(code for group in groups for code in group.sources)) or list(labels)
    headers = [_group_header(answer), say("stats.column.referrals"), *(labels.get(c, c) for c in codes)]
    _print_grouped(
        answer,
        headers,
        [
            (
                group,
                number(group.total),
                *(_count_and_share(group.sources[c].cases, group.sources[c].share) for c in codes),
            )
            for group in groups
        ],
    )


def _print_weekly(answer: Answer, total: int) -> None:
    """Print the average of a week. Where it starts is asked, not known: 35,433 people and 325 a week [001] make
    109 weeks, while the first cell was 176 weeks old.
    """
    since, until = answer.asked.weekly_from, answer.asked.filters.until
    if since is None or until is None or until < since:
        return
    weeks = ((until - since).days + 1) / 7
    output.line()
    output.line(
        say(
            "stats.weekly",
            each=number(total / weeks),
            weeks=number(weeks),
            since=day(since),
            until=day(until),
        )
    )


# ---------------------------------------------------------------- durations

_DURATION_COLUMNS: Final = ("n", "missing", "mean", "median", "p10", "p90", "within_90")


def _print_durations(answer: Answer) -> None:
    groups: list[DurationGroup] = answer.groups
    if answer.asked.filters.group_by is None:
        _print_measures(groups[0])
        if answer.mature is not None:
            output.line()
            output.line(
                say(
                    "stats.mature",
                    number=number(len(answer.mature.organisations)),
                    day=day(answer.mature.deployed_by),
                )
            )
            output.line()
            _print_measures(answer.mature.groups[0])
        return
    measure = Measure(answer.asked.measure)
    output.line(say("stats.measured", measure=measure.label(spoken())))
    output.line()
    headers = [_group_header(answer), *_headers("closed", "without_consent", "open", *_DURATION_COLUMNS)]
    _print_grouped(
        answer,
        headers,
        [
            (
                group,
                number(group.closed),
                number(group.closed_without_consent),
                number(group.open),
                *_duration_cells(group.measures[measure.value]),
            )
            for group in groups
        ],
    )


def _print_measures(whole: DurationGroup) -> None:
    rows = [
        (Measure(code).label(spoken()), *_duration_cells(figures)) for code, figures in whole.measures.items()
    ]
    output.table(_headers("measure", *_DURATION_COLUMNS), rows)
    output.line()
    output.line(
        say(
            "stats.closed_and_open",
            closed=number(whole.closed),
            open=number(whole.open),
            without=number(whole.closed_without_consent),
        )
    )


def _duration_cells(figures: DurationFigures) -> tuple[str, ...]:
    return (
        number(figures.n),
        number(figures.missing),
        number(figures.mean, 1),
        *(
            number(days, 0 if days is None or days == int(days) else 1)
            for days in (figures.median, figures.p10, figures.p90)
        ),
        _count_and_share(figures.within_90, figures.share_within_90),
    )


# ---------------------------------------------------------------- outcomes


def _print_outcomes(answer: Answer) -> None:
    groups: list[OutcomeGroup] = answer.groups
    labels = {outcome.value: outcome.label(spoken()) for outcome in Outcome}
    if answer.asked.filters.group_by is None:
        [whole] = groups
        rows = [(labels[code], *_outcome_cells(figures)) for code, figures in whole.outcomes.items()]
        output.table(_headers("outcome", "cases", "of_closed", "of_opened", "of_rights"), rows)
        output.line()
        output.line(say("stats.opened_and_closed", opened=number(whole.opened), closed=number(whole.closed)))
        return
    headers = [_group_header(answer), *_headers("opened", "closed"), *labels.values()]
    _print_grouped(
        answer,
        headers,
        [
            (
                group,
                number(group.opened),
                number(group.closed),
                *(
                    _count_and_share(group.outcomes[code].cases, group.outcomes[code].share_of_closed)
                    for code in labels
                ),
            )
            for group in groups
        ],
    )
    output.line()
    output.line(say("stats.shares_of_closed"))


def _outcome_cells(figures: OutcomeFigures) -> tuple[str, ...]:
    shares = (figures.share_of_closed, figures.share_of_opened, figures.share_of_parent)
    return (number(figures.cases), *map(percent, shares))


# ---------------------------------------------------------------- common


def _print_grouped(answer: Answer, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    if not rows:
        output.line(say("stats.empty"))
        return
    waves = {wave.value: wave.label(spoken()) for wave in Wave}
    by_wave = answer.asked.filters.group_by is GroupBy.WAVE
    named = [
        (waves.get(group.group, group.group) if by_wave else group.group, *cells) for group, *cells in rows
    ]
    output.table(headers, named)


def _print_definition(answer: Answer) -> None:
    filters, definition, covered = answer.asked.filters, answer.definition, answer.covered
    period = say(
        "stats.period",
        since=day(filters.since) if filters.since else say("stats.period.beginning"),
        until=day(filters.until) if filters.until else say("stats.period.today"),
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


def _headers(*names: str) -> list[str]:
    return [say(f"stats.column.{name}") for name in names]


def _group_header(answer: Answer) -> str:
    by = answer.asked.filters.group_by
    return by.label(spoken()) if by is not None else ""


def _count_and_share(count: int, share: float | None) -> str:
    return f"{number(count)} ({percent(share)})"


_TABLES: Final[dict[str, Callable[[Answer], None]]] = {
    "detection-sources": _print_sources,
    "durations": _print_durations,
    "outcomes": _print_outcomes,
}
