"""`filrouge rebuild` and `filrouge verify`: what keeps the figures and the history trustworthy."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import output
from api.cli.opening import database_opened, settings
from api.cli.options import Json, choice_of
from api.cli.output import note, tell
from api.cli.shape import command
from api.cli.words import number, say

if TYPE_CHECKING:
    from adapters.hash_chain import Head
    from adapters.verify import VerifyReport


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    command(app, "rebuild")(rebuild)
    command(app, "verify")(verify)


def rebuild(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="rebuild.names")] = None,
    as_json: Json = False,
) -> None:
    """Throw read models away and make them anew from the events."""
    from adapters.rebuild.conduct import rebuild as build_anew
    from projections.registry import READ_MODELS

    wanted = list(dict.fromkeys(map(choice_of(tuple(READ_MODELS)), names or ()))) or list(READ_MODELS)
    chosen = settings()
    with database_opened(chosen) as engine, output.progress("rebuild.progress") as report:
        events = build_anew(engine, chosen.deadlines, wanted, report).events
    if as_json:
        output.write_json({"rebuilt": wanted, "events": events})
    else:
        tell("rebuild.done", names=", ".join(wanted), events=number(events))


def verify(
    expect_head: Annotated[
        str | None, typer.Option("--expect-head", metavar="POSITION:HASH", help="verify.expect_head")
    ] = None,
    as_json: Json = False,
) -> None:
    """Walk the chain of hashes and name the first event that is not as it was recorded."""
    from adapters.verify import verify as walk

    expected = _head(expect_head) if expect_head else None
    with database_opened(settings()) as engine, output.progress("verify.progress") as report:
        found = walk(engine, report, expected)
    if as_json:
        output.write_json(_fields(found))
    elif found.finding is None:
        tell("verify.intact", events=number(found.checked))
        output.line(str(found.head))
        note("verify.note_it")
    else:
        _name(found)
    if found.finding is not None:
        raise typer.Exit(1)


def _head(text: str) -> "Head":
    from adapters.hash_chain import Head

    try:
        return Head.parse(text)
    except ValueError:
        raise typer.BadParameter(say("verify.bad_head")) from None


def _name(found: "VerifyReport") -> None:
    finding = found.finding
    if finding is None:
        return
    tell(f"verify.{finding.kind.value}", position=number(finding.position))
    if finding.case_id is not None:
        tell("verify.case", case=finding.case_id, version=finding.version)
    tell("verify.detail", detail=finding.detail)
    tell("verify.until", events=number(found.checked), head=found.head)


def _fields(found: "VerifyReport") -> dict[str, Any]:
    finding = found.finding
    return {
        "intact": found.intact,
        "checked": found.checked,
        "head": str(found.head),
        "finding": None
        if finding is None
        else {
            "kind": finding.kind.value,
            "position": finding.position,
            "case_id": finding.case_id,
            "version": finding.version,
            "detail": finding.detail,
        },
    }
