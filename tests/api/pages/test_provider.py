"""Signing in by an identity provider, against real ones: who is let in, and every way of not being."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from adapters import deprovisioning
from adapters.database import reading, writing
from adapters.oidc.under_way import LIFE
from adapters.tables import account_links, accounts, logout_hints, sign_ins
from tests.api.logs import Log
from tests.api.pages.provided import Door, asked, led_to, provided
from tests.builders import ANNA, MARIE, PAUL
from tests.databases import Databases
from tests.support.providers import Issuer

ADDRESS = "lise.vidal@cpam-gard.example"
MAPPING = """
[[grant]]
claim = "groups"
value = "filrouge/gard/conseil"
role = "counsellor"
organisation = "gard"

[[grant]]
claim = "groups"
value = "filrouge/analyse"
role = "analyst"
"""


@pytest.fixture(scope="module")
def generic(
    databases: Databases, mock_provider: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    """A house with oidc-provider-mock, by its discovery document, and a mapping of claims."""
    home = tmp_path_factory.mktemp("home")
    path = home / "mapping.toml"
    path.write_text(MAPPING)
    with provided(
        databases, home, mock_provider, oidc_mapping_file=path, oidc_contact="le poste 12 34"
    ) as door:
        door.adds(MARIE, "marie")
        yield door


@pytest.fixture(scope="module")
def proconnect(
    databases: Databases, strict_provider: Issuer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    """A house with a provider that does what ProConnect documents."""
    with provided(
        databases,
        tmp_path_factory.mktemp("home"),
        strict_provider,
        oidc_profile="proconnect",
        oidc_acr_values="https://proconnect.gouv.fr/assurance/consistency-checked-2fa",
    ) as door:
        door.adds(MARIE, "marie")
        yield door


@pytest.fixture(params=["generic", "proconnect"])
def door(request: pytest.FixtureRequest) -> Iterator[Door]:
    """Each profile in turn, with a browser that nobody has used."""
    found: Door = request.getfixturevalue(request.param)
    found.browser.cookies.clear()
    yield found
    if found.issuer.key is not None:
        found.issuer.behaves()


@pytest.fixture
def strict(proconnect: Door) -> Iterator[Door]:
    """The strict one alone."""
    proconnect.browser.cookies.clear()
    yield proconnect
    proconnect.issuer.behaves()


def no_way_in(door: Door, answer: Any, status: int, words: str) -> None:
    """The page says what happened and what to do, and nobody is signed in."""
    assert (answer.status_code, words in answer.text) == (status, True), answer.text
    assert "Back to signing in" in answer.text
    assert door.browser.get("/dossiers").status_code == 303


def test_somebody_known_is_let_in_where_they_wanted_to_go(door: Door) -> None:
    answer = door.sign_in("marie", "/dossiers?overdue=true")
    assert (answer.status_code, answer.headers["location"]) == (303, "/dossiers?overdue=true")
    page = door.browser.get("/dossiers")
    assert page.status_code == 200
    assert MARIE.actor in page.text
    assert "filrouge-connexion" not in door.browser.cookies
    with reading(door.service.engine) as connection:
        signed_in = sa.select(accounts.c.signed_in_at).where(accounts.c.account == MARIE.actor)
        assert connection.execute(signed_in).scalar() is not None
        assert connection.execute(sa.select(sign_ins)).all() == []


def test_what_is_asked_of_a_provider(door: Door) -> None:
    """State, nonce and challenge are new each time, of 256 bits, and stored nowhere."""
    first, second = asked(door.begin()), asked(door.begin())
    usual = {
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce",
        "code_challenge", "code_challenge_method",
    }  # fmt: skip
    strict = door.issuer.key is not None
    assert set(first) == usual | ({"claims"} if strict else set())
    assert (first["scope"], first["code_challenge_method"]) == ("openid email", "S256")
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name]) >= 43
    with reading(door.service.engine) as connection:
        stored = str(connection.execute(sa.select(sign_ins)).all())
    cookie = door.browser.cookies["filrouge-connexion"].split("_", 2)[2]
    for secret in (cookie, second["state"], second["nonce"]):
        assert secret not in stored


def test_the_challenge_is_left_out_where_proconnect_does_not_announce_it(
    databases: Databases, strict_provider: Issuer, tmp_path: Path
) -> None:
    """No parameter that is not documented: the generic profile sends it to whoever, since others ignore it."""
    strict_provider.behaves(metadata={"code_challenge_methods_supported": []})
    try:
        for profile, sent in (("proconnect", False), ("generic", True)):
            with provided(databases, tmp_path / profile, strict_provider, oidc_profile=profile) as door:
                assert ("code_challenge" in asked(door.begin())) is sent
    finally:
        strict_provider.behaves()


def test_a_sign_in_is_used_once(door: Door) -> None:
    back = door.agree(door.begin(), "marie")
    kept = dict(door.browser.cookies)
    assert door.browser.get(back).status_code == 303
    door.browser.cookies.clear()
    for name, value in kept.items():
        door.browser.cookies.set(name, value)
    no_way_in(door, door.browser.get(back), 400, "This sign-in is over")


def test_a_sign_in_is_used_once_whatever_the_provider_says(strict: Door) -> None:
    """A second code for the same question, which the provider takes for good."""
    address = strict.begin()
    first, second = strict.agree(address, "marie"), strict.agree(address, "marie")
    kept = strict.browser.cookies["filrouge-connexion"]
    assert strict.browser.get(first).status_code == 303
    strict.browser.cookies.clear()
    strict.browser.cookies.set("filrouge-connexion", kept)
    no_way_in(strict, strict.browser.get(second), 400, "This sign-in is over")


def test_a_sign_in_is_of_one_browser_and_one_question(door: Door) -> None:
    """Another browser's answer, none's, and one to another question of the same browser."""
    back = door.agree(door.begin(), "marie")
    other = door.another_browser()
    assert other.get(back).status_code == 400
    door.begin(browser=other)
    assert other.get(back).status_code == 400
    assert other.get("/dossiers").status_code == 303
    state = asked(back)["state"]
    for wrong in (state[:-1], state.upper(), "é", ""):
        no_way_in(door, door.browser.get(back.replace(state, wrong)), 400, "This sign-in is over")
    assert door.browser.get(back).status_code == 303  # none of them used it up


def test_a_sign_in_lapses(door: Door) -> None:
    back = door.agree(door.begin(), "marie")
    door.clock.ahead = LIFE
    try:
        no_way_in(door, door.browser.get(back), 400, "This sign-in is over")
    finally:
        door.clock.ahead = timedelta()


def test_whoever_says_no_is_told_so(door: Door) -> None:
    no_way_in(door, door.browser.get(door.agree(door.begin(), "nobody")), 403, "Sign-in abandoned")
    state = asked(door.begin())["state"]
    broken = door.browser.get("/connexion/retour", params={"state": state, "error": "server_error"})
    no_way_in(door, broken, 503, "The identity provider does not answer")


def test_a_code_that_is_none_is_refused(door: Door) -> None:
    for code, status in (("invented", 400), ("x" * 5_000, 403), ("", 403)):
        state = asked(door.begin())["state"]
        answer = door.browser.get("/connexion/retour", params={"state": state, "code": code})
        assert answer.status_code == status
        assert code not in answer.text or not code
    assert door.browser.get("/connexion/retour").status_code == 400
    mixed = {"state": asked(door.begin())["state"], "code": "x", "iss": "https://elsewhere.example"}
    no_way_in(door, door.browser.get("/connexion/retour", params=mixed), 403, "You could not be identified")


def test_another_browsers_code_is_refused(strict: Door) -> None:
    """Injected into a sign-in of one's own: its PKCE verifier is not the one that was asked with."""
    stolen = asked(strict.agree(strict.begin(browser=strict.another_browser()), "marie"))["code"]
    mine = {"state": asked(strict.begin())["state"], "code": stolen}
    no_way_in(strict, strict.browser.get("/connexion/retour", params=mine), 400, "This sign-in is over")


def test_somebody_unknown_is_told_whom_to_ask(generic: Door, log: Log) -> None:
    """And nothing of them is shown, logged or kept."""
    generic.browser.cookies.clear()
    generic.issuer.knows("stranger-7", email=ADDRESS, email_verified=True, name="Lise Vidal")
    answer = generic.sign_in("stranger-7")
    no_way_in(generic, answer, 403, "You have no account here")
    assert "le poste 12 34" in answer.text
    said = answer.text + log.text
    for personal in ("stranger-7", ADDRESS, "Vidal", "vidal"):
        assert personal not in said
    refused = next(line for line in log.lines if line["event"] == "sign_in.refused")
    assert refused["cause"] == "unknown"
    with reading(generic.service.engine) as connection:
        assert "stranger" not in str(connection.execute(sa.select(account_links)).all())


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["other", "filrouge/gard/conseil"], "Counsellor"),
        ("filrouge/analyse", "Analyst"),
        (["Filrouge/analyse"], None),
        ([], None),
        ({"filrouge/analyse": 1}, None),
    ],
)
def test_claims_grant_a_role_letter_by_letter(generic: Door, groups: object, role: str | None) -> None:
    generic.browser.cookies.clear()
    generic.issuer.knows("somebody", groups=groups)
    answer = generic.sign_in("somebody")
    if role is None:
        no_way_in(generic, answer, 403, "You have no account here")
    else:
        assert answer.status_code == 303
        assert role in generic.browser.get("/aide").text


def test_claims_that_grant_two_things_grant_none(generic: Door) -> None:
    generic.browser.cookies.clear()
    generic.issuer.knows("both", groups=["filrouge/analyse", "filrouge/gard/conseil"])
    no_way_in(generic, generic.sign_in("both"), 403, "Your access is not clear")


def test_an_invitation_needs_an_address_that_is_vouched_for(generic: Door, strict: Door) -> None:
    """ProConnect's are, unless it says no; the first who has it becomes the account, and nobody after."""
    generic.browser.cookies.clear()
    generic.adds(PAUL, email=ADDRESS.upper())
    for subject, verified in (("one", None), ("two", False), ("three", "true")):
        claims = {} if verified is None else {"email_verified": verified}
        generic.issuer.knows(subject, email=ADDRESS, **claims)
        assert generic.sign_in(subject).status_code == 403
    generic.issuer.knows("paul", email=ADDRESS, email_verified=True)
    assert generic.sign_in("paul").status_code == 303
    assert PAUL.actor in generic.browser.get("/dossiers").text
    generic.issuer.knows("thief", email=ADDRESS, email_verified=True)
    assert generic.sign_in("thief").status_code == 403
    strict.adds(ANNA, email=ADDRESS)
    strict.issuer.knows("anna", email=ADDRESS, email_verified=False)
    assert strict.sign_in("anna").status_code == 403
    strict.issuer.knows("anna", email=ADDRESS)
    assert strict.sign_in("anna").status_code == 303


def test_a_disabled_account_is_out_at_once(generic: Door) -> None:
    generic.browser.cookies.clear()
    leaving = replace(MARIE, actor="leaving")
    generic.adds(leaving, "leaving")
    assert generic.sign_in("leaving").status_code == 303
    assert generic.browser.get("/dossiers").status_code == 200
    with writing(generic.service.engine) as connection:
        deprovisioning.disable(connection, "leaving", now=generic.clock())
    assert generic.browser.get("/dossiers").status_code == 303
    no_way_in(generic, generic.sign_in("leaving"), 403, "Your account is closed")


WRONG: dict[str, dict[str, Any]] = {
    "userinfo of somebody else": {"userinfo": {"sub": "paul"}},
    "userinfo for another": {"userinfo": {"aud": "another"}},
    "userinfo of another issuer": {"userinfo": {"iss": "https://elsewhere.example"}},
    "userinfo that lapsed": {"userinfo": {"exp": 1}},
    "userinfo not signed": {"plain": True},
    "another nonce": {"id_token": {"nonce": "0" * 64}},
    "a nonce of another type": {"id_token": {"nonce": 1}},
    "another audience": {"id_token": {"aud": "another"}},
    "several audiences": {"id_token": {"aud": ["filrouge", "another"]}},
    "another party": {"id_token": {"azp": "another"}},
    "another issuer": {"id_token": {"iss": "https://elsewhere.example"}},
    "lapsed": {"id_token": {"exp": 1}},
    "from tomorrow": {"id_token": {"nbf": 32503680000}},
    "no subject": {"id_token": {"sub": ""}},
    "of another access token": {"id_token": {"at_hash": "x"}},
    "no ID token": {"token": {"id_token": None}},
    "an ID token that is none": {"token": {"id_token": "e30.e30.e30"}},
    "no access token": {"token": {"access_token": 7}},
}


@pytest.mark.parametrize("how", WRONG)
def test_an_answer_that_proves_nothing_is_refused(strict: Door, log: Log, how: str) -> None:
    strict.issuer.behaves(**WRONG[how])
    no_way_in(strict, strict.sign_in("marie"), 403, "You could not be identified")
    assert "marie" not in log.text


def test_a_weaker_means_than_asked_for_is_refused(strict: Door) -> None:
    strict.issuer.behaves(id_token={"acr": "eidas1"})
    no_way_in(strict, strict.sign_in("marie"), 403, "A stronger identification is needed")


def test_an_issuer_that_names_itself_must(strict: Door, databases: Databases, tmp_path: Path) -> None:
    """RFC 9207: where the provider announces that it does, an answer without its name is another's."""
    strict.issuer.behaves(metadata={"authorization_response_iss_parameter_supported": True})
    with provided(databases, tmp_path, strict.issuer) as door:
        door.adds(MARIE, "marie")
        no_way_in(door, door.sign_in("marie"), 403, "You could not be identified")
        back = door.agree(door.begin(), "marie")
        assert door.browser.get(f"{back}&iss={door.issuer.address}").status_code == 303


def test_a_token_endpoint_that_fails_is_said_so(strict: Door) -> None:
    strict.issuer.behaves(token={"error": "server_error", "error_description": "Lise Vidal"})
    answer = strict.sign_in("marie")
    no_way_in(strict, answer, 503, "The identity provider does not answer")
    assert "Vidal" not in answer.text


def test_a_provider_that_is_down_is_said_so(databases: Databases, tmp_path: Path) -> None:
    with provided(databases, tmp_path, Issuer("http://127.0.0.1:9")) as door:
        form = door.browser.get("/connexion").text
        token = form.split("/connexion/fournisseur")[1].split('name="_token" value="')[1].split('"')[0]
        answer = door.browser.post("/connexion/fournisseur", data={"_token": token})
        no_way_in(door, answer, 503, "The identity provider does not answer")


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://elsewhere.example"},
        {"authorization_endpoint": "http://elsewhere.example/authorize"},
        {"token_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
        {"userinfo_endpoint": None},
    ],
)
def test_a_discovery_document_that_leads_astray_is_refused(
    databases: Databases, strict_provider: Issuer, tmp_path: Path, metadata: dict[str, Any]
) -> None:
    strict_provider.behaves(metadata=metadata)
    try:
        with provided(databases, tmp_path, strict_provider, oidc_profile="proconnect") as door:
            page = door.browser.get("/connexion").text.split("/connexion/fournisseur")[1]
            token = page.split('name="_token" value="')[1].split('"')[0]
            answer = door.browser.post("/connexion/fournisseur", data={"_token": token})
            no_way_in(door, answer, 503, "The identity provider does not answer")
    finally:
        strict_provider.behaves()


def test_a_sign_in_is_begun_from_our_own_page_only(door: Door) -> None:
    stale = door.browser.post("/connexion/fournisseur", data={"_token": "x"})
    assert stale.status_code == 403
    assert "http-equiv" not in stale.text
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert door.browser.post("/connexion/fournisseur", headers=elsewhere).status_code == 403


@pytest.mark.parametrize("then", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_nobody_is_led_elsewhere_after_signing_in(generic: Door, then: str) -> None:
    generic.browser.cookies.clear()
    assert generic.sign_in("marie", then).headers["location"] == "/dossiers"


def test_signing_out_ends_here_and_goes_on_at_the_provider(door: Door) -> None:
    """With the ID token that only this browser's cookie opens, and back to a page that says so."""
    door.sign_in("marie")
    engine = door.service.engine
    kept = door.browser.cookies["filrouge"]
    mine = sa.select(logout_hints.c.sealed).where(logout_hints.c.session_id == kept.split("_")[1])
    with reading(engine) as connection:
        sealed = connection.execute(mine).scalar_one()
    assert b"eyJ" not in base64.b64decode(sealed)
    page = door.browser.get("/dossiers").text
    token = page.split('action="/deconnexion"')[1].split('name="_token" value="')[1].split('"')[0]
    answer = door.browser.post("/deconnexion", data={"_token": token})
    there = led_to(answer)
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    told = asked(there)
    assert set(told) == {"id_token_hint", "post_logout_redirect_uri", "state"}
    assert told["id_token_hint"].count(".") == 2
    assert told["post_logout_redirect_uri"].endswith("/deconnexion/retour")
    assert len(told["state"]) >= 32
    with reading(engine) as connection:
        assert connection.execute(mine).all() == []
    back = door.browser.get("/deconnexion/retour", params={"state": told["state"]})
    assert "You are signed out" in door.browser.get(back.headers["location"]).text
    astray = door.browser.get("/deconnexion/retour", params={"state": told["state"]})
    assert astray.headers["location"] == "/connexion"
    door.browser.cookies.set("filrouge", kept)
    assert door.browser.get("/dossiers").status_code == 303


def test_a_service_without_a_provider_has_no_such_door(one_house: Any) -> None:
    client = one_house.client
    headers = {"Accept": "text/html"}
    assert client.post("/connexion/fournisseur", headers=headers).status_code in (403, 415)
    assert client.get("/connexion/retour", headers=headers).status_code == 404
    assert client.get("/deconnexion/retour", headers=headers).status_code == 404
