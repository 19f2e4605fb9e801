"""`filrouge stats`: the statistics, each with what it means written beneath it.

The figures are those of the read models, the same that the API gives. A command for each statistic that is declared,
with the options that it knows; without a name those of the published table are printed, which after
`filrouge demo --national` is that table.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import output, stats_compare
from api.cli.opening import read_models_opened, settings
from api.cli.options import (
    AsOfDay,
    Basis,
    By,
    Json,
    Organisations,
    Since,
    Until,
    Waves,
    choice_of,
    day,
    whole,
)
from api.cli.shape import Group, command, group, translate
from api.cli.words import say, spoken

if TYPE_CHECKING:
    from api.cli.stats_answer import Asked, Told
    from projections.statistic import Statistic

WeeklyFrom = Annotated[
    date | None, typer.Option("--weekly-from", parser=day, metavar="YYYY-MM-DD", help="stats.weekly_from")
]
Publishable = Annotated[bool, typer.Option("--publishable", help="stats.publishable")]


class _Statistics(Group):
    """The statistics' commands, made when one is asked for: they are declared far from the command line."""

    _made: Mapping[str, Any] | None = None

    @property
    def commands(self) -> Any:
        """The command of each statistic, in the language spoken."""
        if self._made is None:
            from projections.reports import STATISTICS

            self._made = _made(list(STATISTICS.values()))
        return self._made

    @commands.setter
    def commands(self, given: object) -> None:
        """Take nothing: what the library has to give is empty."""

    def below(self) -> Sequence[Any]:
        """Return nothing: what is below is in the language spoken already."""
        return ()


app = group("stats", invoke_without_command=True, cls=_Statistics)


@app.callback()
def every_published(
    ctx: typer.Context,
    organisation: Organisations = None,
    wave: Waves = None,
    since: Since = None,
    until: Until = None,
    by: By = None,
    weekly_from: WeeklyFrom = None,
    as_of: AsOfDay = None,
    basis: Basis = None,
    publishable: Publishable = False,
    as_json: Json = False,
) -> None:
    """Print those of the published table, when none is named."""
    if ctx.invoked_subcommand is not None:
        return
    from projections.reports import STATISTICS

    names = [statistic for statistic in STATISTICS.values() if statistic.published]
    _print(
        names,
        as_json,
        organisation=organisation,
        wave=wave,
        since=since,
        until=until,
        by=by,
        weekly_from=weekly_from,
        as_of=as_of,
        basis=basis,
        publishable=publishable,
    )


def _made(statistics: Sequence["Statistic"]) -> Mapping[str, Any]:
    from typer.main import get_command

    below = group("stats")
    for statistic in statistics:
        key = f"stats.{statistic.name}"
        command(below, statistic.name, "stats.each")(_command(statistic, key))
    command(below, "compare", "stats.compare")(stats_compare.compare)
    below.callback()(lambda: None)
    made: Mapping[str, Any] = get_command(below).commands  # type: ignore[attr-defined]
    translate(made["compare"])
    for statistic in statistics:
        one = made[statistic.name]
        translate(one)
        one.help = f"{statistic.title[spoken()]}. {statistic.about[spoken()]}"
        one.epilog = "\n" + say("help.stats.each.examples", name=statistic.name, by=statistic.groupings[-1])
    return made


def _command(statistic: "Statistic", key: str) -> Any:
    def run(ctx: typer.Context, as_json: bool, **given: Any) -> None:
        _refuse_options_before(ctx)
        _print([statistic], as_json, **given)

    parameters = list(_parameters(statistic))
    run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    run.__name__ = key
    return run


def _parameters(statistic: "Statistic") -> Iterator[Parameter]:
    """Yield the options that a statistic knows."""
    groupings = tuple(by.value for by in statistic.groupings)
    yield _parameter("ctx", typer.Context, default=Parameter.empty)
    yield _parameter("organisation", Organisations)
    yield _parameter("wave", Waves)
    yield _parameter("since", Since)
    yield _parameter("until", Until)
    yield _parameter("by", _choice("--by", groupings, "option.by"))
    if statistic.cohort is not None:
        from projections.statistics import MAX_MATURITY

        days = typer.Option(
            "--maturity", parser=whole(1, MAX_MATURITY), metavar="DAYS", help="stats.maturity"
        )
        yield _parameter("maturity", Annotated[int | None, days])
    if statistic.weekly is not None:
        yield _parameter("weekly_from", WeeklyFrom)
    lines = statistic.shape.lines
    if lines is not None:
        codes = tuple(member.value for member in lines.codes)
        yield _parameter("line", _choice("--line", codes, "stats.line", metavar="CODE"))
        columns = tuple(column.code for column in lines.columns)
        yield _parameter("column", _choice("--column", columns, "stats.column", metavar="CODE"))
    yield _parameter("as_of", AsOfDay)
    yield _parameter("basis", Basis)
    yield _parameter("publishable", Publishable, default=False)
    yield _parameter("as_json", Json, default=False)


def _parameter(name: str, annotation: Any, *, default: Any = None) -> Parameter:
    return Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=annotation)


def _choice(option: str, codes: tuple[str, ...], key: str, metavar: str | None = None) -> Any:
    shown = metavar or "|".join(codes)
    return Annotated[str | None, typer.Option(option, parser=choice_of(codes), metavar=shown, help=key)]


def _refuse_options_before(ctx: typer.Context) -> None:
    """An option between `stats` and the statistic's name would silently filter nothing."""
    given = ctx.parent.params if ctx.parent is not None else {}
    if any(given.values()):
        raise typer.BadParameter(say("stats.options_after"))


def _print(statistics: Sequence["Statistic"], as_json: bool, **given: Any) -> None:
    from api.cli.stats_answer import Asked
    from api.cli.stats_tables import print_answer
    from projections.statistic import NoneMature, PeriodBackwards

    try:
        answers = _answers(statistics, Asked.of(**given))
    except PeriodBackwards:
        raise typer.BadParameter(say("stats.period_backwards")) from None
    except NoneMature:
        raise typer.BadParameter(say("stats.none_mature")) from None
    if as_json:
        written = {told.answer.statistic.name: told.as_json(spoken()) for told in answers}
        output.write_json(next(iter(written.values())) if len(written) == 1 else written)
        return
    for number, told in enumerate(answers):
        if number:
            output.line()
        print_answer(told)


def _answers(statistics: Sequence["Statistic"], asked: "Asked") -> list["Told"]:
    from adapters.figure_source import FigureSources
    from api.cli.register import require_registered
    from api.cli.stats_answer import told

    chosen = settings()
    with read_models_opened(chosen) as engine:
        require_registered(engine, asked.organisations)
        models = {model.name: model for statistic in statistics for model in statistic.models}
        sources = FigureSources(engine, chosen.deadlines)
        with (
            closing(sources),
            output.progress("stats.progress") as report,
            sources.open(list(models.values()), asked.as_of, report) as source,
        ):
            hidden_below = chosen.small_count_threshold if asked.publishable else None
            return [told(source, statistic, asked, hidden_below) for statistic in statistics]
