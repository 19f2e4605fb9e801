"""`filrouge account`: who may come in, and as what. Addresses and subjects are read from standard input only.

They are somebody's, and a command line stands in the list of processes and in the shell's history.
"""

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer

from api.cli import output
from api.cli.opening import database_opened, service_opened, settings
from api.cli.options import Json, choice, whole
from api.cli.output import Columns, tell
from api.cli.shape import command, group
from api.cli.words import instant, label_of, say
from domain.codes import MOST_DIGITS, is_account_code
from workflows.roles import Role

if TYPE_CHECKING:
    from adapters.accounts import Account

app = group("account", no_args_is_help=True)

Code = Annotated[str, typer.Argument(metavar="ACCOUNT", help="account.code")]


def add(
    account: Code,
    role: Annotated[Role, typer.Argument(parser=choice(Role), metavar="ROLE", help="token.role")],
    organisation: Annotated[
        str | None, typer.Option("--organisation", "-o", metavar="CODE", help="token.organisation")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make an account; one that is there as it is stays."""
    from adapters import accounts
    from adapters.database import writing
    from api.cli.register import require_registered
    from domain.use_cases import system_clock

    check_account(account, role, organisation)
    with database_opened(settings(), create=True) as engine:
        if organisation is not None:
            require_registered(engine, [organisation])
        with writing(engine) as connection:
            made = accounts.require(connection, account, role, organisation, now=system_clock())
    if as_json:
        output.write_json({"account": account, "made": made})
    else:
        tell("account.added" if made else "account.there", account=account)


def check_account(account: str, role: Role, organisation: str | None) -> None:
    """Refuse what cannot be an account, in the language spoken. Raises BadParameter."""
    from adapters import accounts

    if not is_account_code(account):
        raise typer.BadParameter(say("token.bad_account", most=MOST_DIGITS))
    if organisation is None and role not in accounts.NATIONAL_ROLES:
        national = ", ".join(one.value for one in Role if one in accounts.NATIONAL_ROLES)
        raise typer.BadParameter(say("token.needs_organisation", role=role.value, national=national))


def invite(
    account: Code,
    days: Annotated[
        int, typer.Option("--days", parser=whole(1, 366), metavar="DAYS", help="account.days")
    ] = 30,
    as_json: Json = False,
) -> None:
    """Read an e-mail address; the first who signs in with it becomes the account."""
    from adapters import accounts
    from adapters.database import writing
    from adapters.oidc.digests import email_of
    from domain.use_cases import system_clock

    with service_opened(settings()) as service:
        email = email_of(service.keys, _typed("account.address"))
        if email is None:
            raise typer.BadParameter(say("account.no_address"))
        with writing(service.engine) as connection:
            until = accounts.invite(connection, account, email, now=system_clock(), wait=timedelta(days=days))
    if as_json:
        output.write_json({"account": account, "invited_until": until})
    else:
        tell("account.invited", account=account, at=instant(until))


def link(account: Code, as_json: Json = False) -> None:
    """Read the provider's subject of somebody, who comes in as the account from now on."""
    from adapters import accounts
    from adapters.database import writing
    from adapters.oidc.digests import identity_of
    from domain.use_cases import system_clock

    chosen = settings()
    if chosen.oidc_issuer is None:
        raise typer.BadParameter(say("account.no_provider"))
    with service_opened(chosen) as service:
        subject = _typed("account.subject").strip()
        if not subject:
            raise typer.BadParameter(say("account.no_subject"))
        identity = identity_of(service.keys, chosen.oidc_issuer, subject)
        with writing(service.engine) as connection:
            accounts.link(connection, account, identity, now=system_clock())
    _done(as_json, {"account": account, "linked": True}, "account.linked")


def unlink(account: Code, as_json: Json = False) -> None:
    """End what leads from the provider to the account, and the sessions that began by it."""
    from adapters import accounts, sessions
    from adapters.database import writing
    from adapters.oidc.recognition import WAY
    from domain.use_cases import system_clock

    with database_opened(settings()) as engine, writing(engine) as connection:
        ended = accounts.unlink(connection, account)
        sessions.end_all(connection, whose=sessions.Whose(actor=account), way=WAY, now=system_clock())
    _done(as_json, {"account": account, "unlinked": ended}, "account.unlinked")


def show(
    everything: Annotated[bool, typer.Option("--all", help="account.all")] = False, as_json: Json = False
) -> None:
    """List the accounts in force, or with `--all` the disabled ones too."""
    from adapters import accounts
    from adapters.database import reading
    from domain.use_cases import system_clock

    with database_opened(settings()) as engine, reading(engine) as connection:
        found = accounts.listed(connection, now=system_clock())
    shown = [one for one in found if everything or one.disabled_at is None]
    if as_json:
        output.write_json(shown)
    elif not shown:
        tell("account.none")
    else:
        output.listing(shown, _COLUMNS)


def disable(account: Code, as_json: Json = False) -> None:
    """Disable an account: its tokens are revoked and its sessions ended with it."""
    from adapters import deprovisioning
    from adapters.database import writing
    from domain.use_cases import system_clock

    with database_opened(settings()) as engine, writing(engine) as connection:
        shut = deprovisioning.disable(connection, account, now=system_clock())
    if as_json:
        output.write_json({"account": account, "tokens": shut.tokens, "sessions": shut.sessions})
    else:
        tell("account.disabled", account=account, tokens=shut.tokens, sessions=shut.sessions)


def enable(account: Code, as_json: Json = False) -> None:
    """Open a disabled account again; tokens that were revoked stay so."""
    from adapters import accounts
    from adapters.database import writing

    with database_opened(settings()) as engine, writing(engine) as connection:
        accounts.set_disabled(connection, account, None)
    _done(as_json, {"account": account, "enabled": True}, "account.enabled")


def _typed(key: str) -> str:
    """Return the line that is typed, or piped in; the prompt goes to standard error, to a terminal only."""
    if sys.stdin.isatty():
        sys.stderr.write(f"{say(key)} ")
        sys.stderr.flush()
    return sys.stdin.readline(1000)


def _done(as_json: bool, told: dict[str, object], key: str) -> None:
    if as_json:
        output.write_json(told)
    else:
        tell(key, account=told["account"])


def _by_provider(one: "Account") -> str:
    if one.invited_until is not None:
        return say("account.provider.invited", at=instant(one.invited_until))
    return say("account.provider.yes") if one.linked else "–"


_COLUMNS: "Final[Columns[Account]]" = {
    "who.account": lambda one: one.account,
    "who.role": lambda one: label_of(Role, one.role),
    "who.organisation": lambda one: one.organisation or say("who.national"),
    "account.column.origin": lambda one: say(f"account.origin.{one.origin}"),
    "account.column.by_provider": _by_provider,
    "account.column.signed_in": lambda one: instant(one.signed_in_at) if one.signed_in_at else "–",
    "account.column.disabled": lambda one: instant(one.disabled_at) if one.disabled_at else "–",
}

command(app, "add", "account.add")(add)
command(app, "invite", "account.invite")(invite)
command(app, "link", "account.link")(link)
command(app, "unlink", "account.unlink")(unlink)
command(app, "list", "account.list")(show)
command(app, "disable", "account.disable")(disable)
command(app, "enable", "account.enable")(enable)
