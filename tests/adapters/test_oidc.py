"""The identity provider's settings, mapping of claims and keys: what is refused before anybody comes."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey
from sqlalchemy import event

from adapters.database import writing
from adapters.oidc import provider as providers
from adapters.oidc import under_way
from adapters.oidc.claims import Granted, MappingRefused, granted_by, read
from adapters.oidc.configuration import Configuration, Profile
from adapters.oidc.provider import Provider
from adapters.oidc.unavailable import ProviderUnavailable
from adapters.settings import Settings, load
from adapters.settings_words import SettingsError
from tests.adapters.makers import opened
from tests.support.providers import Issuer
from workflows.roles import Role

SECRET = "n0t-to-be-shown"
PAGES = {
    "FILROUGE_OIDC_ISSUER": "https://idp.example",
    "FILROUGE_OIDC_CLIENT_ID": "filrouge",
    "FILROUGE_OIDC_CLIENT_SECRET": SECRET,
    "FILROUGE_PUBLIC_URL": "https://filrouge.example",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment with nothing of ours but a home and a provider."""
    for name in list(os.environ):
        if name.upper().startswith("FILROUGE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("FILROUGE_HOME", str(tmp_path))
    for name, value in PAGES.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def refusal() -> str:
    """Return why the settings are refused, in both languages, without the secret."""
    with pytest.raises(SettingsError) as no:
        load().identity_provider()
    french, english = no.value.text("fr"), no.value.text("en")
    assert french != english
    assert SECRET not in french + english + repr(no.value)
    return f"{french}\n{english}"


def test_a_provider_for_the_pages_and_for_the_api(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is not said has its usual value; a secret may stand in a file."""
    found = load().identity_provider()
    assert found is not None
    assert found.client is not None
    assert (found.name, found.profile, found.audience) == ("idp.example", Profile.GENERIC, None)
    assert (found.client.scopes, found.client.secret) == ("openid email", SECRET)
    assert SECRET not in repr(found)
    environment.delenv("FILROUGE_OIDC_CLIENT_SECRET")
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n")
    path.chmod(0o600)
    environment.setenv("FILROUGE_OIDC_CLIENT_SECRET_FILE", str(path))
    environment.setenv("FILROUGE_OIDC_PROFILE", "ProConnect")
    environment.setenv("FILROUGE_OIDC_SCOPES", "email uid openid")
    found = load().identity_provider()
    assert found is not None
    assert found.client is not None
    assert (found.name, found.client.secret) == ("ProConnect", SECRET)
    assert found.client.scopes == "openid email uid"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ISSUER": None}, "without FILROUGE_OIDC_ISSUER"),
        ({"ISSUER": "http://idp.example"}, "FILROUGE_OIDC_ISSUER: an https address is expected"),
        ({"ISSUER": "https://me:x@idp.example"}, "FILROUGE_OIDC_ISSUER: an https address is expected"),
        ({"ISSUER": "https://idp.example?x=1"}, "FILROUGE_OIDC_ISSUER: an https address is expected"),
        ({"ISSUER": "https://idp.example:x"}, "FILROUGE_OIDC_ISSUER: an https address is expected"),
        ({"CLIENT_ID": None}, "FILROUGE_OIDC_CLIENT_ID is missing"),
        ({"CLIENT_SECRET": None}, "FILROUGE_OIDC_CLIENT_SECRET_FILE is missing"),
        ({"CLIENT_SECRET_FILE": "/run/secret"}, "both set: keep one"),
        ({"CLIENT_ID": None, "CLIENT_SECRET": None}, "it would be of no use"),
        ({"API_AUDIENCE": "filrouge"}, "the API needs an audience of its own"),
        ({"PROFILE": "saml"}, "FILROUGE_OIDC_PROFILE: Input should be 'generic' or 'proconnect'"),
        ({"NAME": "x" * 61}, "FILROUGE_OIDC_NAME"),
        ({"MAPPING_FILE": "/nowhere.toml"}, "FILROUGE_OIDC_MAPPING_FILE: /nowhere.toml cannot be read"),
        (
            {"CLIENT_SECRET": None, "CLIENT_SECRET_FILE": "/nowhere"},
            "FILROUGE_OIDC_CLIENT_SECRET_FILE: /nowhere cannot be read",
        ),
    ],
)
def test_settings_that_do_not_go_together_stop_the_start(
    environment: pytest.MonkeyPatch, changes: dict[str, str | None], said: str
) -> None:
    for name, value in changes.items():
        if value is None:
            environment.delenv(f"FILROUGE_OIDC_{name}")
        else:
            environment.setenv(f"FILROUGE_OIDC_{name}", value)
    assert said in refusal()


def test_the_public_address_is_needed_and_safe(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("FILROUGE_PUBLIC_URL", "http://filrouge.example")
    assert "FILROUGE_PUBLIC_URL is https" in refusal()
    environment.delenv("FILROUGE_PUBLIC_URL")
    assert "FILROUGE_PUBLIC_URL is missing" in refusal()


def test_a_secret_that_others_can_read_is_refused(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.delenv("FILROUGE_OIDC_CLIENT_SECRET")
    path = tmp_path / "secret"
    environment.setenv("FILROUGE_OIDC_CLIENT_SECRET_FILE", str(path))
    path.write_text("")
    path.chmod(0o600)
    assert "is empty" in refusal()
    path.write_text(SECRET)
    path.chmod(0o640)
    assert "chmod 600" in refusal()


def test_without_a_provider_nothing_of_it_is_there(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).identity_provider() is None


# ---------------------------------------------------------------- sign-ins under way


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_of_two_returns_at_the_same_time_one_counts(migrated_database_url: str) -> None:
    """The second between the other's look and its writing; on SQLite writers wait for one another."""
    now = datetime(2018, 3, 31, 12, tzinfo=UTC)
    used: list[str | None] = []
    with opened(migrated_database_url) as engine, opened(migrated_database_url) as other:
        with writing(engine) as connection:
            _, begun = under_way.begin(connection, "/dossiers", now=now)

        def overtaken(*told: Any) -> None:
            if str(told[2]).startswith("DELETE FROM sign_ins") and not used:
                with writing(other) as connection:
                    used.append(begun.use(connection, now=now))

        event.listen(engine, "before_cursor_execute", overtaken)
        with writing(engine) as connection:
            used.append(begun.use(connection, now=now))
    assert used == ["/dossiers", None]


# ---------------------------------------------------------------- claims


def mapping(tmp_path: Path, text: str) -> Path:
    """Write a mapping."""
    path = tmp_path / "mapping.toml"
    path.write_text(text)
    return path


GRANT = '[[grant]]\nclaim = "{}"\nvalue = "{}"\nrole = "{}"\n'


@pytest.mark.parametrize(
    ("claims", "granted"),
    [
        ({"groups": ["a", "b"]}, True),
        ({"groups": "a"}, True),
        ({"groups": "A"}, False),
        ({"groups": " a"}, False),
        ({"groups": ["ab"]}, False),
        ({"groups": {"a": True}}, False),
        ({"groups": 1}, False),
        ({}, False),
        ({"realm": {"roles": ["r"]}}, True),
        ({"realm.roles": "r"}, True),
        ({"realm": ["roles"]}, False),
        ({"groups": "a", "realm": {"roles": ["r"]}}, True),
    ],
)
def test_a_claim_grants_when_it_is_the_value_to_the_letter(
    tmp_path: Path, claims: dict[str, Any], granted: bool
) -> None:
    grants = read(
        mapping(
            tmp_path, GRANT.format("groups", "a", "auditor") + GRANT.format("realm.roles", "r", "auditor")
        )
    )
    assert granted_by(grants, claims) == ({Granted(Role.AUDITOR, None)} if granted else set())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "one or several tables"),
        ("x = 1", "one or several tables"),
        ("[grant]\nclaim = 'a'", "one or several tables"),
        ("[[grant", "is not TOML"),
        ("[[grant]]\nclaim = 'a'\nvalue = 'b'", "grant no. 1: claim, value and role are expected"),
        (GRANT.format("a", "b", "auditor") + "name = 'x'", "and nothing else"),
        (GRANT.format("a", "b", "king"), "role accepted: detector"),
        (GRANT.format("a", " ", "auditor"), "texts, not empty"),
        (GRANT.format("a", "b", "counsellor"), "acts inside an organisation"),
        (GRANT.format("a", "b", "counsellor") + "organisation = 'CPAM du Gard'", "a fund's code"),
    ],
)
def test_a_mapping_is_read_strictly(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(MappingRefused, match=said) as no:
        read(mapping(tmp_path, text))
    assert no.value.texts[0] != no.value.texts[1]


# ---------------------------------------------------------------- keys


class Turning:
    """A clock that is turned."""

    now = 0.0

    def __call__(self) -> float:
        """Return the seconds it shows."""
        return self.now


def provider_of(issuer: Issuer, clock: Callable[[], float]) -> Provider:
    """Return what knows a provider."""
    return Provider(Configuration(issuer.address, Profile.GENERIC, "x", None, "an audience", (), None), clock)


def test_a_new_key_is_read_once_a_minute_at_most(strict_provider: Issuer) -> None:
    """However many tokens of keys that nobody has: the provider is asked no more often."""
    assert strict_provider.key is not None
    clock = Turning()
    known = provider_of(strict_provider, clock)
    before = strict_provider.asked("/jwks")
    assert len(known.keys_for("ES256", strict_provider.key.kid)) == 1
    for number in range(5):
        assert known.keys_for("ES256", f"invented-{number}") == []
    assert strict_provider.asked("/jwks") - before == 1
    clock.now = 61
    assert known.keys_for("ES256", "invented") == []
    assert known.keys_for("ES256", "invented") == []
    assert strict_provider.asked("/jwks") - before == 2
    assert known.keys_for("RS256", strict_provider.key.kid) == []
    clock.now = 4000
    assert len(known.keys_for("ES256", None)) == 1
    assert strict_provider.asked("/jwks") - before == 3


def test_keys_that_were_known_outlive_a_provider_that_is_down_for_a_day(
    strict_provider: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nobody waits for it again within some seconds."""
    assert strict_provider.key is not None
    clock = Turning()
    known = provider_of(strict_provider, clock)
    known.check()
    asked: list[object] = []

    def down(*what: object) -> tuple[str, bytes]:
        asked.append(what)
        raise ProviderUnavailable("en panne", "down")

    monkeypatch.setattr(providers, "get", down)
    for clock.now in (4000, 80_000):
        assert len(known.keys_for("ES256", strict_provider.key.kid)) == 1
    clock.now = 90_000
    with pytest.raises(ProviderUnavailable):
        known.keys_for("ES256", strict_provider.key.kid)
    asked.clear()
    unknown = provider_of(strict_provider, clock)
    for clock.now in (90_000, 90_001, 90_004, 90_006):
        with pytest.raises(ProviderUnavailable):
            unknown.keys_for("ES256", None)
    assert len(asked) == 2


def test_only_keys_that_may_verify_a_signature_are_taken() -> None:
    """No shared secret, none for encryption, no private one, none too short; what is unknown does no harm."""
    good = ECKey.generate_key("P-256", private=False, auto_kid=True).as_dict()
    body = {
        "keys": [
            OctKey.generate_key(256).as_dict(private=True),
            {**ECKey.generate_key("P-256", private=False).as_dict(), "use": "enc"},
            ECKey.generate_key("P-256", private=True).as_dict(private=True),
            {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
            {"kty": "RSA", "n": "x" * 400, "e": 7},
            {"kty": "EC", "crv": "P-256"},
            {"kty": "future"},
            "key",
            good,
        ]
    }
    assert [key.kid for key in providers._keys_in(msgspec.json.encode(body))] == [good["kid"]]
    rsa = RSAKey.generate_key(2048, private=False).as_dict()
    assert len(providers._keys_in(msgspec.json.encode({"keys": [rsa]}))) == 1
    for wrong in (b"", b"[]", b"{}", b'{"keys": 1}', b"\xff"):
        with pytest.raises(ProviderUnavailable):
            providers._keys_in(wrong)
