"""`filrouge rebuild`, `retry` and `verify`: what keeps the figures and the history trustworthy."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import output
from api.cli.opening import database_opened, settings
from api.cli.options import Json, choice_of, whole
from api.cli.output import note, tell
from api.cli.shape import command
from api.cli.words import number, say, spoken
from workflows.labels import in_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.hash_chain import Head
    from adapters.poison import Parked
    from adapters.verify import VerifyReport

Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="rebuild.names")]

_SHOWN = 20
"""Parked events listed by name; beyond, their number says enough."""


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    command(app, "rebuild")(rebuild)
    command(app, "retry")(retry)
    command(app, "verify")(verify)


def rebuild(
    names: Names = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", parser=whole(0, 64), metavar="N", help="rebuild.jobs")
    ] = None,
    if_needed: Annotated[bool, typer.Option("--if-needed", help="rebuild.if_needed")] = False,
    as_json: Json = False,
) -> None:
    """Build read models anew from the events beside the live ones, and put them in their place."""
    from adapters.rebuild.conduct import rebuild as build_anew
    from adapters.rebuild.mend import bring_up_to_date

    wanted = _chosen(names)
    chosen = settings()
    with (
        database_opened(chosen, create=if_needed) as engine,
        output.progress("rebuild.progress", "rebuild.rate") as report,
    ):
        engine.dispose()  # what was looked at is closed again: the workers are then there at once
        if if_needed:
            done = bring_up_to_date(engine, chosen.deadlines, wanted, report, jobs)
        else:
            done = build_anew(engine, chosen.deadlines, wanted, report, jobs)
    if as_json:
        output.write_json(
            {"rebuilt": done.names, "events": done.events, "parked": [_as_fields(p) for p in done.parked]}
        )
        return
    if done.names:
        tell("rebuild.done", names=", ".join(done.names), events=number(done.events))
    else:
        tell("rebuild.not_needed")
    tell_parked(done.parked)


def retry(names: Names = None, as_json: Json = False) -> None:
    """Take up the parked events, and fail if some are left."""
    from adapters.rebuild.mend import retry as take_up

    wanted = _chosen(names)
    chosen = settings()
    with database_opened(chosen) as engine:
        done = take_up(engine, chosen.deadlines, wanted)
    if as_json:
        output.write_json({"taken": done.taken, "left": [_as_fields(one) for one in done.left]})
    else:
        tell("retry.done", taken=number(done.taken), left=number(len(done.left)))
        tell_parked(done.left)
    if done.left:
        raise typer.Exit(1)


def tell_parked(parked: "Sequence[Parked]") -> None:
    """Print the parked events, each once, with who could not take it and what went wrong."""
    from dataclasses import replace

    models: dict[Parked, list[str]] = {}
    for each in parked:
        models.setdefault(replace(each, read_model=""), []).append(each.read_model)
    for one, names in list(models.items())[:_SHOWN]:
        tell(
            "parked.event",
            model=", ".join(names),
            position=number(one.position),
            topic=one.topic,
            case=one.case_id,
            version=one.version,
            error=one.error,
        )
    if len(models) > _SHOWN:
        tell("parked.more", more=number(len(models) - _SHOWN))


def _chosen(names: list[str] | None) -> list[str]:
    from projections.registry import READ_MODELS

    return list(dict.fromkeys(map(choice_of(tuple(READ_MODELS), "NAME"), names or ()))) or list(READ_MODELS)


def _as_fields(parked: "Parked") -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(parked)


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
    tell("verify.detail", detail=in_language(finding.detail, spoken()))
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
            "detail": in_language(finding.detail, spoken()),
        },
    }
