"""`filrouge dictionary`: the data dictionary, to read or for a program. It says nothing of anybody, and asks no database."""

import sys

import typer

from api.cli import output
from api.cli.options import Json
from api.cli.shape import command
from api.cli.words import spoken


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "dictionary")(show_dictionary)


def show_dictionary(as_json: Json = False) -> None:
    """Print every statistic, table, column and code as the code declares them, in Markdown."""
    from adapters.durable_columns import DURABLE
    from projections.dictionary import dictionary
    from projections.dictionary_markdown import markdown

    found = dictionary(spoken(), DURABLE)
    if as_json:
        output.write_json(found)
    else:
        sys.stdout.write(markdown(found))
