"""`filrouge session`: which accounts are signed in to the pages, and ending it. No session's secret is ever shown."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import credentials, output
from api.cli.opening import database_opened, settings
from api.cli.options import Json
from api.cli.output import Columns, tell
from api.cli.shape import command, group
from api.cli.words import instant, say

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

    own: Columns[Listed] = {
        "session.column.way": lambda one: one.way,
        "session.column.began": lambda one: instant(one.started_at),
        "session.column.seen": lambda one: instant(one.last_seen_at),
        "who.ends": _ends,
    }
    credentials.show(
        partial(sessions.listed, actor=account),
        lambda one: one.session_id,
        own,
        none="session.none",
        everything=everything,
        as_json=as_json,
    )


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


def _ends(session: "Listed") -> str:
    if session.ended_at is not None:
        return say("session.ends.ended", at=instant(session.ended_at))
    return instant(min(session.lapses_at, session.expires_at))


command(app, "list", "session.list")(show)
command(app, "end", "session.end")(end)
