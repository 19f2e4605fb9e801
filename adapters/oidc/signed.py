"""A token that the provider signed, checked in full (RFC 7515, 7519, 8725): by whom, for whom, until when, what for.

Whatever is wrong with it is one refusal: who presents a token learns nothing of why it is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError

from adapters.oidc.provider import ALGORITHMS, Key, Provider
from domain.errors import FilRougeError

LONGEST: Final = 16_384
"""Characters of a token that are looked at; a proxy takes no longer header either."""

_LEEWAY_SECONDS: Final = 30
_LONGEST_SUBJECT: Final = 255  # OpenID Connect Core 1.0, 2
_MEDIA: Final = "application/"

ID_TOKEN: Final = frozenset({None, "jwt"})
ACCESS_TOKEN: Final = frozenset({"at+jwt"})
"""RFC 9068, 2.1. So an ID token is no access token, nor the other way round."""
USER_INFO: Final = frozenset({None, "jwt"})


class NotSigned(FilRougeError):
    """It is not a token of the provider's, for us, now, and of this kind; the message says which, and no value."""


class _Registry(jws.JWSRegistry):
    max_header_length = 4096  # some headers carry certificates
    max_payload_length = LONGEST


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what the provider of one configuration signs, as of `now`."""

    provider: Provider
    now: datetime

    def read(
        self, text: str, kinds: frozenset[str | None], audience: str, required: tuple[str, ...]
    ) -> Mapping[str, Any]:
        """Return the claims of a token of one of the kinds, for the audience, that has the required claims.

        Raises NotSigned, and ProviderUnavailable when the provider's keys cannot be had.
        """
        if len(text) > LONGEST or not text.isascii():
            raise NotSigned("too long, or not a token")
        key = self._key(text)
        try:
            token = jwt.decode(text, key, ALGORITHMS, _registry())
            _check_kind(token.header, kinds)
            options: dict[str, jwt.ClaimsOption] = {name: {"essential": True} for name in required}
            options["iss"] = {"essential": "iss" in required, "value": self.provider.configuration.issuer}
            options["aud"] = {"essential": "aud" in required, "value": audience}
            checks = jwt.JWTClaimsRegistry(int(self.now.timestamp()), _LEEWAY_SECONDS, **options)
            checks.validate(token.claims)
        except _WRONG as error:
            raise NotSigned(type(error).__name__) from None
        _check_subject(token.claims.get("sub"))
        return token.claims

    def _key(self, text: str) -> Key:
        """Return the key that the token says it is signed with. Only its header is looked at."""
        try:
            header = jws.extract_compact(text.encode("ascii"), registry=_registry()).headers()
            algorithm, kid = header.get("alg"), header.get("kid")
        except _WRONG as error:
            raise NotSigned(type(error).__name__) from None
        if algorithm not in ALGORITHMS or not isinstance(kid, str | None):
            raise NotSigned("signed by other means")
        keys = self.provider.keys_for(algorithm, kid)
        if len(keys) != 1:
            raise NotSigned("signed with no known key" if not keys else "signed with one of several keys")
        return keys[0]


_WRONG: Final = (
    JoseError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What reading an invented token may raise, in the library and below it."""


def _registry() -> jws.JWSRegistry:
    return _Registry(algorithms=ALGORITHMS, strict_check_header=False)


def _check_kind(header: Mapping[str, Any], kinds: frozenset[str | None]) -> None:
    kind = header.get("typ")
    named = kind.lower().removeprefix(_MEDIA) if isinstance(kind, str) else kind
    if named not in kinds:
        raise NotSigned("a token of another kind")


def _check_subject(subject: object) -> None:
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT or not subject.isprintable():
        raise NotSigned("no subject")
