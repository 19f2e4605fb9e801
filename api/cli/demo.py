"""`filrouge demo`: the three published cases and a made-up cohort, through the same use cases as everybody's."""

from datetime import date
from typing import Annotated

import typer

from api.cli import output
from api.cli.opening import service_opened, settings
from api.cli.options import Json, day, whole
from api.cli.shape import command
from api.cli.words import day as written
from api.cli.words import number, say

PUBLISHED_CASES, MOST_CASES = 3, 1_000_000
"""The three published cases are always there; a cohort beyond a million is a mistyped one."""


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "demo")(demo)


def demo(
    cases: Annotated[
        int | None,
        typer.Option("--cases", parser=whole(PUBLISHED_CASES, MOST_CASES), metavar="N", help="demo.cases"),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", parser=whole(0, 2**31), metavar="N", help="demo.seed")
    ] = None,
    until: Annotated[
        date | None, typer.Option("--until", parser=day, metavar="YYYY-MM-DD", help="demo.until")
    ] = None,
    national: Annotated[bool, typer.Option("--national", help="demo.national")] = False,
    as_json: Json = False,
) -> None:
    """Fill an empty database; one that holds anything is left alone."""
    from adapters import demo_accounts
    from adapters.database import reading
    from adapters.demo.cohort import PUBLISHED_END
    from api.cli import serve_demo
    from api.cli.failure import Failed
    from domain.days import day_of

    with service_opened(settings(), create=True) as service:
        today = day_of(service.clock())
        if until is not None and not PUBLISHED_END <= until <= today:
            raise typer.BadParameter(say("demo.bad_until", first=written(PUBLISHED_END), last=written(today)))
        with reading(service.engine) as connection:
            empty = demo_accounts.is_empty(connection)
        if not empty:
            raise Failed(say("demo.not_empty"))
        made = serve_demo.fill(service, cases=cases, seed=seed, national=national, until=until)
        published = serve_demo.published(service)
    if as_json:
        output.write_json(made)
        return
    figures = {
        name: number(getattr(made, name)) for name in ("cases", "open", "closed", "events", "organisations")
    }
    output.tell("demo.done", **figures)
    serve_demo.tell_published(published)
    output.tell("demo.next", case=made.published[0])
