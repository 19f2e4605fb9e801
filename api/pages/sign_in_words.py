"""What the page says to somebody whom the identity provider's door did not let in: what happened, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from adapters.oidc.refusal import Cause
from api.pages.texts import mark as _
from api.pages.texts import translated
from workflows.labels import Language

STATUS: Final[Mapping[Cause, int]] = {
    Cause.ABANDONED: 403,
    Cause.NOT_UNDER_WAY: 400,
    Cause.UNAVAILABLE: 503,
    Cause.NOT_PROVED: 403,
    Cause.NOT_ASSURED: 403,
    Cause.UNKNOWN: 403,
    Cause.AMBIGUOUS: 403,
    Cause.DISABLED: 403,
}

_WORDS: Final[Mapping[Cause, tuple[str, str]]] = {
    Cause.ABANDONED: (
        _("Sign-in abandoned"),
        _("You were not identified, or did not agree to be. Nothing was recorded: you can try again."),
    ),
    Cause.NOT_UNDER_WAY: (
        _("This sign-in is over"),
        _("It took too long, was used already, or was begun in another browser. Sign in again from here."),
    ),
    Cause.UNAVAILABLE: (
        _("The identity provider does not answer"),
        _("It is not your doing. Try again in a few minutes; if it lasts, tell whoever runs this service."),
    ),
    Cause.NOT_PROVED: (
        _("You could not be identified"),
        _(
            "The identity provider's answer does not prove who you are. Try again; if it lasts, tell whoever runs this service."
        ),
    ),
    Cause.NOT_ASSURED: (
        _("A stronger identification is needed"),
        _(
            "This service asks for a second factor or a surer means than the one you used. Sign in again with it."
        ),
    ),
    Cause.UNKNOWN: (
        _("You have no account here"),
        _("You were identified, but nobody has given you access to this service."),
    ),
    Cause.AMBIGUOUS: (
        _("Your access is not clear"),
        _("You were identified, but are granted several roles or funds at once: only one is possible."),
    ),
    Cause.DISABLED: (
        _("Your account is closed"),
        _("You were identified, but your account here was disabled."),
    ),
}


@dataclass(frozen=True, slots=True)
class Words:
    """A title, and what to do."""

    title: str
    text: str


def words_of(cause: Cause, language: Language) -> Words:
    """Return what to say of a cause."""
    title, text = _WORDS[cause]
    return Words(translated(title, language), translated(text, language))
