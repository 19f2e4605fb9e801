"""Misuse: an option that does not exist, a value that is not one. Said in words, with where the help is."""

import re
import sys
from typing import Any, Final

from typer.core import TyperGroup
from typer.exceptions import TyperException

from api.cli.output import complain
from api.cli.words import say

# The library says these in English only, and tells them apart by their words.
_SAID: Final = (
    (re.compile(r"No such command '(?P<given>.*?)'\.", re.DOTALL), "misuse.no_command"),
    (re.compile(r"Got unexpected extra argument(?:s|\(s\))? \((?P<given>.*)\)", re.DOTALL), "misuse.extra"),
    (re.compile(r"Option '(?P<given>.*?)' requires an argument\."), "misuse.no_value"),
    (re.compile(r"Option '(?P<given>.*?)' does not take a value\."), "misuse.takes_no_value"),
    (re.compile(r"Missing command\."), "misuse.missing_command"),
)


def shown(error: TyperException) -> int:
    """Say what was misused, on standard error; return the exit status."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ != "NoArgsIsHelpError":  # whose help is written already
        complain(in_words(error))
        if context is not None:
            sys.stderr.write(f"{say('misuse.help', command=context.command_path)}\n")
    return error.exit_code


def in_words(error: TyperException) -> str:
    """Put the library's refusal into the words of the language spoken."""
    kind = type(error).__name__
    if kind == "NoSuchOption":
        return _no_such_option(error)
    if kind == "MissingParameter":
        return say("misuse.missing", name=_name(error))
    if kind == "BadParameter":
        name = _name(error)
        return say("misuse.value", name=name, why=error.message) if name else error.message
    for pattern, key in _SAID:
        if found := pattern.search(error.message):
            return say(key, **found.groupdict(), **_commands(error))
    return error.format_message()


def _commands(error: Any) -> dict[str, str]:
    """Return what the sentence about an unknown command names: those that there are."""
    command = getattr(getattr(error, "ctx", None), "command", None)
    names = command.list_commands(error.ctx) if isinstance(command, TyperGroup) else []
    return {"accepted": ", ".join(names)}


def _no_such_option(error: Any) -> str:
    said = say("misuse.no_option", given=error.option_name)
    if error.possibilities:
        said += " " + say("misuse.nearest", names=", ".join(sorted(error.possibilities)))
    return said


def _name(error: Any) -> str:
    """Name the option or the argument as it is typed or shown in the usage line."""
    parameter = error.param
    if parameter is None:
        return ""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name)
    return " / ".join(parameter.opts)
