"""Every role at every page, signed in by a session, with the cases of the API's crossing; and forms from elsewhere.

The expected answers are the tables of `access.tables.pages`; the routes come from the application, and one without a row
fails the test.
"""

from __future__ import annotations

import pytest

from api.pages.rendering import style
from domain.access import Principal
from tests.api.access.tables.pages import FOR_ANYBODY, PAGES
from tests.api.crossing import FIRED_BY, NO_SESSION, UNKNOWN, WHO, Town, routes_of
from tests.api.house import DIANE
from tests.api.pages.visits import Visits
from tests.builders import MARIE
from workflows.triggers import Trigger

BY_TRIGGER = "/dossiers/{case_id}/actions/{trigger}"


@pytest.fixture
def visits(town: Town) -> Visits:
    """Everybody signed in anew."""
    return Visits.of(town.house)


def address(path: str, case_id: str = UNKNOWN, trigger: str = "log_contact") -> str:
    """Fill a route's address in."""
    digest = style()[0].split("/")[2]
    return path.format(
        case_id=case_id,
        export_id=UNKNOWN,
        session_id=NO_SESSION,
        trigger=trigger,
        digest=digest,
        name="durations",
    )


def asked(visits: Visits, method: str, path: str, who: Principal | None) -> int:
    """Return the status of the answer; whoever signs out is signed in again."""
    if path == "/deconnexion":
        visits = Visits.of(visits.house)
    answer = visits.get(path, who) if method == "GET" else visits.post(path, who)
    return answer.status_code


def test_every_page_has_its_row(town: Town) -> None:
    _, pages = routes_of(town.house.app)
    assert pages == PAGES.routes()


def test_every_role_on_every_case(town: Town, visits: Visits) -> None:
    """What is in reach is shown, the rest is not there, and who may not ask is told so."""
    wrong = []
    for route, who, case, expected in PAGES.on_a_case():
        method, path = route.split()
        if path != BY_TRIGGER:
            status = asked(visits, method, address(path, town.cases[case]), WHO[who])
            if status != expected:
                wrong.append(f"{route}, {who}, {case}: {status}, not {expected}")
    assert wrong == []


def test_every_role_at_the_form_of_every_trigger(town: Town, visits: Visits) -> None:
    """Showing a form asks what sending it asks: of each set of roles, one trigger's form is looked at."""
    shown = {Trigger.LOG_CONTACT, Trigger.REASSIGN, Trigger.ERASE_PERSONAL_DATA}
    wrong = []
    for method, triggers in (("GET", shown), ("POST", set(FIRED_BY))):
        for trigger, who, case, expected in PAGES.fired(f"{method} {BY_TRIGGER}"):
            if trigger in triggers:
                there = address(BY_TRIGGER, town.cases[case], trigger.value)
                status = asked(visits, method, there, WHO[who])
                if status != expected:
                    wrong.append(f"{method} {trigger}, {who}, {case}: {status}, not {expected}")
    assert wrong == []


def test_every_role_at_every_other_page(visits: Visits) -> None:
    wrong = []
    for route, who, expected in PAGES.without_a_case():
        method, path = route.split()
        status = asked(visits, method, address(path), WHO[who])
        if status != expected:
            wrong.append(f"{route}, {who}: {status}, not {expected}")
    assert wrong == []


def forms() -> dict[str, Principal]:
    """Return the routes that take a form, each with somebody who is let through to it."""
    found: dict[str, Principal] = {}
    mine = ((route, who, expected) for route, who, case, expected in PAGES.on_a_case() if case == "mine")
    for route, who, expected in (*mine, *PAGES.without_a_case()):
        method, path = route.split()
        asker = WHO[who]
        if method == "POST" and asker is not None and (expected != 403 or route in FOR_ANYBODY):
            found.setdefault(path, asker)
    return found


def test_every_form_is_open_to_somebody() -> None:
    assert set(forms()) == {route.split()[1] for route in PAGES.routes() if route.startswith("POST")}


@pytest.mark.parametrize("path", sorted(forms()))
def test_a_form_from_another_site_is_refused(town: Town, visits: Visits, path: str) -> None:
    """Whoever is signed in, with a good token or not: by what the browser says of where it comes from."""
    there = address(path, town.cases["mine"])
    for headers in (
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8001"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ):
        for who in (forms()[path], None):
            assert visits.post(there, who, None, **headers).status_code == 403, headers


@pytest.mark.parametrize("path", sorted(set(forms()) - {route.split()[1] for route in FOR_ANYBODY}))
def test_a_form_without_its_own_token_is_refused(town: Town, visits: Visits, path: str) -> None:
    """No token, another session's, a wrong one, and a session that has ended since."""
    there, who = address(path, town.cases["mine"]), forms()[path]
    pages = {address(path, town.cases["mine"])} if f"GET {path}" in routes_of(town.house.app)[1] else set()
    for token in (visits.tokens[DIANE.actor], visits.tokens[who.actor][:-1], "é"):
        assert visits.post(there, who, token=token).status_code == 403, token
    assert visits.post(there, who, {"other": "x"}, token="").status_code == 403
    for nobody in (visits.post(there, None), visits.post(there, None, token=visits.tokens[who.actor])):
        assert nobody.status_code == 303
        ended = "" if path == "/deconnexion" else "&terminee=1"
        assert nobody.headers["location"] == f"/connexion?suite={there if there in pages else '/'}{ended}"


def test_whoever_is_not_signed_in_is_led_back_to_the_page_afterwards(visits: Visits) -> None:
    answer = visits.get("/dossiers?state=detected&overdue=true", None)
    assert answer.headers["location"] == "/connexion?suite=/dossiers%3Fstate%3Ddetected%26overdue%3Dtrue"


def test_a_session_that_is_over_is_nobodys(visits: Visits) -> None:
    assert visits.get("/dossiers", MARIE).status_code == 200
    assert visits.post("/deconnexion", MARIE).headers["location"] == "/connexion"
    assert visits.get("/dossiers", MARIE).headers["location"].startswith("/connexion")
