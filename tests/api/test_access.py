"""Every role at every endpoint, with cases of its own, of nobody, of a colleague, of another organisation, of none.

The expected answers are the tables of `access.tables.api`; the routes come from the application, and one without a row
fails the test. The pages have tables of their own.
"""

from __future__ import annotations

from tests.api.access.tables.api import ACTING, API
from tests.api.crossing import FIRED_BY, NO_SESSION, UNKNOWN, WHO, Town, routes_of
from tests.builders import TYPICAL
from workflows.triggers import Trigger


def test_every_route_has_its_row(town: Town) -> None:
    api, _ = routes_of(town.house.app)
    assert api == API.routes()


def test_every_trigger_has_its_roles() -> None:
    assert set(FIRED_BY) == set(Trigger) - {Trigger.DETECT}


def test_every_role_on_every_case(town: Town) -> None:
    """Reading: what is in reach is shown, the rest is not there, and who may not ask is told so."""
    house, cases = town.house, town.cases
    wrong = []
    for route, who, case, expected in API.on_a_case():
        method, path = route.split()
        if route != ACTING:
            there = path.replace("{case_id}", cases[case])
            answer = house.get(there, WHO[who]) if method == "GET" else house.post(there, WHO[who], {})
            if answer.status_code != expected:
                wrong.append(f"{route}, {who}, {case}: {answer.status_code}, not {expected}")
    assert wrong == []


def test_every_role_fires_every_trigger_on_every_case(town: Town) -> None:
    house, cases = town.house, town.cases
    wrong = []
    for trigger, who, case, expected in API.fired(ACTING):
        # A payload that is accepted: what is refused must be refused for who asks, not for what.
        command = TYPICAL[trigger].command
        answer = house.act(cases[case], trigger.value, command, WHO[who], version=999)
        if answer.status_code != expected:
            wrong.append(f"{trigger}, {who}, {case}: {answer.status_code}, not {expected}")
    assert wrong == []


def test_every_role_at_every_other_endpoint(town: Town) -> None:
    """An empty referral is as far as a request gets that is let through: 422."""
    house = town.house
    wrong = []
    for route, who, expected in API.without_a_case():
        method, path = route.split()
        path = path.replace("{export_id}", UNKNOWN).replace("{session_id}", NO_SESSION)
        ask = {"GET": house.get, "DELETE": house.delete}.get(method)
        answer = ask(path, WHO[who]) if ask else house.post(path, WHO[who], {})
        if answer.status_code != expected:
            wrong.append(f"{route}, {who}: {answer.status_code}, not {expected}")
    assert wrong == []


def test_a_token_of_nobody_is_refused(town: Town) -> None:
    """Unknown, altered, of another kind: one answer."""
    house = town.house
    good = house.tokens["marie"]
    for bearer in ("nonsense", good[:-1] + ("A" if good[-1] != "A" else "B"), good.upper(), "fr__", "é"):
        answer = house.client.get("/api/v1/queue", headers=[(b"authorization", f"Bearer {bearer}".encode())])
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert answer.json()["type"] == "urn:filrouge:problem:token-refused"
    for header in ("Basic bWFyaWU6eA==", "Bearer", "Bearer ", good):
        answer = house.client.get("/api/v1/queue", headers={"Authorization": header})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
