"""`filrouge status`: how each read model stands, what is parked, and the rebuild under way."""

from typing import TYPE_CHECKING, Any

import typer

from api.cli import output
from api.cli.opening import database_opened, settings
from api.cli.options import Json
from api.cli.output import tell
from api.cli.shape import command
from api.cli.upkeep import tell_parked
from api.cli.words import number, say

if TYPE_CHECKING:
    from adapters.status import Status


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "status")(status)


def status(as_json: Json = False) -> None:
    """Print how the read models stand."""
    from adapters.database import reading
    from adapters.status import status_of

    chosen = settings()
    with database_opened(chosen) as engine, reading(engine) as connection:
        found = status_of(connection, chosen.deadlines)
    if as_json:
        output.write_json(_as_fields(found))
    else:
        _print(found)


def _print(found: "Status") -> None:
    tell("status.head", events=number(found.head))
    output.line()
    columns = [say(f"status.column.{name}") for name in ("model", "state", "position", "parked")]
    rows = [
        (one.name, say(f"status.state.{one.state.value}"), number(one.position), number(one.parked))
        for one in found.read_models
    ]
    output.table(columns, rows, texts=2)
    if found.under_way is not None:
        output.line()
        tell(
            "status.under_way",
            since=found.under_way.started_at[:19],
            names=", ".join(found.under_way.names),
            done=number(found.under_way.done),
            total=number(found.under_way.total),
        )
    if found.parked:
        output.line()
        tell_parked(found.parked)
        tell("status.retry")
    if not found.current and found.under_way is None:
        output.line()
        tell("status.rebuild")


def _as_fields(found: "Status") -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(found)
