"""`filrouge token`: who may knock at the API. A token is shown once; only its hash is kept."""

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import credentials, output
from api.cli.accounts import check_account
from api.cli.opening import database_opened, settings
from api.cli.options import Json, choice, whole
from api.cli.output import Columns, note, tell
from api.cli.shape import command, group
from api.cli.words import instant, say
from workflows.roles import Role

if TYPE_CHECKING:
    from adapters.tokens import Token

app = group("token", no_args_is_help=True)


def create(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="token.account")],
    role: Annotated[Role, typer.Argument(parser=choice(Role), metavar="ROLE", help="token.role")],
    organisation: Annotated[
        str | None, typer.Option("--organisation", "-o", metavar="CODE", help="token.organisation")
    ] = None,
    label: Annotated[str | None, typer.Option("--label", "-l", metavar="TEXT", help="token.label")] = None,
    days: Annotated[
        int | None,
        typer.Option("--expires-in-days", parser=whole(1, 3660), metavar="DAYS", help="token.days"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a token and print it, alone on standard output, so that a script can keep it."""
    from adapters import demo_accounts, tokens
    from adapters.database import writing
    from api.cli.register import require_registered
    from domain.use_cases import system_clock

    check_account(account, role, organisation)
    if label is not None and label.strip().lower() == demo_accounts.LABEL:
        raise typer.BadParameter(say("token.reserved_label", label=demo_accounts.LABEL))
    now = system_clock()
    with database_opened(settings(), create=True) as engine:
        if organisation is not None:
            require_registered(engine, [organisation])
        with writing(engine) as connection:
            issued = tokens.create(
                connection,
                actor=account,
                role=role,
                organisation=organisation,
                label=label or account,
                expires_at=now + timedelta(days=days) if days else None,
                now=now,
            )
    if as_json:
        output.write_json({"token_id": issued.token_id, "token": issued.plaintext})
    else:
        output.line(issued.plaintext)
    note("token.shown_once", token_id=issued.token_id)


def show(
    account: Annotated[
        str | None, typer.Option("--account", metavar="ACCOUNT", help="token.of_account")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="token.all")] = False,
    as_json: Json = False,
) -> None:
    """List the tokens that open a door, or with `--all` also those that do not any more."""
    from adapters import tokens

    own: Columns[Token] = {
        "token.column.label": lambda one: one.label,
        "token.column.created": lambda one: instant(one.created_at),
        "token.column.used": lambda one: instant(one.last_used_at) if one.last_used_at else "–",
        "who.ends": _ends,
    }
    credentials.show(
        partial(tokens.listed, actor=account),
        lambda one: one.token_id,
        own,
        none="token.none",
        everything=everything,
        as_json=as_json,
    )


def revoke(
    token_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="token.ids")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="token.demo")] = False,
    as_json: Json = False,
) -> None:
    """Make tokens open nothing from now on, all of them or none."""
    from adapters import demo_accounts, tokens
    from adapters.database import writing
    from domain.use_cases import system_clock

    if not token_ids and not demo:
        raise typer.BadParameter(say("token.which"))
    now = system_clock()
    with database_opened(settings()) as engine, writing(engine) as connection:
        for token_id in token_ids or ():
            tokens.revoke(connection, token_id, now=now)
        closed = demo_accounts.close_doors(connection, now) if demo else None
    revoked = [*(token_ids or ()), *(closed.tokens if closed else ())]
    if as_json:
        ended = {"sessions_ended": closed.sessions} if closed else {}
        output.write_json({"revoked": revoked} | ended)
        return
    tell("token.revoked", number=len(revoked))
    if closed and closed.sessions:
        tell("session.ended", number=len(closed.sessions))


def _ends(token: "Token") -> str:
    if token.revoked_at is not None:
        return say("token.ends.revoked", at=instant(token.revoked_at))
    return say("token.ends.never") if token.expires_at is None else instant(token.expires_at)


command(app, "create", "token.create")(create)
command(app, "list", "token.list")(show)
command(app, "revoke", "token.revoke")(revoke)
