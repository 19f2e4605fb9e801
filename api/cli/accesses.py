"""`filrouge accesses`: who read about whom, and why they could; and the end of what was kept long enough.

Looking is recorded in its turn, as the operator's.
"""

from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import output
from api.cli.opening import database_opened, settings
from api.cli.options import Json, Since, Until, choice, whole
from api.cli.output import note, tell
from api.cli.shape import command, group
from api.cli.words import day, instant, label_of, number, say, spoken
from domain.accesses import AccessKind, GlassReason, Ground, reader_label

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from adapters.accesses import AccessFilters, RecordedAccess

app = group("accesses", invoke_without_command=True)


@app.callback()
def accesses(
    ctx: typer.Context,
    case_id: Annotated[str | None, typer.Option("--case", metavar="CASE", help="accesses.case")] = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="ACCOUNT", help="accesses.account")
    ] = None,
    organisation: Annotated[
        str | None, typer.Option("--organisation", "-o", metavar="CODE", help="accesses.organisation")
    ] = None,
    kind: Annotated[
        AccessKind | None,
        typer.Option("--kind", parser=choice(AccessKind), metavar="CODE", help="accesses.kind"),
    ] = None,
    break_glass: Annotated[bool, typer.Option("--break-glass", help="accesses.break_glass")] = False,
    since: Since = None,
    until: Until = None,
    limit: Annotated[
        int, typer.Option("--limit", parser=whole(1, 1_000_000), metavar="N", help="accesses.limit")
    ] = 50,
    after: Annotated[str | None, typer.Option("--after", metavar="ID", help="accesses.after")] = None,
    as_json: Json = False,
) -> None:
    """Print the log of accesses, the latest first."""
    if ctx.invoked_subcommand is not None:
        return
    from adapters.accesses import AccessFilters
    from domain.days import end_of

    if since is not None and until is not None and since > until:
        raise typer.BadParameter(say("accesses.backwards"))
    asked = AccessFilters(
        organisation,
        None if case_id is None else [case_id],
        account,
        kind,
        Ground.BREAK_GLASS if break_glass else None,
        _start_of(since),
        None if until is None else end_of(until),
        after,
        limit + 1,
    )
    with database_opened(settings()) as engine:
        found = _read(engine, asked, case_id, organisation)
    shown, more = found[:limit], len(found) > limit
    if as_json:
        output.write_json({"accesses": [asdict(one) for one in shown], "more": more})
    elif not shown:
        tell("accesses.none")
    else:
        headers = ("at", "who", "role", "organisation", "kind", "ground", "case")
        output.table([say(f"accesses.column.{name}") for name in headers], list(map(_row, shown)), texts=7)
    if more:
        note("accesses.more", after=shown[-1].access_id)


def _read(
    engine: "Engine", asked: "AccessFilters", case_id: str | None, organisation: str | None
) -> "list[RecordedAccess]":
    """Return what is asked for, and record that it was. Raises CaseNotFound, AccessNotRecorded."""
    from adapters import accesses as log
    from adapters.database import reading
    from api.cli.register import require_registered
    from domain.errors import CaseNotFound
    from domain.use_cases import system_clock
    from projections import case as cases

    require_registered(engine, [organisation] if organisation else [])
    with reading(engine) as connection:
        people = cases.people_of(connection, [case_id] if case_id else [])
        if case_id is not None and not people:
            raise CaseNotFound(case_id)
        found = log.listed(connection, asked)
    log.record_for_operator(engine, AccessKind.ACCESSES, people, system_clock())
    return found


def purge(as_json: Json = False) -> None:
    """Remove what was kept as long as the settings say; `filrouge serve` does so by itself."""
    from adapters import accesses as log
    from domain.use_cases import system_clock

    chosen = settings()
    with database_opened(chosen) as engine:
        removed = log.purge(engine, system_clock() - timedelta(days=chosen.access_log_days))
    if as_json:
        output.write_json({"removed": removed, "days": chosen.access_log_days})
    else:
        tell("accesses.purged", removed=number(removed), days=number(chosen.access_log_days))


def _start_of(on: date | None) -> datetime | None:
    from domain.days import PARIS

    return None if on is None else datetime.combine(on, time(), PARIS).astimezone(UTC)


def _row(one: "RecordedAccess") -> list[str]:
    return [
        instant(one.at),
        one.actor,
        reader_label(one.role, spoken()),
        one.organisation or say("who.national"),
        label_of(AccessKind, one.kind) + (f" ({day(one.past_day)})" if one.past_day else ""),
        label_of(Ground, one.ground) + (f" – {label_of(GlassReason, one.reason)}" if one.reason else ""),
        _cases(one),
    ]


def _cases(one: "RecordedAccess") -> str:
    if len(one.people) > 1:
        return say("accesses.cases", number=number(len(one.people)))
    return next(iter(one.people), "–")


command(app, "purge", "accesses.purge")(purge)
