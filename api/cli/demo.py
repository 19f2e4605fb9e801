"""`filrouge demo`: the three published cases and a made-up cohort, through the same use cases as everybody's."""

from typing import Annotated

import typer

from api.cli import output
from api.cli.opening import service_opened, settings
from api.cli.options import Json, whole
from api.cli.shape import command
from api.cli.words import say

MOST_CASES = 1_000_000


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "demo")(demo)


def demo(
    cases: Annotated[
        int | None, typer.Option("--cases", parser=whole(0, MOST_CASES), metavar="N", help="demo.cases")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", parser=whole(0, 2**31), metavar="N", help="demo.seed")
    ] = None,
    national: Annotated[bool, typer.Option("--national", help="demo.national")] = False,
    as_json: Json = False,
) -> None:
    """Fill an empty database; one that holds anything is left alone."""
    from adapters import demo_accounts
    from adapters.database import reading
    from api.cli import serve_demo
    from api.cli.failure import Failed

    if national and cases is not None:
        raise typer.BadParameter(say("demo.national_has_its_number"))
    with service_opened(settings(), create=True) as service:
        with reading(service.engine) as connection:
            empty = demo_accounts.is_empty(connection)
        if not empty:
            raise Failed(say("demo.not_empty"))
        summary = serve_demo.fill(
            service,
            serve_demo.CASES if cases is None else cases,
            serve_demo.SEED if seed is None else seed,
            national=national,
        )
    if as_json:
        output.write_json(summary)
