"""Options that several commands share, and how what is typed is read: refusals say what is accepted."""

from collections.abc import Callable, Collection
from datetime import date
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from api.cli.words import say
from domain.vocabulary import Wave
from workflows.labels import LabelledEnum

if TYPE_CHECKING:
    from domain.as_of import AsOf

E = TypeVar("E", bound=LabelledEnum)


def day(text: str) -> date:
    """Read a calendar day."""
    try:
        if len(text) == len("2018-03-31"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise typer.BadParameter(say("misuse.day", given=text))


def choice(choices: type[E]) -> Callable[[str], E]:
    """Return a reader of the codes of `choices`."""
    read = choice_of([member.value for member in choices])
    return lambda text: choices(read(text))


def choice_of(codes: Collection[str], argument: str | None = None) -> Callable[[str], str]:
    """Return a reader of one of `codes`; its refusal names `argument` where the parser does not know which it is."""

    def read(text: str) -> str:
        if text not in codes:
            why = say("misuse.choice", given=text, accepted=", ".join(codes))
            raise typer.BadParameter(say("misuse.value", name=argument, why=why) if argument else why)
        return text

    return read


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    """Return a reader of whole numbers between two bounds, both included."""

    def read(given: str | int) -> int:
        text = str(given)  # a default comes as the number it is
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None
        if number is None or not lowest <= number <= highest:
            raise typer.BadParameter(say("misuse.whole", given=text, lowest=lowest, highest=highest))
        return number

    return read


AsOfDay = Annotated[
    date | None, typer.Option("--as-of", parser=day, metavar="YYYY-MM-DD", help="option.as_of")
]
Basis = Annotated[
    str | None,
    typer.Option(
        "--basis",
        parser=choice_of(("happened", "recorded")),
        metavar="happened|recorded",
        help="option.basis",
    ),
]


def as_of_asked(on: date | None, basis: str | None) -> "AsOf | None":
    """Return the past day that `--as-of` and `--basis` ask for, if any. Raises BadParameter."""
    from domain import as_of
    from domain.days import day_of
    from domain.use_cases import system_clock

    if on is None:
        if basis is not None:
            raise typer.BadParameter(say("misuse.basis_alone"))
        return None
    if on > day_of(system_clock()):
        raise typer.BadParameter(say("misuse.as_of_to_come"))
    return as_of.AsOf(on, as_of.Basis(basis) if basis else as_of.Basis.HAPPENED)


Json = Annotated[bool, typer.Option("--json", help="option.json")]
"""Every command that prints data has it."""

Organisations = Annotated[
    list[str] | None, typer.Option("--organisation", "-o", metavar="CODE", help="option.organisations")
]
Waves = Annotated[
    list[str] | None,
    typer.Option("--wave", "-w", parser=choice_of(tuple(Wave)), metavar="CODE", help="option.waves"),
]
Since = Annotated[date | None, typer.Option("--from", parser=day, metavar="YYYY-MM-DD", help="option.from")]
Until = Annotated[date | None, typer.Option("--to", parser=day, metavar="YYYY-MM-DD", help="option.to")]
By = Annotated[
    str | None,
    typer.Option(
        "--by",
        parser=choice_of(("month", "organisation", "wave")),
        metavar="month|organisation|wave",
        help="option.by",
    ),
]
