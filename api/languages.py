"""Which language to answer in: the one chosen on a page, or what the reader's browser asks for (RFC 9110, 12.5.4), or
French when it asks for nothing we have.
"""

from collections.abc import Mapping
from typing import Final, get_args

from workflows.labels import Language

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
DEFAULT: Final = LANGUAGES[0]

OWN_NAMES: Final[Mapping[Language, str]] = {"fr": "Français", "en": "English"}
"""What each language calls itself: somebody who reads only that one must find it."""

COOKIE: Final = "langue"
"""Keeps the language that somebody chose."""

_LONGEST: Final = 200  # characters looked at; browsers send a few dozen


def language_of(accept_language: str, chosen: str | None = None) -> Language:
    """Return the language that was chosen, or that an `Accept-Language` header prefers.

    What cannot be read counts for nothing.
    """
    for language in LANGUAGES:
        if chosen == language:
            return language
    weights = dict.fromkeys(LANGUAGES, 0.0)
    for part in accept_language[:_LONGEST].split(","):
        tag, _, parameter = part.partition(";")
        weight = _weight(parameter)
        primary = tag.strip().lower().partition("-")[0]
        for language in LANGUAGES:
            if primary == language:
                weights[language] = max(weights[language], weight)
    return max(LANGUAGES, key=lambda language: weights[language])  # the default is first: it wins a tie


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if name.strip().lower() == "q" and 0 <= weight <= 1 else 0.0
