"""Which language to answer in: what the reader asks for (RFC 9110, 12.5.4), French when they ask for nothing we have."""

from typing import Final, get_args

from workflows.labels import Language

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
DEFAULT: Final = LANGUAGES[0]

_LONGEST: Final = 200  # characters looked at; browsers send a few dozen


def language_of(accept_language: str) -> Language:
    """Return the language that an `Accept-Language` header prefers; what cannot be read counts for nothing."""
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
