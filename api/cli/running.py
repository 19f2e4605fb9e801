"""Running one command: in which language, and what becomes of anything that goes wrong.

Whatever happens, whoever typed the command reads one sentence that says what to do, and never a traceback.
"""

import os
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from api.cli import misuse
from api.cli.shape import translate
from api.cli.words import DEFAULT, language_asked, speak

DONE, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130
"""What the command returns to whoever called it."""


def run(arguments: Sequence[str]) -> int:
    """Run the command that `arguments` name and return its exit status."""
    speak(language_asked(arguments, os.environ) or DEFAULT)
    from api.cli.app import app

    command = get_command(app)
    translate(command)
    try:
        status = command.main(args=list(arguments), prog_name="filrouge", standalone_mode=False)
    except TyperException as error:
        return misuse.shown(error)
    except typer.Abort:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the one place where every failure is put into words
        from api.cli.errors import explained
        from api.cli.output import complain

        complain(explained(error))
        return FAILED
    finally:
        _flush()
    return status if isinstance(status, int) else DONE


def _flush() -> None:
    """Write out what is buffered while a failure to (a closed pipe) can still be swallowed."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            # The reader has gone; Python would complain once more when it closes the stream.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
