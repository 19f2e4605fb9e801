"""The provider cannot be had. Apart from what speaks to it, so that naming the error loads nothing."""

from domain.errors import FilRougeError


class ProviderUnavailable(FilRougeError):
    """The provider does not answer as it should; the message says what was asked for, and nothing that was sent."""
