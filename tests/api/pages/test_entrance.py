"""Coming in: the headers of every page, the language that stays, the ways in, and nobody led elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from adapters.demo_accounts import accounts
from api.app import create_app
from api.languages import LANGUAGES, OWN_NAMES
from tests.api.house import House

PAGE = {"Accept": "text/html", "Accept-Language": "fr"}


@pytest.fixture
def demonstration(one_house: House) -> Iterator[TestClient]:
    """A browser in front of a service that is a demonstration, and follows no redirect."""
    app = create_app(one_house.cells.service, with_exports=False, demonstration=True)
    with TestClient(app, base_url="http://127.0.0.1", headers=PAGE, follow_redirects=False) as client:
        yield client


def token_of(client: TestClient, path: str = "/connexion") -> str:
    """Return what the forms of a page carry."""
    found = re.search(r'name="_token" value="(\w+)"', client.get(path).text)
    assert found is not None
    return found[1]


def choose(client: TestClient, account: str, then: str = "/", path: str = "/connexion") -> Response:
    """Sign in, as the page does."""
    fields = {"account": account, "then": then, "_token": token_of(client)}
    return client.post(path, data=fields)


def test_a_page_runs_nothing_and_is_kept_by_nobody(demonstration: TestClient) -> None:
    for path, status in (("/connexion", 200), ("/nulle-part", 404), ("/dossiers", 303)):
        answer = demonstration.get(path)
        assert answer.status_code == status
        assert answer.headers["cache-control"] == "no-store"
        if status != 303:
            policy = answer.headers["content-security-policy"]
            assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self' data:;")
            assert "script" not in policy
            assert "unsafe" not in policy
            assert answer.headers["referrer-policy"] == "same-origin"
            assert "<script" not in answer.text
            assert "http://" not in answer.text.replace("http://www.w3.org/2000/svg", "")


def test_a_page_that_is_not_there_says_so_in_words_and_a_program_gets_a_problem(
    demonstration: TestClient,
) -> None:
    assert "<h1>" in demonstration.get("/nulle-part").text
    program = demonstration.get("/nulle-part", headers={"Accept": "application/json"})
    assert program.headers["content-type"] == "application/problem+json"
    below = demonstration.get("/api/v1/nulle-part")
    assert below.headers["content-type"] == "application/problem+json"


def test_whoever_is_not_signed_in_is_led_to_and_back(demonstration: TestClient) -> None:
    led = demonstration.get("/dossiers?overdue=true")
    assert led.headers["location"] == "/connexion?suite=/dossiers%3Foverdue%3Dtrue"
    form = demonstration.get(led.headers["location"]).text
    assert 'name="then" value="/dossiers?overdue=true"' in form
    back = choose(demonstration, "COUNSELLOR", "/dossiers?overdue=true")
    assert back.headers["location"] == "/dossiers?overdue=true"
    cookie = back.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert demonstration.get("/dossiers?overdue=true").status_code == 200


def test_a_form_sent_after_the_session_ended_is_said_to_be_lost_and_leads_back_to_its_page(
    demonstration: TestClient,
) -> None:
    led = demonstration.post("/saisines/nouvelle", data={"note": "longue"}).headers["location"]
    assert led == "/connexion?suite=/saisines/nouvelle&terminee=1"
    page = demonstration.get(led, headers={"Accept-Language": "en"}).text
    assert "Your session has ended" in page
    assert "was not recorded" in page
    assert 'name="then" value="/saisines/nouvelle"' in page
    assert "session has ended" not in demonstration.get("/connexion", headers={"Accept-Language": "en"}).text
    without_a_page = demonstration.post(
        "/exports/01610e5a-4c00-7000-8000-00000000dead/supprimer", data={"a": "b"}
    )
    assert without_a_page.headers["location"] == "/connexion?suite=/&terminee=1"


def test_an_address_too_long_to_come_back_to_leads_in_all_the_same(demonstration: TestClient) -> None:
    led = demonstration.get(f"/dossiers?{'organisation=gard&' * 200}").headers["location"]
    assert led == "/connexion?suite=/"
    page = demonstration.get(f"/connexion?suite=/dossiers%3F{'a' * 2000}")
    assert page.status_code == 200
    assert 'name="then" value="/"' in page.text


def test_the_language_chosen_on_the_answer_to_a_form_leads_back_to_its_page(
    demonstration: TestClient,
) -> None:
    choose(demonstration, "COUNSELLOR")
    token = token_of(demonstration, "/recherche")
    answer = demonstration.post("/recherche", data={"_token": token, "qui": "Personne"})
    assert answer.status_code == 200
    assert 'name="here" value="/recherche"' in answer.text


@pytest.mark.parametrize(
    "then", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\nb"]
)
def test_nobody_is_led_elsewhere(demonstration: TestClient, then: str) -> None:
    for path, fields in (
        ("/connexion", {"account": "COUNSELLOR", "then": then}),
        ("/langue", {"language": "en", "here": then}),
    ):
        sent = {**fields, "_token": token_of(demonstration)}
        assert demonstration.post(path, data=sent).headers["location"] in ("/", "/dossiers")


def test_every_account_has_a_first_page(demonstration: TestClient) -> None:
    for account in accounts():
        first = choose(demonstration, account.name).headers["location"]
        assert demonstration.get(first).status_code == 200


def test_signing_out_ends_the_session_itself(demonstration: TestClient) -> None:
    choose(demonstration, "COUNSELLOR")
    kept = demonstration.cookies["filrouge"]
    token = token_of(demonstration, "/dossiers")
    left = demonstration.post("/deconnexion", data={"_token": token})
    assert left.headers["location"] == "/connexion"
    assert left.headers["clear-site-data"] == '"cache", "storage"'
    assert "filrouge" not in demonstration.cookies
    demonstration.cookies.set("filrouge", kept)
    assert demonstration.get("/dossiers").status_code == 303


def test_the_language_that_was_chosen_stays(demonstration: TestClient) -> None:
    assert '<html lang="fr">' in demonstration.get("/connexion").text
    token = token_of(demonstration)
    sent = {"language": "en", "here": "/connexion", "_token": token}
    assert demonstration.post("/langue", data=sent | {"_token": token[1:]}).status_code == 403
    chosen = demonstration.post("/langue", data=sent)
    assert chosen.headers["location"] == "/connexion"
    assert '<html lang="en">' in demonstration.get("/connexion").text
    demonstration.post("/langue", data=sent | {"language": "xx"})
    assert '<html lang="en">' in demonstration.get("/connexion").text


def test_every_other_language_is_offered_by_its_own_name(demonstration: TestClient) -> None:
    assert OWN_NAMES.keys() == set(LANGUAGES)
    for language in LANGUAGES:
        page = demonstration.get("/connexion", headers={"Accept-Language": language}).text
        offered = dict(re.findall(r'name="language" value="(\w+)" lang="\w+">([^<]+)<', page))
        assert offered == {code: name for code, name in OWN_NAMES.items() if code != language}


def test_only_a_demonstration_lets_one_choose_who_one_is(one_house: House) -> None:
    app = create_app(one_house.cells.service, with_exports=False)
    with TestClient(app, base_url="http://127.0.0.1", headers=PAGE, follow_redirects=False) as client:
        assert "COUNSELLOR" not in client.get("/connexion").text
        assert choose(client, "COUNSELLOR").status_code == 403
        assert "filrouge" not in client.cookies


def test_the_style_sheet_is_kept_for_good_and_only_under_its_own_address(demonstration: TestClient) -> None:
    href = demonstration.get("/connexion").text.split('rel="stylesheet" href="')[1].split('"')[0]
    sheet = demonstration.get(href)
    assert sheet.headers["content-type"].startswith("text/css")
    assert "immutable" in sheet.headers["cache-control"]
    assert demonstration.get("/style/0/filrouge.css").status_code == 404


def test_signing_in_begins_anew_and_ends_what_was_begun_before(demonstration: TestClient) -> None:
    """A cookie that somebody planted, or saw, signs nobody in afterwards: not the one after, and not the one before."""
    demonstration.cookies.set("filrouge", "fs_0123456789ab_" + "A" * 43, "127.0.0.1")
    choose(demonstration, "COUNSELLOR")
    first = demonstration.cookies["filrouge"]
    assert not first.startswith("fs_0123456789ab")
    choose(demonstration, "SUPERVISOR")
    second = demonstration.cookies["filrouge"]
    assert second != first
    demonstration.cookies.set("filrouge", first, "127.0.0.1")
    assert demonstration.get("/dossiers").status_code == 303


def test_a_form_that_signs_somebody_in_is_taken_from_the_browser_it_was_shown_in_alone(
    demonstration: TestClient,
) -> None:
    """Else another site could sign its reader in as somebody else. Nothing was typed: the page is shown again."""
    elsewhere = token_of(demonstration)
    demonstration.cookies.clear()
    for sent in ({}, {"_token": ""}, {"_token": elsewhere}, {"_token": "é"}):
        refused = demonstration.post("/connexion", data={"account": "COUNSELLOR", "then": "/aide", **sent})
        assert refused.status_code == 403
        assert "ouverte depuis trop longtemps" in refused.text
        assert 'name="then" value="/aide"' in refused.text
        assert "filrouge" not in demonstration.cookies
        demonstration.cookies.clear()
    assert choose(demonstration, "COUNSELLOR").status_code == 303


def test_a_form_shown_before_the_session_ended_still_chooses_a_language_and_a_way_in(
    demonstration: TestClient,
) -> None:
    """It was shown in this very browser, whatever became of the session since."""
    choose(demonstration, "COUNSELLOR")
    token, kept = token_of(demonstration, "/dossiers"), demonstration.cookies["filrouge"]
    demonstration.post("/deconnexion", data={"_token": token})
    demonstration.cookies.set("filrouge", kept)
    sent = {"language": "en", "here": "/aide", "_token": token}
    assert demonstration.post("/langue", data=sent).headers["location"] == "/aide"
    again = demonstration.post("/connexion", data={"account": "ANALYST", "_token": token})
    assert again.headers["location"] == "/statistiques"


@pytest.mark.parametrize("public_url", [None, "https://filrouge.example"])
def test_under_tls_a_cookie_belongs_to_this_host_alone(one_house: House, public_url: str | None) -> None:
    """By what the proxy says of the request, or because browsers can come in no other way."""
    service = one_house.cells.service
    service = replace(service, settings=service.settings.model_copy(update={"public_url": public_url}))
    app = create_app(service, with_exports=False, demonstration=True)
    base_url = "https://filrouge.example" if public_url is None else "http://10.0.0.1:8000"
    with TestClient(app, base_url=base_url, headers=PAGE, follow_redirects=False) as client:
        shown = client.get("/connexion")
        kept = shown.cookies["__Host-filrouge-visite"]
        token = shown.text.split('name="_token" value="')[1].split('"')[0]
        fields = {"account": "COUNSELLOR", "_token": token}
        headers = {"Cookie": f"__Host-filrouge-visite={kept}", "Origin": "https://filrouge.example"}
        begun = client.post("/connexion", data=fields, headers=headers)
        for given in (shown.headers["set-cookie"], begun.headers["set-cookie"]):
            rules = {rule.strip().lower() for rule in given.split(";")[1:]}
            assert rules == {"httponly", "path=/", "samesite=lax", "secure"}
        assert begun.headers["set-cookie"].startswith("__Host-filrouge=fs_")
        plain = begun.cookies["__Host-filrouge"]
        assert client.get("/dossiers", headers={"Cookie": f"__Host-filrouge={plain}"}).status_code == 200
        assert client.get("/dossiers", headers={"Cookie": f"filrouge={plain}"}).status_code == 303
        for origin in ("http://filrouge.example", "https://filrouge.example:8443", "https://other.example"):
            assert (
                client.post("/connexion", data=fields, headers={**headers, "Origin": origin}).status_code
                == 403
            )
