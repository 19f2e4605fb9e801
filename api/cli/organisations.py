"""`filrouge organisation`: the funds that run a cell. Referrals and tokens need them registered first."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import output
from api.cli.opening import database_opened, settings
from api.cli.options import Json, choice, day
from api.cli.output import tell
from api.cli.shape import command, group
from api.cli.words import day as written_day
from api.cli.words import say, spoken
from domain.vocabulary import Wave

if TYPE_CHECKING:
    from domain.events.organisations import OrganisationRegistered

app = group("organisation", no_args_is_help=True)

_OPERATOR = "operator"
"""The account that registrations from the command line are recorded under."""


def register(
    code: Annotated[str, typer.Argument(metavar="CODE", help="organisation.code")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="organisation.name")],
    wave: Annotated[
        Wave, typer.Option("--wave", "-w", parser=choice(Wave), metavar="CODE", help="organisation.wave")
    ],
    deployed_on: Annotated[
        date | None,
        typer.Option("--deployed-on", parser=day, metavar="YYYY-MM-DD", help="organisation.deployed_on"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Register one organisation."""
    from api.cli.register_csv import organisation

    _register([organisation(code, name, wave.value, deployed_on)], as_json)


def import_csv(
    path: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="organisation.file"),
    ],
    as_json: Json = False,
) -> None:
    """Register the organisations that a CSV file lists, all of them or none."""
    from api.cli.register_csv import read_csv

    _register(read_csv(path), as_json)


def show(as_json: Json = False) -> None:
    """List the registered organisations."""
    from api.cli.register import registered

    with database_opened(settings()) as engine:
        found = registered(engine)
    if as_json:
        output.write_json(found)
    elif not found:
        tell("organisation.none")
    else:
        waves = {wave.value: wave.label(spoken()) for wave in Wave}
        rows = [
            (row.code, row.name, waves.get(row.wave, row.wave), written_day(row.deployed_on)) for row in found
        ]
        headers = [say(f"organisation.column.{name}") for name in ("code", "name", "wave", "deployed_on")]
        output.table(headers, rows, texts=4)


def _register(wanted: "Sequence[OrganisationRegistered]", as_json: bool) -> None:
    """Register what is not there yet; an organisation that is there under the same code is never changed."""
    from adapters.organisations import Organisations
    from api.cli.register import registered
    from domain.use_cases import system_clock

    with database_opened(settings(), create=True) as engine:
        before = {row.code: row for row in registered(engine)}
        for one in wanted:
            there = before.get(one.code)
            same = there is None or (there.name, there.wave, there.deployed_on) == (
                one.name,
                one.wave,
                one.deployed_on,
            )
            if not same:
                raise typer.BadParameter(say("organisation.differs", code=one.code))
        new = [one for one in wanted if one.code not in before]
        Organisations(engine).register(new, _OPERATOR, system_clock())
    if as_json:
        output.write_json({"registered": [one.code for one in new], "already": len(wanted) - len(new)})
    else:
        tell("organisation.registered", new=len(new), already=len(wanted) - len(new))


command(app, "register", "organisation.register")(register)
command(app, "import", "organisation.import")(import_csv)
command(app, "list", "organisation.list")(show)
