"""The identity provider's door: what the pages and the API ask, of a service that has one configured."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy import Engine

from adapters import accounts, sessions
from adapters.database import writing
from adapters.keys import KeyStore
from adapters.oidc import exchange, hints, under_way
from adapters.oidc.claims import Claims, granted_by
from adapters.oidc.configuration import Client, Configuration, Profile
from adapters.oidc.digests import email_of, identity_of
from adapters.oidc.provider import Provider
from adapters.oidc.recognition import WAY, Recognised, recognised, settle
from adapters.oidc.refusal import Cause, SignInRefused
from adapters.oidc.signed import ACCESS_TOKEN, NotSigned, Reader
from adapters.oidc.unavailable import ProviderUnavailable
from adapters.oidc.under_way import UnderWay
from adapters.sessions import Limits, Session, Started
from domain.access import Principal

_ACCESS_CLAIMS: Final = ("iss", "aud", "sub", "exp", "iat", "jti", "client_id")  # RFC 9068, 2.2
_LONGEST_CODE: Final = 4096
_STATE_BYTES: Final = 32
_NO: Final = "access_denied"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that goes on at `address`. `plaintext` is what its browser keeps meanwhile."""

    address: str
    plaintext: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Returned:
    """What a browser came back with from the provider: it may be anything."""

    state: str | None
    code: str | None
    error: str | None
    issuer: str | None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody let in: their account, their session, and where they wanted to go."""

    principal: Principal
    started: Started
    lead_to: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """A sign-out that goes on at `address`, from where the browser comes back with `state`."""

    address: str = field(repr=False)
    state: str


class Doorman:
    """Lets in those whom the provider recognises and who are somebody here. Threads may share it."""

    def __init__(self, configuration: Configuration, engine: Engine, keys: KeyStore, limits: Limits) -> None:
        """Keep what it works with; the provider is not asked before somebody comes."""
        self.configuration = configuration
        self.provider = Provider(configuration)
        self._engine, self._keys, self._limits = engine, keys, limits

    @property
    def client(self) -> Client | None:
        """This service as the provider knows it; None when only programs come in by it."""
        return self.configuration.client

    # ------------------------------------------------------------ the API

    def principal_of(self, bearer: str, *, now: datetime) -> Principal | None:
        """Return who an access token of the provider's is for; None for anything else, whatever is wrong with it.

        Raises ProviderUnavailable when its keys cannot be had.
        """
        audience = self.configuration.audience
        if audience is None or bearer.count(".") != 2:
            return None
        try:
            claims = Reader(self.provider, now).read(bearer, ACCESS_TOKEN, audience, _ACCESS_CLAIMS)
            return recognised(self._engine, self._recognised(claims["sub"], claims), now=now)
        except (NotSigned, SignInRefused) as refused:
            log.info("access_token.refused", reason=str(refused))
            return None

    # ------------------------------------------------------------ the pages

    def begin(self, lead_to: str, *, now: datetime) -> Begun:
        """Begin a sign-in that leads to an address of ours. Raises SignInRefused."""
        client = self._client()
        with writing(self._engine) as connection:
            plaintext, begun = under_way.begin(connection, lead_to, now=now)
        try:
            return Begun(exchange.authorize_address(self.provider, client, begun), plaintext)
        except ProviderUnavailable as error:
            raise SignInRefused(Cause.UNAVAILABLE, str(error)) from None

    def finish(
        self, cookie: str | None, returned: Returned, before: Session | None, *, now: datetime
    ) -> SignedIn:
        """End a sign-in with what its browser came back with; the session `before` ends. Raises SignInRefused."""
        client = self._client()
        begun = UnderWay.of(cookie) if cookie else None
        if begun is None or not begun.is_answered_by(returned.state or ""):
            # Some providers forget the state when somebody says no; it is a no whoever says it.
            no = returned.error == _NO
            raise SignInRefused(
                Cause.ABANDONED if no else Cause.NOT_UNDER_WAY, "no such sign-in in this browser"
            )
        with writing(self._engine) as connection:
            lead_to = begun.use(connection, now=now)
        if lead_to is None:
            raise SignInRefused(Cause.NOT_UNDER_WAY, "used already, or lapsed")
        try:
            found = exchange.told(self.provider, client, begun, self._code(returned), now=now)
        except ProviderUnavailable as error:
            raise SignInRefused(Cause.UNAVAILABLE, str(error)) from None
        who = self._recognised(found.subject, found.claims, email=self._vouched(found.claims))
        with writing(self._engine) as connection:
            principal = settle(connection, who, now=now)
            if not accounts.note_sign_in(connection, principal.actor, now=now):
                raise SignInRefused(Cause.DISABLED)
            if before is not None:
                sessions.end(connection, before.session_id, now=now)
            started = sessions.begin(connection, principal, WAY, limits=self._limits, now=now)
            hints.keep(connection, started, found.id_token, now=now)
        return SignedIn(principal, started, lead_to)

    def leave(self, session: Session, cookie: str, *, now: datetime) -> Leaving | None:
        """End a session; return where its person signs out at the provider too, None for nowhere."""
        with writing(self._engine) as connection:
            sessions.end(connection, session.session_id, now=now)
            id_token = hints.take(connection, session.session_id, cookie)
        if id_token is None or self.client is None:
            return None
        state = secrets.token_hex(_STATE_BYTES)
        try:
            address = exchange.sign_out_address(self.provider, self.client, id_token, state)
        except ProviderUnavailable as error:
            log.warning("sign_out.provider_unavailable", reason=str(error))
            return None
        return None if address is None else Leaving(address, state)

    def _client(self) -> Client:
        if self.client is None:
            raise SignInRefused(Cause.UNAVAILABLE, "only programs come in by this provider")
        return self.client

    def _code(self, returned: Returned) -> str:
        """Return the code of a return, if it is one, of this issuer. Raises SignInRefused, ProviderUnavailable."""
        if returned.error is not None:
            cause = Cause.ABANDONED if returned.error == _NO else Cause.UNAVAILABLE
            raise SignInRefused(cause, "the provider refuses")
        says_who = self.provider.metadata().authorization_response_iss_parameter_supported
        if returned.issuer != self.configuration.issuer and (says_who or returned.issuer is not None):
            # RFC 9207: the answer of another provider, mixed up on purpose
            raise SignInRefused(Cause.NOT_PROVED, "answered by another issuer")
        if not returned.code or len(returned.code) > _LONGEST_CODE:
            raise SignInRefused(Cause.NOT_PROVED, "no code")
        return returned.code

    def _recognised(self, subject: str, claims: Claims, email: str | None = None) -> Recognised:
        return Recognised(
            identity_of(self._keys, self.configuration.issuer, subject),
            granted_by(self.configuration.grants, claims),
            email,
        )

    def _vouched(self, claims: Claims) -> str | None:
        """Return the digest of an address that the provider vouches for.

        ProConnect says nothing of `email_verified`: its identity providers are those of the address's own domain.
        """
        address: Any = claims.get("email")
        proconnect = self.configuration.profile is Profile.PROCONNECT
        verified = claims.get("email_verified", proconnect)
        return email_of(self._keys, address) if isinstance(address, str) and verified is True else None
