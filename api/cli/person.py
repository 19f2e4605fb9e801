"""`filrouge person export CASE`: everything that is held on a person, as a file to give them.

The person is named by one of their cases: a name or a number of theirs would stay in the shell's history and stand in
the list of processes. That it was made is in the log of accesses.
"""

import os
from pathlib import Path
from typing import Annotated

import typer

from api.cli import output
from api.cli.failure import Failed
from api.cli.opening import service_opened, settings
from api.cli.options import choice_of
from api.cli.output import tell
from api.cli.shape import command, group
from api.cli.words import say, spoken

app = group("person")


def export(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="history.case")],
    format_: Annotated[
        str,
        typer.Option(
            "--format", parser=choice_of(("html", "json")), metavar="html|json", help="person.format"
        ),
    ] = "html",
    output_file: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="person.output")
    ] = None,
) -> None:
    """Write everything that is held on the person whom a case is about."""
    from api.pages.rendering import document
    from api.reading.person import person_file_of_operator

    path = output_file or Path(f"personne-{case_id}.{format_}")
    with service_opened(settings()) as service:
        file = person_file_of_operator(service, case_id, spoken())
    html = format_ == "html"
    text = (
        document(spoken(), "person_file.html", file=file)
        if html
        else file.model_dump_json(by_alias=True, indent=2)
    )
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise Failed(say("person.there", path=path)) from None
    with os.fdopen(handle, "w", encoding="utf-8") as written:
        written.write(text)
    tell("person.written", path=path, cases=len(file.cases))
    output.note("person.personal")


command(app, "export", "person.export")(export)
