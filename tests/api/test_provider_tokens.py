"""Access tokens of the identity provider at the API: the good one opens the door, every other is one refusal."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from adapters import accounts, deprovisioning
from adapters.database import writing
from adapters.oidc.digests import identity_of
from tests.api.house import House, opened
from tests.api.logs import Log
from tests.builders import ANNA
from tests.databases import Databases
from tests.service import SetClock
from tests.support.providers import Issuer
from workflows.roles import Role

AUDIENCE = "https://filrouge.example/api"
SUBJECT = "program-7"
NOW = datetime.now(UTC).replace(microsecond=0)
ELSEWHERE = ECKey.generate_key("P-256", private=True, auto_kid=True)

Claims = dict[str, Any]


@pytest.fixture(scope="module")
def house(
    databases: Databases, strict_provider: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A house that accepts the tokens of a provider, with an analyst's account that a program is linked to."""
    home = tmp_path_factory.mktemp("home")
    provided = {"oidc_issuer": strict_provider.address, "oidc_api_audience": AUDIENCE}
    with (
        databases.fresh("sqlite", migrated=True) as url,
        opened(home, url, SetClock(NOW), **provided) as made,
    ):
        linked(made, ANNA.actor, SUBJECT)
        yield made


def linked(house: House, account: str, subject: str) -> None:
    """Link a subject of the provider to an account."""
    service = house.cells.service
    identity = identity_of(service.keys, str(service.settings.oidc_issuer), subject)
    with writing(service.engine) as connection:
        accounts.link(connection, account, identity, now=NOW)


def good(issuer: Issuer, **changes: Any) -> Claims:
    """Return the claims of a good token, with changes; None takes a claim away."""
    at = int(NOW.timestamp())
    claims = {
        "iss": issuer.address,
        "aud": AUDIENCE,
        "sub": SUBJECT,
        "client_id": "a-program",
        "iat": at,
        "exp": at + 300,
        "jti": "1",
    } | changes
    return {name: value for name, value in claims.items() if value is not None}


def signed(issuer: Issuer, claims: Claims, **header: Any) -> str:
    """Sign with the provider's own key."""
    assert issuer.key is not None
    whole = {"alg": "ES256", "kid": issuer.key.kid, "typ": "at+jwt"} | header
    whole = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode(whole, claims, issuer.key, registry=_anything(), default_type=None)


def _anything() -> jws.JWSRegistry:
    return jws.JWSRegistry(algorithms=["ES256", "HS256", "RS256"], strict_check_header=False)


def status(house: House, bearer: str) -> int:
    """Ask for something that an analyst may see."""
    answer = house.client.get(
        "/api/v1/statistics/intake", headers={b"Authorization": f"Bearer {bearer}".encode()}
    )
    if answer.status_code == 401:
        assert answer.json()["type"] == "urn:filrouge:problem:token-refused"
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert answer.json().keys() == {"type", "title", "status", "detail", "instance"}
    return answer.status_code


def part(content: object) -> str:
    """Encode a part of a token."""
    plain = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


def test_a_good_token_is_its_account(house: House, strict_provider: Issuer, log: Log) -> None:
    assert status(house, signed(strict_provider, good(strict_provider))) == 200
    assert log.requests[-1]["actor"] == ANNA.actor
    several = good(strict_provider, aud=["https://elsewhere.example", AUDIENCE])
    assert status(house, signed(strict_provider, several, typ="application/at+jwt")) == 200
    late = good(strict_provider, exp=int(NOW.timestamp()) - 29, nbf=int(NOW.timestamp()) + 29)
    assert status(house, signed(strict_provider, late)) == 200
    assert status(house, signed(strict_provider, good(strict_provider), kid=None)) == 200
    assert house.get("/statistics/intake", ANNA).status_code == 200  # our own tokens beside it


AT = int(NOW.timestamp())
WRONG_CLAIMS: dict[str, Claims] = {
    "expired": {"exp": AT - 31},
    "expires never": {"exp": None},
    "expires not a number": {"exp": "tomorrow"},
    "expires in NaN": {"exp": float("nan")},
    "not yet": {"nbf": AT + 31},
    "issued tomorrow": {"iat": AT + 86_400},
    "issued never": {"iat": None},
    "another issuer": {"iss": "https://elsewhere.example"},
    "a longer issuer": {"iss": "http://127.0.0.1.elsewhere.example"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "https://elsewhere.example"},
    "other audiences": {"aud": ["a", "b"]},
    "no audience": {"aud": None},
    "an audience in an object": {"aud": {AUDIENCE: True}},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject of another type": {"sub": ["program-7"]},
    "a long subject": {"sub": "p" * 256},
    "a subject with controls": {"sub": "program-7\n"},
    "somebody else": {"sub": "program-8"},
    "no id": {"jti": None},
    "no client": {"client_id": None},
}


@pytest.mark.parametrize("wrong", WRONG_CLAIMS)
def test_a_token_with_wrong_claims_is_refused(house: House, strict_provider: Issuer, wrong: str) -> None:
    assert status(house, signed(strict_provider, good(strict_provider, **WRONG_CLAIMS[wrong]))) == 401


def _public(issuer: Issuer) -> bytes:
    assert issuer.key is not None
    return issuer.key.as_pem(private=False)


Maker = Callable[[Issuer], str]
MISMADE: dict[str, Maker] = {
    "an ID token": lambda p: signed(p, good(p), typ="JWT"),
    "no type": lambda p: signed(p, good(p), typ=None),
    "a type that is no text": lambda p: f"{part({'alg': 'ES256', 'typ': 1})}.{part(good(p))}.AA",
    "alg none": lambda p: f"{part({'alg': 'none', 'typ': 'at+jwt'})}.{part(good(p))}.",
    "alg None": lambda p: f"{part({'alg': 'None', 'typ': 'at+jwt'})}.{part(good(p))}.AA",
    "no alg": lambda p: f"{part({'typ': 'at+jwt'})}.{part(good(p))}.AA",
    "alg a list": lambda p: f"{part({'alg': ['ES256'], 'typ': 'at+jwt'})}.{part(good(p))}.AA",
    "HS256 with the public key": lambda p: jwt.encode(
        {"alg": "HS256", "typ": "at+jwt", "kid": p.key.kid if p.key else ""},
        good(p),
        OctKey.import_key(base64.b64encode(_public(p))),
    ),
    "HS256 with the public JWK": lambda p: jwt.encode(
        {"alg": "HS256", "typ": "at+jwt"},
        good(p),
        OctKey.import_key(json.dumps(p.key.as_dict(private=False) if p.key else {})),
    ),
    "another's key under its id": lambda p: jwt.encode(
        {"alg": "ES256", "typ": "at+jwt", "kid": p.key.kid if p.key else ""}, good(p), ELSEWHERE
    ),
    "an unknown key": lambda p: jwt.encode(
        {"alg": "ES256", "typ": "at+jwt", "kid": ELSEWHERE.kid}, good(p), ELSEWHERE
    ),
    "a key it brings along": lambda p: jwt.encode(
        {"alg": "ES256", "typ": "at+jwt", "jwk": ELSEWHERE.as_dict(private=False)}, good(p), ELSEWHERE
    ),
    "a key of another type": lambda p: jwt.encode(
        {"alg": "RS256", "typ": "at+jwt", "kid": p.key.kid if p.key else ""},
        good(p),
        RSAKey.generate_key(2048),
    ),
    "a critical header that nobody knows": lambda p: (
        f"{part({'alg': 'ES256', 'typ': 'at+jwt', 'crit': ['x'], 'x': 1})}.{part(good(p))}.AA"
    ),
    "changed claims": lambda p: _changed(signed(p, good(p)), part(good(p, sub="program-9"))),
    "a cut signature": lambda p: signed(p, good(p))[:-4],
    "no signature": lambda p: signed(p, good(p)).rpartition(".")[0] + ".",
    "too long": lambda p: signed(p, good(p, more="x" * 20_000)),
    "a long header": lambda p: signed(p, good(p), more="x" * 8_000),
    "deep": lambda p: f"{part(b'[' * 3_000)}.{part(good(p))}.AA",
    "not JSON": lambda p: f"{part(b'hello')}.{part(b'hello')}.{part(b'hello')}",
    "not base64": lambda p: "é.é.é",
    "empty parts": lambda p: "..",
    "a list": lambda p: f"{part([])}.{part([])}.AA",
}


def _changed(token: str, payload: str) -> str:
    header, _, signature = token.split(".")
    return f"{header}.{payload}.{signature}"


@pytest.mark.parametrize("how", MISMADE)
def test_a_token_that_is_made_wrongly_is_refused(
    house: House, strict_provider: Issuer, log: Log, how: str
) -> None:
    """And nothing of it, nor of whom it is about, is said or logged."""
    made = MISMADE[how](strict_provider)
    assert status(house, made) == 401
    assert SUBJECT not in log.text
    assert len(made) < 8 or made not in log.text


@settings(max_examples=60, deadline=None)
@given(header=st.dictionaries(st.sampled_from(["alg", "typ", "kid", "crit", "b64", "zip"]), st.one_of(
    st.none(), st.integers(), st.text(max_size=8), st.lists(st.text(max_size=3), max_size=2),
    st.sampled_from(["ES256", "at+jwt", "none"]))), rest=st.binary(max_size=40))  # fmt: skip
def test_no_invented_token_opens_the_door_or_makes_a_fault(
    house: House, header: dict[str, Any], rest: bytes
) -> None:
    assert status(house, f"{part(header)}.{part(rest)}.{part(rest)}") == 401


def test_an_account_that_is_disabled_is_out_at_once(house: House, strict_provider: Issuer) -> None:
    with writing(house.cells.service.engine) as connection:
        accounts.require(connection, "analyst-9", Role.ANALYST, None, now=NOW)
    linked(house, "analyst-9", "program-9")
    bearer = signed(strict_provider, good(strict_provider, sub="program-9"))
    assert status(house, bearer) == 200
    with writing(house.cells.service.engine) as connection:
        deprovisioning.disable(connection, "analyst-9", now=NOW)
    assert status(house, bearer) == 401


def test_a_provider_that_does_not_answer_is_said_so(
    databases: Databases, strict_provider: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """To whoever has a token of its kind; tokens of ours open the door all the same."""
    home = tmp_path_factory.mktemp("home")
    provided = {"oidc_issuer": "http://127.0.0.1:9", "oidc_api_audience": AUDIENCE}
    with databases.fresh("sqlite", migrated=True) as url, opened(home, url, None, **provided) as made:
        answer = made.client.get(
            "/api/v1/statistics/intake",
            headers={"Authorization": f"Bearer {signed(strict_provider, good(strict_provider))}"},
        )
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:filrouge:problem:provider-unavailable"
        assert made.get("/statistics/intake", ANNA).status_code == 200
