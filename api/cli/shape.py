"""The shape of commands and their help: Typer's own, in the language spoken.

Help texts are declared as keys; `translate` puts the words in their place when the command line starts.
"""

from collections.abc import Sequence
from typing import Any, Final

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup

from api.cli.words import say

ORDER: Final = (
    "serve",
    "demo",
    "organisation",
    "account",
    "token",
    "keys",
    "session",
    "queue",
    "stats",
    "export",
    "accesses",
    "history",
    "person",
    "verify",
    "rebuild",
    "retention",
    "status",
    "retry",
    "check",
    "dictionary",
    "diagram",
    "version",
)
"""The commands as the help lists them, and the README."""


class _Translated:
    """What Typer itself adds to a help page."""

    def get_help_option(self, ctx: Any) -> Any:
        """Return `--help`, explained in the language spoken."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help, option.metavar = say("help.help"), ""
        return option

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help page, its headings in the language spoken."""
        from typer import rich_utils

        rich_utils.DEFAULT_STRING = say("help.default")
        rich_utils.REQUIRED_LONG_STRING = say("help.required")
        rich_utils.COMMANDS_PANEL_TITLE = say("help.commands")
        super().format_help(ctx, formatter)  # type: ignore[misc]


class Command(_Translated, TyperCommand):
    """One command."""


class Group(_Translated, TyperGroup):
    """A command with others below it, which the help shows in the order they are met with in real life."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands below."""
        return sorted(self.commands, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))

    def below(self) -> Sequence[Any]:
        """Return the commands below whose help is still to be translated."""
        return list(self.commands.values())


def group(key: str, cls: type[Group] = Group, **settings: Any) -> typer.Typer:
    """Return an empty group of commands whose help is the text `help.<key>`, its examples `help.<key>.examples`."""
    return typer.Typer(
        cls=cls,
        help=f"help.{key}",
        epilog=f"help.{key}.examples",
        add_completion=False,
        rich_markup_mode="rich",
        **settings,
    )


def command(app: typer.Typer, name: str, key: str | None = None) -> Any:
    """Return a decorator that adds a command to `app`; `key` names its help texts when it is not `name`."""
    key = key or name
    return app.command(name, cls=Command, help=f"help.{key}", epilog=f"help.{key}.examples")


def _show_plainly(argument: Any) -> None:
    """Show an argument as CASE or [NAME]..., not as {CASE}, [[NAME]...]... and of type <list[str]>."""
    name = argument.metavar or argument.name.upper()
    argument.get_usage_pieces = lambda ctx: [name]
    argument.display_type_rich = lambda ctx: None


def translate(command: Any) -> None:
    """Replace the keys in a command's help, and in that of all below it, by the words of the language spoken."""
    command.help = say(command.help or "")
    # The line feed keeps the margin of the examples: the library takes away what all lines but the first share.
    command.epilog = "\n" + say(command.epilog or "")
    for parameter in command.params:
        parameter.help = say(parameter.help)
        if getattr(parameter, "is_flag", False):
            parameter.metavar = ""  # what it takes is nothing, not a <bool>
        if isinstance(parameter, TyperArgument):
            _show_plainly(parameter)
    if isinstance(command, Group):
        command.subcommand_metavar = say("help.metavar")
        for below in command.below():
            translate(below)
