"""`filrouge export`: figures, rows and the event log in files, each with the manifest to make it again."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import output
from api.cli.opening import service_opened, settings
from api.cli.options import (
    AsOfDay,
    Basis,
    Json,
    Organisations,
    Since,
    Until,
    Waves,
    as_of_asked,
    choice_of,
    whole,
)
from api.cli.shape import command, group
from api.cli.words import number, say, spoken

if TYPE_CHECKING:
    from adapters.bootstrap import Service
    from adapters.exports.manifest import Order
    from adapters.exports.wanted import Format, Wanted

app = group("export", invoke_without_command=True)

_OPERATOR = "operator"
"""The account in whose name the command line makes a file, unless it is told another."""

_TABULAR = ("csv", "xlsx", "parquet")
_LOGS = ("xes", "ocel")
_GROUPINGS = ("week", "month", "organisation", "wave")
_MOST_DAYS = 3650

Output = Annotated[Path | None, typer.Option("--output", metavar="FILE", help="export.output")]
Force = Annotated[bool, typer.Option("--force", help="export.force")]
Author = Annotated[str, typer.Option("--author", metavar="ACCOUNT", help="export.author")]
Tabular = Annotated[
    str,
    typer.Option("--format", parser=choice_of(_TABULAR), metavar="|".join(_TABULAR), help="export.format"),
]
EventLog = Annotated[
    str, typer.Option("--format", parser=choice_of(_LOGS), metavar="|".join(_LOGS), help="export.format")
]


@app.callback()
def export(
    ctx: typer.Context,
    from_manifest: Annotated[
        Path | None, typer.Option("--from-manifest", metavar="FILE", help="export.from_manifest")
    ] = None,
    output_file: Output = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Make an export again, when a manifest is given instead of a command."""
    given = any((from_manifest, output_file, force, as_json))
    if ctx.invoked_subcommand is not None:
        if given:
            raise typer.BadParameter(say("export.options_after"))
        return
    if from_manifest is None:
        raise typer.BadParameter(say("export.what"))
    from adapters.exports.manifest import read

    manifest = read(from_manifest)
    with service_opened(settings()) as service:
        path = output_file or Path(manifest.file)
        _make(service, manifest.order, path, force=force, as_json=as_json, expected=manifest.sha256)


def statistic(
    name: Annotated[str, typer.Argument(metavar="NAME", help="export.statistic")],
    format_: Tabular = "csv",
    output_file: Output = None,
    organisation: Organisations = None,
    wave: Waves = None,
    since: Since = None,
    until: Until = None,
    by: Annotated[
        str | None,
        typer.Option("--by", parser=choice_of(_GROUPINGS), metavar="|".join(_GROUPINGS), help="option.by"),
    ] = None,
    maturity: Annotated[
        int | None,
        typer.Option("--maturity", parser=whole(1, _MOST_DAYS), metavar="DAYS", help="stats.maturity"),
    ] = None,
    as_of: AsOfDay = None,
    basis: Basis = None,
    author: Author = _OPERATOR,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Export a statistic."""
    from projections.statistics import GroupBy

    more = {"since": since, "until": until, "group_by": GroupBy(by) if by else None}
    _export(
        "statistic", name, format_, output_file, organisation, wave, as_of, basis, author, force, as_json,
        maturity=maturity, **more,
    )  # fmt: skip


def table(
    name: Annotated[str, typer.Argument(metavar="NAME", help="export.table")],
    format_: Tabular = "csv",
    output_file: Output = None,
    organisation: Organisations = None,
    wave: Waves = None,
    as_of: AsOfDay = None,
    basis: Basis = None,
    author: Author = _OPERATOR,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Export the rows of a read model."""
    _export("table", name, format_, output_file, organisation, wave, as_of, basis, author, force, as_json)


def events(
    format_: EventLog = "xes",
    output_file: Output = None,
    organisation: Organisations = None,
    wave: Waves = None,
    as_of: AsOfDay = None,
    basis: Basis = None,
    author: Author = _OPERATOR,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Export the event log."""
    _export("events", None, format_, output_file, organisation, wave, as_of, basis, author, force, as_json)


def _export(
    subject: str,
    name: str | None,
    format_: str,
    path: Path | None,
    organisations: list[str] | None,
    waves: list[str] | None,
    as_of: date | None,
    basis: str | None,
    author: str,
    force: bool,
    as_json: bool,
    *,
    maturity: int | None = None,
    **filters: Any,
) -> None:
    from adapters.exports.wanted import Subject, Wanted, names_of
    from api.cli.register import require_registered
    from domain.codes import is_account_code
    from domain.days import day_of
    from projections.statistics import Cohort, Filters

    if not is_account_code(author):
        raise typer.BadParameter(say("export.bad_author"))
    if name is not None:
        choice_of(names_of(Subject(subject)), "NAME")(name)
    then = as_of_asked(as_of, basis)
    with service_opened(settings()) as service:
        require_registered(service.engine, organisations or ())
        today = then.on if then else day_of(service.clock())
        cohort = Cohort.of(maturity, filters["until"], today) if maturity else None
        chosen = Filters(tuple(organisations or ()), tuple(waves or ()), cohort=cohort, **filters)
        wanted = Wanted(Subject(subject), _format(format_), name, chosen, then, spoken())
        order = _fixed(service, wanted, author)
        target = path or Path(f"{name or subject}-{order.position}{wanted.format.ending}")
        _make(service, order, target, force=force, as_json=as_json)


def _format(code: str) -> "Format":
    from adapters.exports.wanted import Format

    return next(one for one in Format if one.value == code)


def _fixed(service: "Service", wanted: "Wanted", author: str) -> "Order":
    """Fix what is wanted at the log's head. Raises typer.BadParameter for what does not go together."""
    from adapters.exports.manifest import Order
    from adapters.exports.pseudonyms import Pseudonyms
    from adapters.exports.wanted import NotExportable
    from adapters.log_head import head_of
    from projections.statistic import NoneMature, PeriodBackwards

    try:
        return Order.of(
            wanted,
            head_of(service.engine),
            author=author,
            at=service.clock(),
            threshold=service.settings.small_count_threshold,
            deadlines=service.settings.deadlines,
            pseudonyms=Pseudonyms(service.keys.pseudonym),
        )
    except NotExportable as refused:
        accepted = ", ".join(refused.accepted) or say("export.nothing")
        raise typer.BadParameter(say("export.not_offered", option=refused.field, accepted=accepted)) from None
    except PeriodBackwards:
        raise typer.BadParameter(say("stats.period_backwards")) from None
    except NoneMature:
        raise typer.BadParameter(say("stats.none_mature")) from None


def _make(
    service: "Service",
    order: "Order",
    path: Path,
    *,
    force: bool,
    as_json: bool,
    expected: str | None = None,
) -> None:
    from adapters.exports.make import Source, make
    from adapters.exports.manifest import beside
    from adapters.exports.pseudonyms import Pseudonyms
    from adapters.exports.wanted import Subject
    from api.cli.failure import Failed

    if not path.parent.is_dir():
        raise Failed(say("export.no_folder", folder=path.parent))
    source = Source(service.engine, Pseudonyms(service.keys.pseudonym))
    try:
        with output.progress("export.progress") as report:
            manifest = make(source, order, path, progress=report, overwrite=force, expected=expected)
    except FileExistsError:
        raise Failed(say("export.exists", path=path)) from None
    if as_json:
        output.write_json(manifest)
    else:
        output.tell(
            "export.done",
            path=path,
            rows=number(manifest.rows),
            size=number(manifest.size),
            digest=manifest.sha256,
        )
    output.note("export.manifest", path=beside(path))
    if order.subject is not Subject.STATISTIC:
        output.note("export.personal")


command(app, "statistic", "export.statistic")(statistic)
command(app, "table", "export.table")(table)
command(app, "events", "export.events")(events)
