"""The one door of everything the command line says: `say`, in the language asked for.

Every text has a key and stands in `api.cli.texts` in both languages, so that none can be missing in one of them.
Gettext catalogues can take over behind this door: the keys are message ids.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from datetime import date, datetime
from typing import Final, get_args

from api.cli.texts import TEXTS
from workflows.labels import LabelledEnum, Language
from workflows.reasons import NARROW

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
DEFAULT: Final[Language] = "fr"

_language: Final[ContextVar[Language]] = ContextVar("language", default=DEFAULT)


def speak(language: Language) -> None:
    """Say everything in `language` from now on."""
    _language.set(language)


def spoken() -> Language:
    """Return the language that is spoken."""
    return _language.get()


def say(key: str, **values: object) -> str:
    """Return the text `key` with its values, in the language spoken. Raises KeyError for an unknown key."""
    text = TEXTS[key][LANGUAGES.index(spoken())]
    return text.format_map(values) if values else text


def language_asked(arguments: Sequence[str], environment: Mapping[str, str]) -> Language | None:
    """Return the language that `--lang`, before the command, or else FILROUGE_LANGUAGE names; None for neither.

    It is looked for before anything is parsed, so that a refusal to parse is in the right language too.
    What is not a language is left to the parser, and to the settings, to refuse.
    """
    asked = environment.get("FILROUGE_LANGUAGE", "").lower()
    for number, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name == "--lang":
            asked = value if equals else "".join(arguments[number + 1 : number + 2])
            break
        if not argument.startswith("-"):
            break
    return asked if asked in LANGUAGES else None


def label_of(codes: Iterable[LabelledEnum], code: str) -> str:
    """Return the label of a stored code; one that is not known is its own."""
    return next((one.label(spoken()) for one in codes if one.value == code), code)


# ---------------------------------------------------------------- figures and days, as they are written


def number(value: float | None, decimals: int = 0) -> str:
    """Write a figure: 35 433 or 35,433; a dash for none."""
    if value is None:
        return "–"
    written = f"{value:,.{decimals}f}"
    return written.translate(_FRENCH) if spoken() == "fr" else written


def percent(value: float | None, decimals: int = 1) -> str:
    """Write a share that is given in percent."""
    if value is None:
        return "–"
    return f"{number(value, decimals)}{NARROW if spoken() == 'fr' else ''}%"


def euros(cents: int) -> str:
    """Write an amount of cents in euros."""
    amount = number(cents / 100, 2)
    return f"{amount}{NARROW}€" if spoken() == "fr" else f"€{amount}"


def day(value: date) -> str:
    """Write a calendar day: 31/03/2018 or 2018-03-31."""
    return f"{value:%d/%m/%Y}" if spoken() == "fr" else value.isoformat()


def instant(value: datetime) -> str:
    """Write an instant, to the second, in UTC."""
    return f"{day(value.date())} {value:%H:%M:%S} UTC"


_FRENCH: Final = str.maketrans({",": NARROW, ".": ","})
