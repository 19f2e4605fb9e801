"""The provider cannot be had. Apart from what speaks to it, so that naming the error loads nothing."""

from adapters.in_words import InWords
from domain.errors import FilRougeError


class ProviderUnavailable(InWords, FilRougeError):
    """The provider does not answer as it should; the message says what was asked for, and nothing that was sent."""


def no_answer(french: str, english: str, error: Exception) -> ProviderUnavailable:
    """Say that what goes by these names does not answer; of `error` no more than its kind, which is no sentence."""
    kind = type(error).__name__
    return ProviderUnavailable(f"{french} ne répond pas ({kind})", f"{english} does not answer ({kind})")
