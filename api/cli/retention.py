"""`filrouge retention`: whose time is over, and what is then done: archived, later erased."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import output
from api.cli.opening import service_opened, settings
from api.cli.options import Json
from api.cli.output import note, tell
from api.cli.shape import command
from api.cli.words import day, number, say, spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.retention.plan import Concern


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "retention")(retention)


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="retention.dry_run")] = False,
    as_json: Json = False,
) -> None:
    """Archive the cases and erase the people whose time is over, or only say who they are."""
    from adapters import logging
    from adapters.retention.plan import concerned
    from adapters.retention.run import carry_out
    from domain.days import day_of

    chosen = settings()
    logging.configure(chosen.log_level, chosen.log_format)
    with service_opened(chosen) as service:
        today = day_of(service.clock())
        with output.progress("retention.looking") as report:
            found = list(concerned(service.engine, chosen.retention, today, report))
        shown: dict[str, Any] = {
            "today": today,
            "active_months": chosen.retention.active_months,
            "archive_months": chosen.retention.archive_months,
            "concerned": [_fields(one) for one in found],
        }
        if dry_run:
            done = None
        else:
            with output.progress("retention.doing") as report:
                done = carry_out(service, found, report)
    if as_json:
        output.write_json(shown | {"done": done})
        return
    _show(found)
    if done is None:
        note("retention.nothing_done")
    else:
        tell(
            "retention.done",
            archived=number(done.archived),
            erased=number(done.erased),
            skipped=number(done.skipped),
            answers=number(done.answers),
        )


def _show(found: "Sequence[Concern]") -> None:
    """Print who is concerned, and how many."""
    from adapters.retention.plan import Fate

    if found:
        headers = ("case", "organisation", "last_contact", "due", "fate")
        rows = [
            (
                one.case_id,
                one.organisation,
                day(one.last_contact_on),
                day(one.due_on),
                one.fate.label(spoken()),
            )
            for one in found
        ]
        output.table([say(f"retention.{header}") for header in headers], rows, texts=len(headers))
    counted = Counter(one.fate for one in found)
    people = {one.person_id for one in found if one.fate is Fate.ERASE}
    tell(
        "retention.counted",
        archive=number(counted[Fate.ARCHIVE]),
        erase=number(len(people)),
        held=number(counted[Fate.HELD]),
        open=number(counted[Fate.OPEN]),
    )


def _fields(one: "Concern") -> dict[str, Any]:
    return {
        "case_id": one.case_id,
        "organisation": one.organisation,
        "fate": one.fate.value,
        "last_contact_on": one.last_contact_on,
        "due_on": one.due_on,
        "held_by": list(one.held_by),
    }
