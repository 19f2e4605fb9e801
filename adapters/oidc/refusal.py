"""Why somebody is not let in by the identity provider: a cause with a page of its own, and nothing of the person."""

from enum import StrEnum

from domain.errors import FilRougeError


class Cause(StrEnum):
    """What went wrong, for the page that says what to do about it, and for the log."""

    ABANDONED = "abandoned"
    """The person, or the provider for them, said no."""
    NOT_UNDER_WAY = "not_under_way"
    """This browser has no such sign-in under way: it lapsed, was used already, or began elsewhere."""
    UNAVAILABLE = "unavailable"
    """The provider does not answer, or answers what it should not."""
    NOT_PROVED = "not_proved"
    """What the provider answered does not prove who this is."""
    NOT_ASSURED = "not_assured"
    """The person was recognised by weaker means than are asked for."""
    UNKNOWN = "unknown"
    """Recognised, and nobody here: no account, and no claim that grants one."""
    AMBIGUOUS = "ambiguous"
    """Recognised, and granted several roles or organisations at once."""
    DISABLED = "disabled"
    """Recognised, and their account is disabled."""


class SignInRefused(FilRougeError):
    """Somebody is not let in. `detail` is for the log: a few words of ours, never anything that was sent."""

    def __init__(self, cause: Cause, detail: str = "") -> None:
        super().__init__(f"{cause.value}: {detail}" if detail else cause.value)
        self.cause = cause
        self.detail = detail
