"""Small commands: the diagram of the transition table, and the version."""

import os
import platform
import sqlite3
import sys
from importlib.metadata import PackageNotFoundError, version

import typer

from api.cli import output
from api.cli.options import Json
from api.cli.shape import command
from api.cli.words import language_asked


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    command(app, "diagram")(diagram)
    command(app, "version")(show_version)


def diagram(ctx: typer.Context, as_json: Json = False) -> None:
    """Print the transition table as a Mermaid diagram: in English, like all documentation, unless asked otherwise."""
    from workflows.diagram import mermaid

    asked = ctx.find_root().params.get("language") or language_asked([], os.environ)
    drawn = mermaid("fr" if asked == "fr" else "en")
    if as_json:
        output.write_json({"mermaid": drawn})
    else:
        sys.stdout.write(drawn)


def show_version(as_json: Json = False) -> None:
    """Print what is running."""
    try:
        ours = version("filrouge")
    except PackageNotFoundError:  # run from a folder of sources that nobody installed
        ours = "0"
    running = {"filrouge": ours, "python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    if as_json:
        output.write_json(running)
    else:
        output.line(f"filrouge {ours} (Python {running['python']}, SQLite {running['sqlite']})")
