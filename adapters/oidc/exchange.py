"""The authorization code flow (OpenID Connect Core 1.0, 3.1) with a provider: what is sent, and what comes back.

ProConnect differs from the generic profile where its documentation says so: the client's secret goes in the body,
`userinfo` must be a signed JWT, and no parameter goes to `authorize` but those it documents. PKCE is among them only
when the provider's discovery document announces it; other providers are always sent it, since they ignore what they
do not know (RFC 6749, 3.1).
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from adapters.oidc.configuration import Client, Profile
from adapters.oidc.http import TIMEOUT_SECONDS, get
from adapters.oidc.provider import Metadata, Provider
from adapters.oidc.refusal import Cause, SignInRefused
from adapters.oidc.signed import ID_TOKEN, USER_INFO, NotSigned, Reader
from adapters.oidc.unavailable import ProviderUnavailable, no_answer
from adapters.oidc.under_way import UnderWay

CALLBACK: Final = "/connexion/retour"
SIGNED_OUT: Final = "/deconnexion/retour"
"""The addresses to register with the provider, below the base URL."""

_S256: Final = "S256"
_ID_CLAIMS: Final = ("iss", "aud", "sub", "exp", "iat", "nonce")
_JWT: Final = "application/jwt"


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider told of somebody, all of it proved."""

    subject: str
    claims: Mapping[str, Any] = field(repr=False)
    id_token: str = field(repr=False)


def authorize_address(provider: Provider, client: Client, under_way: UnderWay) -> str:
    """Return the address at the provider where a sign-in goes on. Raises ProviderUnavailable."""
    metadata = provider.metadata()
    asked = {"nonce": under_way.nonce}
    if client.acr_values:
        acr = {"essential": True, "values": list(client.acr_values)}
        asked["claims"] = json.dumps({"id_token": {"acr": acr}}, separators=(",", ":"))
    with _session(provider, client, metadata) as session:
        address, _ = session.create_authorization_url(
            metadata.authorization_endpoint,
            state=under_way.state,
            code_verifier=under_way.verifier if _with_pkce(provider, metadata) else None,
            **asked,
        )
    return str(address)


def told(provider: Provider, client: Client, under_way: UnderWay, code: str, *, now: datetime) -> Told:
    """Exchange the code of a return for what it tells of somebody. Raises SignInRefused, ProviderUnavailable."""
    metadata = provider.metadata()
    answer = _exchanged(provider, client, metadata, under_way, code)
    id_token, access_token = answer.get("id_token"), answer.get("access_token")
    if not isinstance(id_token, str) or not isinstance(access_token, str):
        raise SignInRefused(Cause.NOT_PROVED, "no ID token")
    reader = Reader(provider, now)
    try:
        claims = reader.read(id_token, ID_TOKEN, client.client_id, _ID_CLAIMS)
        _check_id_token(claims, client, under_way, access_token)
        known = _user_info(reader, client, metadata, access_token)
    except NotSigned as refused:
        raise SignInRefused(Cause.NOT_PROVED, str(refused)) from None
    if known.get("sub", claims["sub"]) != claims["sub"]:
        raise SignInRefused(Cause.NOT_PROVED, "userinfo is somebody else's")
    return Told(claims["sub"], {**known, **claims}, id_token)


def sign_out_address(provider: Provider, client: Client, id_token: str, state: str) -> str | None:
    """Return where to sign out at the provider; None where it has no such place. Raises ProviderUnavailable."""
    there = provider.metadata().end_session_endpoint
    if there is None:
        return None
    asked = {
        "id_token_hint": id_token,
        "post_logout_redirect_uri": f"{client.base_url}{SIGNED_OUT}",
        "state": state,
    }
    return f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}"


def _session(provider: Provider, client: Client, metadata: Metadata) -> OAuth2Session:
    post = "client_secret_post"
    only_post = "client_secret_basic" not in metadata.token_endpoint_auth_methods_supported
    return OAuth2Session(
        client.client_id,
        client.secret,
        token_endpoint_auth_method=post if _proconnect(provider) or only_post else "client_secret_basic",
        scope=client.scopes,
        redirect_uri=f"{client.base_url}{CALLBACK}",
        code_challenge_method=_S256,
    )


def _exchanged(
    provider: Provider, client: Client, metadata: Metadata, under_way: UnderWay, code: str
) -> Mapping[str, Any]:
    proof = {"code_verifier": under_way.verifier} if _with_pkce(provider, metadata) else {}
    try:
        with _session(provider, client, metadata) as session:
            answer: Mapping[str, Any] = session.fetch_token(
                metadata.token_endpoint,
                grant_type="authorization_code",
                code=code,
                redirect_uri=session.redirect_uri,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
                **proof,
            )
    except OAuthError as error:
        # A code that lapsed or was used; whatever else it is, the words are the provider's and are not repeated.
        cause = Cause.NOT_UNDER_WAY if error.error == "invalid_grant" else Cause.UNAVAILABLE
        raise SignInRefused(cause, "the token endpoint refuses the code") from None
    except (requests.RequestException, ValueError) as error:
        raise no_answer("le point d'accès aux jetons", "the token endpoint", error) from None
    return answer


def _check_id_token(
    claims: Mapping[str, Any], client: Client, under_way: UnderWay, access_token: str
) -> None:
    """Check what is particular to an ID token (OpenID Connect Core 1.0, 3.1.3.7 and 3.1.3.8)."""
    nonce, party, acr = claims["nonce"], claims.get("azp"), claims.get("acr")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), under_way.nonce.encode()):
        raise NotSigned("made for another sign-in")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if party != client.client_id and (several or party is not None):
        raise NotSigned("made for another party")
    if "at_hash" in claims and claims["at_hash"] != _half_hash(access_token):
        raise NotSigned("made for another access token")
    if client.acr_values and acr not in client.acr_values:
        raise SignInRefused(Cause.NOT_ASSURED)


def _half_hash(access_token: str) -> str:
    digest = hashlib.sha256(access_token.encode()).digest()  # all our algorithms are of 256 bits
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode("ascii")


def _user_info(reader: Reader, client: Client, metadata: Metadata, access_token: str) -> Mapping[str, Any]:
    """Return what the provider tells of the person beside the ID token: signed, or over TLS in the generic profile."""
    if metadata.userinfo_endpoint is None:
        return {}
    only_signed = _proconnect(reader.provider)
    accept = _JWT if only_signed else f"application/json, {_JWT}"
    media_type, body = get(metadata.userinfo_endpoint, accept, access_token)
    if media_type == _JWT:
        text = body.decode("ascii", errors="replace").strip()
        return reader.read(text, USER_INFO, client.client_id, ("sub",))
    if only_signed:
        raise NotSigned("userinfo is not signed")
    try:
        known = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ProviderUnavailable("userinfo ne peut pas être lu", "userinfo cannot be read") from None
    if not isinstance(known, dict) or not isinstance(known.get("sub"), str):
        raise NotSigned("userinfo has no subject")
    return known


def _with_pkce(provider: Provider, metadata: Metadata) -> bool:
    return not _proconnect(provider) or _S256 in metadata.code_challenge_methods_supported


def _proconnect(provider: Provider) -> bool:
    return provider.configuration.profile is Profile.PROCONNECT
