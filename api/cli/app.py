"""The tree of commands. Each file adds its own; this one gathers them in the order the help shows."""

from typing import Annotated

import typer

from api.cli import (
    accesses,
    accounts,
    check,
    demo,
    dictionary,
    export,
    history,
    keys,
    organisations,
    person,
    queue,
    retention,
    sessions,
    small,
    stats,
    status,
    tokens,
    upkeep,
)
from api.cli import serve as serving
from api.cli.options import choice_of
from api.cli.shape import group
from api.cli.words import LANGUAGES

app = group("filrouge", no_args_is_help=True)


@app.callback()
def filrouge(
    language: Annotated[
        str | None,
        typer.Option("--lang", parser=choice_of(LANGUAGES), metavar="fr|en", help="option.lang"),
    ] = None,
) -> None:
    """Do nothing: `--lang` was read before anything else, see `api.cli.words.language_asked`."""
    del language


serving.add_to(app)
demo.add_to(app)
app.add_typer(accounts.app, name="account")
app.add_typer(tokens.app, name="token")
app.add_typer(keys.app, name="keys")
app.add_typer(sessions.app, name="session")
app.add_typer(organisations.app, name="organisation")
queue.add_to(app)
app.add_typer(stats.app, name="stats")
app.add_typer(export.app, name="export")
history.add_to(app)
app.add_typer(accesses.app, name="accesses")
app.add_typer(person.app, name="person")
upkeep.add_to(app)
retention.add_to(app)
status.add_to(app)
check.add_to(app)
dictionary.add_to(app)
small.add_to(app)
