"""`filrouge session`: which accounts are signed in to the pages, and ending it. No session's secret is ever shown."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import output
from api.cli.opening import database_opened, settings
from api.cli.options import Json
from api.cli.output import tell
from api.cli.shape import command, group
from api.cli.words import instant, say, spoken
from workflows.roles import Role

if TYPE_CHECKING:
    from adapters.sessions import Listed

app = group("session", no_args_is_help=True)


def show(
    account: Annotated[
        str | None, typer.Option("--account", metavar="ACCOUNT", help="session.of_account")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="session.all")] = False,
    as_json: Json = False,
) -> None:
    """List the sessions in force, or with `--all` also those that were not too long ago."""
    from adapters import sessions
    from adapters.database import reading
    from domain.use_cases import system_clock

    now = system_clock()
    with database_opened(settings()) as engine, reading(engine) as connection:
        found = sessions.listed(connection, actor=account)
    shown = [one for one in found if everything or one.active(now)]
    if as_json:
        output.write_json([_fields(one) | {"active": one.active(now)} for one in shown])
    elif not shown:
        tell("session.none")
    else:
        headers = ("id", "account", "role", "organisation", "way", "began", "seen", "ends")
        rows = [_row(one) for one in shown]
        output.table([say(f"session.column.{name}") for name in headers], rows, texts=8)


def end(
    session_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="session.ids")] = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="ACCOUNT", help="session.of_account")
    ] = None,
    everybody: Annotated[bool, typer.Option("--all", help="session.everybody")] = False,
    as_json: Json = False,
) -> None:
    """End sessions: those of these ids, those of an account, or everybody's. What is over already is left so."""
    from adapters import sessions
    from adapters.database import writing
    from adapters.sessions import Whose
    from domain.use_cases import system_clock

    if [bool(session_ids), account is not None, everybody].count(True) != 1:
        raise typer.BadParameter(say("session.which"))
    now = system_clock()
    with database_opened(settings()) as engine, writing(engine) as connection:
        if session_ids:
            ended = sum(sessions.end(connection, one, now=now) for one in dict.fromkeys(session_ids))
        else:
            ended = sessions.end_all(connection, whose=Whose(actor=account), now=now)
    if as_json:
        output.write_json({"ended": ended})
    else:
        tell("session.ended", number=ended)


def _fields(session: "Listed") -> dict[str, object]:
    names = (
        "session_id", "actor", "role", "organisation", "way",
        "started_at", "last_seen_at", "lapses_at", "expires_at", "ended_at",
    )  # fmt: skip
    return {name: getattr(session, name) for name in names}


def _row(session: "Listed") -> list[str]:
    role = next((role.label(spoken()) for role in Role if role.value == session.role), session.role)
    return [
        session.session_id,
        session.actor,
        role,
        session.organisation or say("token.national"),
        session.way,
        instant(session.started_at),
        instant(session.last_seen_at),
        say("session.ends.ended", at=instant(session.ended_at))
        if session.ended_at is not None
        else instant(min(session.lapses_at, session.expires_at)),
    ]


command(app, "list", "session.list")(show)
command(app, "end", "session.end")(end)
