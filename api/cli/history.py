"""`filrouge history CASE`: everything that was recorded about a case, in words, read straight from the events.

Notes are free text about a person's health. They stay sealed, and only the fact that there is one is shown, unless the
operator asks for them in so many words.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import output
from api.cli.opening import database_opened, service_opened, settings
from api.cli.options import AsOfDay, Basis, Json, as_of_asked
from api.cli.output import line, note, tell
from api.cli.shape import command
from api.cli.words import day, instant, say, spoken

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from adapters.history import ToldEvent
    from domain.case_state import CaseState

Unseal = Callable[[str], str | None]
"""Opens a sealed note; None when the person was erased."""


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "history")(history)


def history(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="history.case")],
    with_notes: Annotated[bool, typer.Option("--with-notes", help="history.with_notes")] = False,
    as_of: AsOfDay = None,
    basis: Basis = None,
    as_json: Json = False,
) -> None:
    """Print what happened to a case, event by event."""
    from adapters import accesses
    from adapters.history import history_of
    from domain.accesses import AccessKind
    from domain.use_cases import system_clock

    asked = as_of_asked(as_of, basis)
    with ExitStack() as stack:
        engine, unseal = _opened(stack, with_notes)
        told = history_of(engine, case_id, spoken(), as_of=asked)
        case = told.case
        read = {case_id: case.person_id}
        accesses.record_for_operator(
            engine, AccessKind.HISTORY, read, system_clock(), asked.on if asked else None
        )
        opener = unseal(case) if unseal else None
        shown = [_event(event, opener) for event in told.events]
    if as_json:
        output.write_json({"case_id": case_id, **_summary(case), "events": shown})
        return
    tell("history.title", case=case_id)
    if asked is not None:
        tell("stats.as_of", on=day(asked.on), basis=asked.basis.label(spoken()))
    tell("history.summary", **_summary(case) | {"state": _state(case), "events": len(shown)})
    if case.erased:
        tell("history.erased")
    for event in shown:
        _print(event)
    if with_notes:
        note("history.personal")


def _opened(stack: ExitStack, with_notes: bool) -> "tuple[Engine, Callable[[CaseState], Unseal] | None]":
    """Open what is needed: the keys only when notes were asked for."""
    chosen = settings()
    if not with_notes:
        return stack.enter_context(database_opened(chosen)), None
    service = stack.enter_context(service_opened(chosen))
    unseal = service.vault.unseal
    return service.engine, lambda case: lambda sealed: unseal(case.person_id, sealed, case.former_persons)


def _event(told: "ToldEvent", unseal: Unseal | None) -> dict[str, Any]:
    event = told.event
    shown: dict[str, Any] = {
        "version": event.originator_version,
        "position": told.position,
        "topic": event.data.topic,
        "schema_version": told.schema_version,
        "label": told.label,
        "details": {detail.label: detail.words for detail in told.details},
        "data": told.data,
        "occurred_on": event.occurred_on,
        "recorded_at": event.recorded_at,
        "actor": event.actor,
        "acting_as": event.acting_as,
        "capacity": told.capacity,
        "organisation": event.organisation,
        "correlation_id": event.correlation_id,
        "causation_id": event.causation_id,
        "corrected_by": told.corrected_by,
        "hash": told.hash,
        "has_note": told.note is not None,
    }
    if unseal is not None and told.note is not None:
        shown["note"] = unseal(told.note)
    return shown


def _print(event: dict[str, Any]) -> None:
    line()
    heading = say(
        "history.event", version=event["version"], day=day(event["occurred_on"]), label=event["label"]
    )
    line(heading)
    for label, words in event["details"].items():
        line("   " + say("history.detail", label=label, words=words))
    if event.get("note") is not None:
        line("   " + say("history.note"))
        for written in event["note"].split("\n"):
            line(f"      {written}")
    elif event["has_note"]:
        line("   " + say("history.note_gone" if "note" in event else "history.note_sealed"))
    line(
        "   " + say("history.who", **event | {"role": event["capacity"], "at": instant(event["recorded_at"])})
    )
    line("   " + say("history.proof", position=event["position"], hash=event["hash"]))


def _summary(case: "CaseState") -> dict[str, Any]:
    return {
        "state": case.state,
        "organisation": case.organisation,
        "counsellor": case.counsellor,
        "version": case.version,
    }


def _state(case: "CaseState") -> str:
    from workflows.states import State

    return State(case.state).label(spoken())
