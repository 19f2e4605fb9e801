"""From a template to a page: one environment, strict about what is missing, in the language of whoever reads.

Dates and numbers are written as the language writes them (CLDR, through Babel). A variable that a template names and
nobody gave is an error, not an empty place.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from fastapi import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.languages import OWN_NAMES
from api.pages import paths
from api.pages.navigation import entries
from api.pages.texts import translations
from api.pages.visitor import Visitor
from domain.days import PARIS
from workflows.labels import Language

_HERE: Final = Path(__file__).parent
_STATIC: Final = _HERE / "static"
_LOCALES: Final[Mapping[Language, str]] = {"fr": "fr_FR", "en": "en_GB"}

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    # Browsers tell a form where it was sent from only then; nothing of an address is personal.
    "Referrer-Policy": "same-origin",
    "Vary": "Cookie",
}


@cache
def style() -> tuple[str, bytes]:
    """Return the address of the style sheet, which changes with it, and the sheet."""
    sheet = (_STATIC / "filrouge.css").read_bytes()
    return f"/style/{hashlib.sha256(sheet).hexdigest()[:16]}/filrouge.css", sheet


def page(visitor: Visitor, template: str, status: int = 200, **context: Any) -> Response:
    """Return a page. `context` holds everything that the template names beside what every page has."""
    text = _environment(visitor.language).get_template(template).render(visitor=visitor, **context)
    answer = Response(text, status, HEADERS, media_type="text/html")
    if visitor.session is None:
        visitor.browser.know_again(answer)
    return answer


def document(language: Language, template: str, **context: Any) -> str:
    """Return a document that stands by itself, to be kept as a file and printed: its style is in it."""
    sheet = Markup((_STATIC / "document.css").read_text(encoding="utf-8"))  # noqa: S704 - ours
    return _environment(language).get_template(template).render(sheet=sheet, **context)


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    locale = _LOCALES[language]
    environment.filters |= {
        "day": partial(_day, locale=locale),
        "month": partial(_day, locale=locale, shape="month"),
        "short_day": partial(_day, locale=locale, shape="short"),
        "instant": partial(_instant, locale=locale),
        "number": partial(_number, locale=locale),
        "euros": partial(_euros, locale=locale),
        "nowrap": _nowrap,
        "nir": _nir,
    }
    environment.globals |= {
        "paths": paths,
        "language": language,
        "own_names": OWN_NAMES,
        "entries": entries,
        "style_href": style()[0],
    }
    return environment


_NOTHING: Final = "–"
_SHAPES: Final[Mapping[str, str]] = {"short": "dd/MM/y", "month": "MMMM y"}


def _day(value: date | str | None, *, locale: str, shape: str = "long") -> str:
    """Write a day out; `short` takes a table's column, `month` leaves the day itself unsaid."""
    if value is None:
        return _NOTHING
    day = date.fromisoformat(value) if isinstance(value, str) else value
    written = format_date(day, _SHAPES.get(shape, shape), locale=locale)
    # French says the first of a month as an ordinal, which CLDR's patterns cannot.
    return f"1er{written[1:]}" if shape == "long" and locale == _LOCALES["fr"] and day.day == 1 else written


def _instant(value: datetime | str, *, locale: str) -> str:
    """Write an instant as the clock in Paris showed it."""
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return format_datetime(instant, "d MMM y, HH:mm:ss", tzinfo=PARIS, locale=locale)


def _number(value: float | None, decimals: int = 1, *, locale: str) -> str:
    if value is None:
        return _NOTHING
    return format_decimal(
        value, "#,##0" if isinstance(value, int) else f"#,##0.{'0' * decimals}", locale=locale
    )


def _euros(cents: int | None, *, locale: str) -> str:
    return _NOTHING if cents is None else format_currency(cents / 100, "EUR", locale=locale)


def _nowrap(value: object) -> Markup:
    return Markup('<span class="nowrap">{}</span>').format(value)


def _nir(number: str) -> str:
    """Write a social-security number in its groups, as on the card."""
    parts = (number[:1], number[1:3], number[3:5], number[5:7], number[7:10], number[10:13], number[13:])
    return "\u00a0".join(part for part in parts if part)
