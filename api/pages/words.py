"""Words for the few codes of a view that have no vocabulary of their own, and of what a field refuses by itself."""

from collections.abc import Mapping
from typing import Final

from pydantic_core import PydanticCustomError

from api.pages.texts import mark as _
from api.pages.texts import translated
from workflows.labels import Language

_ANSWERS: Final[Mapping[str, str]] = {
    "pending": _("waiting for an answer"),
    "accepted": _("accepted, under way"),
    "completed": _("done by the partner"),
    "declined": _("refused by the partner"),
    "no_answer": _("no answer"),
}


def answers(language: Language) -> dict[str, str]:
    """Return what partners may answer to a referral onward, in words."""
    return {code: translated(words, language) for code, words in _ANSWERS.items()}


def refusal_in_words(error: PydanticCustomError, language: Language) -> str:
    """Return what a value of ours says of what it refuses, which never repeats it."""
    return str((error.context or {})["fr"]) if language == "fr" else error.message()
