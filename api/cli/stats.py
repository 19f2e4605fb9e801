"""`filrouge stats`: durations, detection sources, outcomes, each with what it means written beneath it.

The figures are those of the read models, the same that the API gives. Without a name all three are printed, which
after `filrouge demo --national` is the published table.
"""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import output
from api.cli.opening import read_models_opened, settings
from api.cli.options import By, Json, Organisations, Since, Until, Waves, choice_of, day
from api.cli.shape import command, group
from api.cli.stats_answer import MEASURES, Answer, Asked
from api.cli.words import say, spoken

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from projections.reports import Statistic

app = group("stats", invoke_without_command=True)

Measure = Annotated[
    str,
    typer.Option("--measure", parser=choice_of(MEASURES), metavar="|".join(MEASURES), help="stats.measure"),
]
WeeklyFrom = Annotated[
    date | None, typer.Option("--weekly-from", parser=day, metavar="YYYY-MM-DD", help="stats.weekly_from")
]


def durations(
    ctx: typer.Context,
    organisation: Organisations = None,
    wave: Waves = None,
    since: Since = None,
    until: Until = None,
    by: By = None,
    measure: Measure = MEASURES[0],
    as_json: Json = False,
) -> None:
    """Print how long accompaniments last."""
    _refuse_options_before(ctx)
    _print(["durations"], as_json, organisation, wave, since, until, by, measure=measure)


def detection_sources(
    ctx: typer.Context,
    organisation: Organisations = None,
    wave: Waves = None,
    since: Since = None,
    until: Until = None,
    by: By = None,
    weekly_from: WeeklyFrom = None,
    as_json: Json = False,
) -> None:
    """Print where referrals come from."""
    _refuse_options_before(ctx)
    _print(["detection-sources"], as_json, organisation, wave, since, until, by, weekly_from=weekly_from)


def outcomes(
    ctx: typer.Context,
    organisation: Organisations = None,
    wave: Waves = None,
    since: Since = None,
    until: Until = None,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Print what came of the cases."""
    _refuse_options_before(ctx)
    _print(["outcomes"], as_json, organisation, wave, since, until, by)


@app.callback()
def every_statistic(
    ctx: typer.Context,
    organisation: Organisations = None,
    wave: Waves = None,
    since: Since = None,
    until: Until = None,
    by: By = None,
    weekly_from: WeeklyFrom = None,
    as_json: Json = False,
) -> None:
    """Print all three, when none is named."""
    if ctx.invoked_subcommand is None:
        names = ["detection-sources", "outcomes", "durations"]
        _print(names, as_json, organisation, wave, since, until, by, weekly_from=weekly_from)


def _refuse_options_before(ctx: typer.Context) -> None:
    """An option between `stats` and the statistic's name would silently filter nothing."""
    given = ctx.parent.params if ctx.parent is not None else {}
    if any(given.values()):
        raise typer.BadParameter(say("stats.options_after"))


def _print(
    names: list[str],
    as_json: bool,
    organisations: list[str] | None,
    waves: list[str] | None,
    since: date | None,
    until: date | None,
    by: str | None,
    **more: Any,
) -> None:
    from api.cli.stats_tables import print_answer
    from projections.reports import PeriodBackwards
    from projections.statistics import Filters, GroupBy

    filters = Filters(
        tuple(organisations or ()), tuple(waves or ()), since, until, GroupBy(by) if by else None
    )
    try:
        answers = _answers(names, Asked(filters, **more))
    except PeriodBackwards:
        raise typer.BadParameter(say("stats.period_backwards")) from None
    if as_json:
        written = [as_fields(answer) for answer in answers]
        output.write_json(written[0] if len(written) == 1 else {a["statistic"]: a for a in written})
        return
    for number, answer in enumerate(answers):
        if number:
            output.line()
        print_answer(answer)


def _answers(names: list[str], asked: Asked) -> list[Answer]:
    from adapters.database import reading
    from api.cli.register import require_registered
    from domain.vocabulary import Wave
    from projections.reports import STATISTICS

    for wave in asked.filters.waves:
        choice_of(tuple(Wave))(wave)
    with read_models_opened(settings()) as engine:
        require_registered(engine, asked.filters.organisations)
        with reading(engine) as connection:
            return [_answer(connection, STATISTICS[name], asked) for name in names]


def _answer(connection: "Connection", statistic: "Statistic", asked: Asked) -> Answer:
    from api.cli.stats_mature import mature

    figures = statistic.read(connection, asked.filters)
    return Answer(
        statistic.name,
        asked,
        statistic.definitions[spoken()],
        figures.covered,
        figures.groups,
        mature(connection, asked.filters) if statistic.name == "durations" else None,
    )


def as_fields(answer: Answer) -> dict[str, Any]:
    """Return an answer as the JSON that `--json` prints."""
    filters = answer.asked.filters
    fields = {
        "statistic": answer.name,
        "filters": {
            "organisations": filters.organisations,
            "waves": filters.waves,
            "from": filters.since,
            "to": filters.until,
            "by": filters.group_by.value if filters.group_by else None,
        },
        "definition": answer.definition,
        "covered": answer.covered,
        "groups": answer.groups,
    }
    return fields | {"mature": answer.mature} if answer.name == "durations" else fields


command(app, "durations", "stats.durations")(durations)
command(app, "detection-sources", "stats.detection-sources")(detection_sources)
command(app, "outcomes", "stats.outcomes")(outcomes)
