"""What people type, as the plain values that a command is given, and back.

What cannot be read is handed on as it was typed: the command refuses it, beside its field, like any other value.
"""

import re
from typing import Any, Final

from workflows.labels import Language

YES: Final = "yes"
NO: Final = "no"

_SPACES: Final = re.compile("[ \t\u00a0\u202f\u2009]+")
_MINUS: Final = str.maketrans({"\u2212": "-", "\u2011": "-"})
# 1234 · 1 234 (spaces already gone) · 1234,56 · 1234.5 · 1.234,56 · 1,234.56; "1.234" could be either, and is neither.
_AMOUNT: Final = re.compile(
    r"(?P<sign>-?)(?:(?P<whole>[0-9]{1,12})|(?P<grouped>[0-9]{1,3}(?:\.[0-9]{3})+(?=,)|[0-9]{1,3}(?:,[0-9]{3})+(?=\.)))"
    r"(?:[.,](?P<decimals>[0-9]{1,2}))?"
)
_GROUPED_BY_SPACES: Final = re.compile(r"-?[0-9]{1,3}( [0-9]{3})*([.,][0-9]*)?|-?[0-9]+([.,][0-9]*)?|[^ ]*")
_WHOLE: Final = re.compile(r"-?[0-9]{1,15}")


def cents_of(text: str) -> int | str:
    """Read an amount of euros as whole cents; what is none is given back."""
    plain = _SPACES.sub(" ", text.translate(_MINUS)).strip().removesuffix("€").strip()
    if not _GROUPED_BY_SPACES.fullmatch(plain):
        return text
    found = _AMOUNT.fullmatch(plain.replace(" ", ""))
    if found is None:
        return text
    whole = found["whole"] or re.sub("[.,]", "", found["grouped"])
    cents = int(whole) * 100 + int((found["decimals"] or "0").ljust(2, "0"))
    return -cents if found["sign"] else cents


def euros_of(cents: int, language: Language) -> str:
    """Write whole cents as the euros that `cents_of` reads back."""
    euros, rest = divmod(abs(cents), 100)
    mark = "," if language == "fr" else "."
    return f"{'-' if cents < 0 else ''}{euros}{f'{mark}{rest:02}' if rest else ''}"


def number_of(text: str) -> int | str:
    """Read a whole number; what is none is given back."""
    plain = _SPACES.sub("", text.translate(_MINUS))
    return int(plain) if _WHOLE.fullmatch(plain) else text


def yes_or_no_of(text: str) -> bool | str:
    """Read the answer of a pair of radio buttons; what is none is given back."""
    return {YES: True, NO: False}.get(text, text)


def text_of(value: Any) -> str:
    """Write any single value but an amount as a form holds it; None is an empty field."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    return str(value)
