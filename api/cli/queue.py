"""`filrouge queue`: the open cases, the earliest due first, as they stand or as they stood on a past day."""

from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import output
from api.cli.opening import database_opened, settings
from api.cli.options import AsOfDay, Basis, Json, as_of_asked, choice_of, whole
from api.cli.shape import command
from api.cli.words import day as day_in_words
from api.cli.words import number, say, spoken

if TYPE_CHECKING:
    from adapters.figure_source import FigureSource
    from projections.counsellor_queue import QueueCase

_OPEN = ("detected", "consented", "bilan_done", "plan_built", "care_performed", "referred_onward")


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "queue")(queue)


def queue(
    organisation: Annotated[
        str | None, typer.Option("--organisation", "-o", metavar="CODE", help="queue.organisation")
    ] = None,
    counsellor: Annotated[
        str | None, typer.Option("--counsellor", metavar="ACCOUNT", help="queue.counsellor")
    ] = None,
    unassigned: Annotated[bool, typer.Option("--unassigned", help="queue.unassigned")] = False,
    state: Annotated[
        str | None,
        typer.Option("--state", parser=choice_of(_OPEN), metavar="|".join(_OPEN), help="queue.state"),
    ] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="queue.overdue")] = False,
    as_of: AsOfDay = None,
    basis: Basis = None,
    limit: Annotated[
        int, typer.Option("--limit", parser=whole(1, 1_000_000), metavar="N", help="queue.limit")
    ] = 50,
    as_json: Json = False,
) -> None:
    """Print the queue; of nobody more is shown than where the case stands."""
    from adapters.figure_source import FigureSources
    from api.cli.register import require_registered
    from domain.days import day_of
    from domain.use_cases import system_clock
    from projections.counsellor_queue import COUNSELLOR_QUEUE, QueueFilters
    from projections.counsellor_queue import queue as read_queue

    asked = as_of_asked(as_of, basis)
    chosen = settings()
    with database_opened(chosen) as engine:
        require_registered(engine, [organisation] if organisation else [])
        sources = FigureSources(engine, chosen.deadlines)
        with (
            closing(sources),
            output.progress("stats.progress") as report,
            sources.open((COUNSELLOR_QUEUE,), asked, report) as source,
        ):
            today = source.today(day_of(system_clock()))
            filters = QueueFilters(
                organisation=organisation,
                counsellor=counsellor,
                unassigned=unassigned,
                state=state,
                overdue=overdue,
                limit=limit,
            )
            cases = read_queue(source.connection, filters, today)
    if as_json:
        output.write_json(_as_json(source, today, cases))
    else:
        _print(source, cases)


def _print(source: "FigureSource", cases: "list[QueueCase]") -> None:
    from workflows.deadlines import NextStep
    from workflows.states import State

    if (as_of := source.as_of) is not None:
        output.line(say("stats.as_of", on=day_in_words(as_of.on), basis=as_of.basis.label(spoken())))
        output.line()
    if source.stale:
        output.line(say("stats.stale", models=", ".join(source.stale)))
    if source.parked:
        output.line(say("stats.parked", cases=number(source.parked)))
    if not cases:
        output.line(say("queue.empty"))
        return
    headers = [
        say(f"queue.column.{name}")
        for name in ("case", "state", "step", "counsellor", "due", "late", "reached")
    ]
    rows = [
        (
            case.case_id,
            State(case.state).label(spoken()),
            NextStep(case.next_step).label(spoken()),
            case.counsellor or "–",
            day_in_words(case.due_on),
            number(case.days_overdue) if case.overdue else "",
            "–" if case.days_since_reached is None else number(case.days_since_reached),
        )
        for case in cases
    ]
    output.table(headers, rows, texts=4)


def _as_json(source: "FigureSource", today: date, cases: "list[QueueCase]") -> dict[str, Any]:
    as_of = source.as_of
    return {
        "as_of": None if as_of is None else {"on": as_of.on, "basis": as_of.basis.value},
        "stale": list(source.stale),
        "parked": source.parked,
        "today": today,
        "cases": cases,
    }
