"""What the provider publishes about itself (OpenID Connect Discovery 1.0), and its keys, remembered for a while.

Keys are changed by announcing the new one: a token of a key that is not known makes the keys be read again, but not
more than once a minute, so that tokens of invented keys are no way to keep the provider busy.
"""

import time
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey

from adapters.oidc.configuration import Configuration, ConfigurationRefused, Profile, checked_address
from adapters.oidc.http import get
from adapters.oidc.unavailable import ProviderUnavailable

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
"""How what the provider signs may be signed: with a key that only it holds, never with a secret that we share."""

_KEPT_SECONDS: Final = 3600.0
_AGAIN_SECONDS: Final = 60.0
_DOWN_SECONDS: Final = 5.0
"""How long a provider that did not answer is not asked again: whoever comes meanwhile does not wait for it too."""
_OLDEST_KEYS_SECONDS: Final = 86_400.0
"""How long keys serve on while the provider does not answer: one that it took back must not for ever."""
_TYPES: Final = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
_LEAST_RSA_BYTES: Final = 256
_JSON: Final = "application/json"

Key = RSAKey | ECKey


class Metadata(msgspec.Struct, frozen=True):
    """The part of the discovery document that is needed here."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    code_challenge_methods_supported: tuple[str, ...] = ()
    authorization_response_iss_parameter_supported: bool = False


class Provider:
    """The provider of a configuration. Threads may share it."""

    def __init__(self, configuration: Configuration, clock: Callable[[], float] = time.monotonic) -> None:
        """Keep where it is; nothing is asked before it is needed."""
        self.configuration = configuration
        self._clock = clock
        self._lock = Lock()
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, Sequence[Key]] | None = None
        self._looked = self._failed = float("-inf")

    def metadata(self) -> Metadata:
        """Return what it publishes. Raises ProviderUnavailable."""
        with self._lock:
            return self._metadata_now()

    def check(self) -> None:
        """See that it answers, and has a key to sign with. Raises ProviderUnavailable."""
        with self._lock:
            self._metadata_now()
            if not self._keys_now():
                wanted = ", ".join(ALGORITHMS)
                raise ProviderUnavailable(
                    f"son jeu de clés n'en contient aucune pour {wanted}",
                    f"its key set holds no key for {wanted}",
                )

    def keys_for(self, algorithm: str, kid: str | None) -> Sequence[Key]:
        """Return its keys that may have signed: those of this id, or of the algorithm's type without one.

        Raises ProviderUnavailable when there are no keys at all to look among.
        """
        with self._lock:
            found = _among(self._keys_now(), algorithm, kid)
            if not found and self._clock() - self._looked >= _AGAIN_SECONDS:
                found = _among(self._read_keys(), algorithm, kid)
            return found

    def _metadata_now(self) -> Metadata:
        if self._metadata is not None and self._clock() - self._metadata[0] < _KEPT_SECONDS:
            return self._metadata[1]
        issuer = self.configuration.issuer
        body = self._got(f"{issuer.removesuffix('/')}/.well-known/openid-configuration")
        try:
            read = msgspec.json.decode(body, type=Metadata)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise ProviderUnavailable(
                "le document de découverte n'en est pas un", "the discovery document is not one"
            ) from None
        if read.issuer != issuer:
            raise ProviderUnavailable(
                "le document de découverte est celui d'un autre émetteur",
                "the discovery document is another issuer's",
            )
        _check_addresses(read, self.configuration)
        self._metadata = (self._clock(), read)
        return read

    def _keys_now(self) -> Sequence[Key]:
        if self._keys is not None and self._clock() - self._keys[0] < _KEPT_SECONDS:
            return self._keys[1]
        return self._read_keys()

    def _read_keys(self) -> Sequence[Key]:
        """Read the keys anew; those known before stay where that fails."""
        if self._keys is not None and self._clock() - self._looked < _AGAIN_SECONDS:
            return self._keys[1]
        self._looked = self._clock()
        try:
            read = _keys_in(self._got(self._metadata_now().jwks_uri))
        except ProviderUnavailable:
            if self._keys is None or self._clock() - self._keys[0] > _OLDEST_KEYS_SECONDS:
                raise
            return self._keys[1]
        self._keys = (self._clock(), read)
        return read

    def _got(self, url: str) -> bytes:
        """Return what is at `url`. Raises ProviderUnavailable, at once when it was so a moment ago."""
        if self._clock() - self._failed < _DOWN_SECONDS:
            raise ProviderUnavailable(
                "le fournisseur ne répondait pas à l'instant", "the provider did not answer a moment ago"
            )
        try:
            return get(url, _JSON)[1]
        except ProviderUnavailable:
            self._failed = self._clock()
            raise


def _check_addresses(read: Metadata, configuration: Configuration) -> None:
    """Refuse a document that leads to where nobody should be sent, or lacks what the profile needs."""
    for url in (
        read.authorization_endpoint,
        read.token_endpoint,
        read.jwks_uri,
        read.userinfo_endpoint,
        read.end_session_endpoint,
    ):
        try:
            there = None if url is None else urlsplit(checked_address(url.partition("?")[0]))
        except ConfigurationRefused:
            raise _unsafe() from None
        if there is not None and there.scheme != "https" and configuration.issuer.startswith("https:"):
            raise _unsafe()
    if configuration.profile is Profile.PROCONNECT and read.userinfo_endpoint is None:
        raise ProviderUnavailable(
            "le document de découverte ne nomme pas d'adresse userinfo",
            "the discovery document names no userinfo endpoint",
        )


def _unsafe() -> ProviderUnavailable:
    return ProviderUnavailable(
        "le document de découverte nomme une adresse qui n'est pas sûre",
        "the discovery document names an address that is not safe",
    )


def _no_key_set() -> ProviderUnavailable:
    return ProviderUnavailable("le jeu de clés n'en est pas un", "the key set is not one")


def _keys_in(body: bytes) -> Sequence[Key]:
    """Return the keys of a JWK set that may verify a signature; what else is in it is left alone (RFC 7517, 5)."""
    try:
        content = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _no_key_set() from None
    listed = content.get("keys") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise _no_key_set()
    return [key for one in listed if (key := _key(one)) is not None]


def _key(one: Any) -> Key | None:
    if not isinstance(one, dict) or one.get("use", "sig") != "sig" or "d" in one:
        return None
    if one.get("kty") == "RSA" and len(str(one.get("n", ""))) * 3 // 4 < _LEAST_RSA_BYTES:
        return None
    try:
        key = JWKRegistry.import_key(one)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key if isinstance(key, RSAKey | ECKey) else None


def _among(keys: Sequence[Key], algorithm: str, kid: str | None) -> Sequence[Key]:
    fitting = [
        key
        for key in keys
        if key.key_type == _TYPES.get(algorithm) and key.get("alg", algorithm) == algorithm
    ]
    return fitting if kid is None else [key for key in fitting if key.get("kid") == kid]
