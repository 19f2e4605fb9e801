"""Coming in: the headers of every page, the language that stays, the ways in, and nobody led elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
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
    back = demonstration.post("/connexion", data={"account": "COUNSELLOR", "then": "/dossiers?overdue=true"})
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
    demonstration.post("/connexion", data={"account": "COUNSELLOR"})
    page = demonstration.get("/recherche").text
    token = page.split('name="_token" value="')[1].split('"')[0]
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
        assert demonstration.post(path, data=fields).headers["location"] in ("/", "/dossiers")


def test_every_account_has_a_first_page(demonstration: TestClient) -> None:
    for account in accounts():
        first = demonstration.post("/connexion", data={"account": account.name}).headers["location"]
        assert demonstration.get(first).status_code == 200


def test_signing_out_ends_the_session_itself(demonstration: TestClient) -> None:
    demonstration.post("/connexion", data={"account": "COUNSELLOR"})
    kept = demonstration.cookies["filrouge"]
    token = demonstration.get("/dossiers").text.split('name="_token" value="')[1].split('"')[0]
    assert demonstration.post("/deconnexion", data={"_token": token}).headers["location"] == "/connexion"
    assert "filrouge" not in demonstration.cookies
    demonstration.cookies.set("filrouge", kept)
    assert demonstration.get("/dossiers").status_code == 303


def test_the_language_that_was_chosen_stays(demonstration: TestClient) -> None:
    assert '<html lang="fr">' in demonstration.get("/connexion").text
    chosen = demonstration.post("/langue", data={"language": "en", "here": "/connexion"})
    assert chosen.headers["location"] == "/connexion"
    assert '<html lang="en">' in demonstration.get("/connexion").text
    demonstration.post("/langue", data={"language": "xx", "here": "/connexion"})
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
        assert client.post("/connexion", data={"account": "COUNSELLOR"}).status_code == 403


def test_the_style_sheet_is_kept_for_good_and_only_under_its_own_address(demonstration: TestClient) -> None:
    href = demonstration.get("/connexion").text.split('rel="stylesheet" href="')[1].split('"')[0]
    sheet = demonstration.get(href)
    assert sheet.headers["content-type"].startswith("text/css")
    assert "immutable" in sheet.headers["cache-control"]
    assert demonstration.get("/style/0/filrouge.css").status_code == 404
