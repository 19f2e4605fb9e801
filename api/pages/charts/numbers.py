"""Figures, days and months as a reader of a language writes them (Unicode's CLDR, by Babel)."""

from datetime import date
from math import ceil
from typing import Final

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from api.pages.texts import counted, translated
from api.pages.texts import mark as _
from projections.figures import Kind
from workflows.labels import Language

_NO_BREAK: Final = "\N{NO-BREAK SPACE}"


def figure(value: float, kind: Kind, language: Language) -> str:
    """Write a figure with its unit: at most one decimal, cents as whole euros."""
    match kind:
        case Kind.CENTS:
            return format_currency(
                round(value / 100),
                "EUR",
                format=f"#,##0{_NO_BREAK}¤" if language == "fr" else "¤#,##0",
                locale=language,
                currency_digits=False,
            )
        case Kind.SHARE:
            return _decimal(value, language) + (f"{_NO_BREAK}%" if language == "fr" else "%")
        case Kind.DAYS:
            return translated(_("%(number)s d"), language, number=_decimal(value, language))
        case Kind.COUNT | Kind.RATE:
            return _decimal(value, language)


def _decimal(value: float, language: Language) -> str:
    return format_decimal(value, format="#,##0.#", locale=language)


def in_words(value: float, kind: Kind, language: Language) -> str:
    """Write a figure inside a sentence: as `figure` does, days in full."""
    if kind is Kind.DAYS:
        return counted(
            "%(figure)s day", "%(figure)s days", ceil(value), language, figure=_decimal(value, language)
        )
    return figure(value, kind, language)


def is_week(code: str) -> bool:
    """Tell a week (`YYYY-Www`) from a month (`YYYY-MM`)."""
    return "W" in code


def first_day(code: str) -> date:
    """Return the first day of a week or a month."""
    year, _dash, rest = code.partition("-")
    if is_week(code):
        return date.fromisocalendar(int(year), int(rest[1:]), 1)
    return date(int(year), int(rest), 1)


def period(code: str, language: Language) -> str:
    """Write a month ("nov. 2026"), or a week by its Monday ("2 nov. 2026")."""
    of_week = "d MMM y" if language == "fr" else "MMM d, y"
    return format_date(first_day(code), of_week if is_week(code) else "MMM y", locale=language)
