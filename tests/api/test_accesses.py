"""Whoever reads about a person is in the log of accesses before they are answered, or they are not answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from adapters import accesses
from adapters.accesses import AccessFilters, RecordedAccess
from adapters.database import reading
from api.pages.rendering import style
from domain.access import Principal
from projections.reports import STATISTICS
from tests.adapters.faults import refusing
from tests.api.crossing import routes_of
from tests.api.house import AUDE, NADIA, PERSONAL, SIMON, House
from tests.api.pages.visits import Visits
from tests.api.recorded import RECORDED, SILENT
from tests.builders import DENIS, DORA, MARIE, SOFIA, SOMEBODY, referral
from tests.databases import Databases

ASKED: dict[str, Principal] = {
    "/api/v1/cases/{case_id}/break-glass": SIMON,
    "/bris-de-glace": SIMON,
    "/acces": AUDE,
    "/acces.json": AUDE,
    "/api/v1/accesses": DENIS,
    "/journal": AUDE,
    "/api/v1/cases/{case_id}/person": DENIS,
    "/personnes": DENIS,
    "/personnes/{case_id}": DENIS,
    "/personnes/{case_id}/dossier.html": DENIS,
    "/personnes/{case_id}/dossier.json": DENIS,
    "/connexion": MARIE,
    "/statistiques/{name}/comparaison": SOFIA,
}
"""Who asks, where it is not the supervisor or whoever refers."""


@dataclass
class Watched:
    """A house with something to read in every place, and what the log of accesses has of it."""

    house: House
    visits: Visits
    case_id: str
    closed_id: str
    export_id: str

    def log(self, **asked: Any) -> list[RecordedAccess]:
        """Return the whole log, the latest first."""
        with reading(self.house.cells.service.engine) as connection:
            return accesses.listed(connection, AccessFilters(limit=1000, **asked))

    def made_by(self, ask: Callable[[], object]) -> list[RecordedAccess]:
        """Return what a question added to the log."""
        before = {one.access_id for one in self.log()}
        ask()
        return [one for one in self.log() if one.access_id not in before]

    def ask(self, route: str) -> httpx2.Response:
        """Ask a route, as somebody who may, with something in it that is let through."""
        method, path = route.split()
        detecting = "/saisines/{case_id}" in path or "/referrals" in path
        who = DORA if detecting else ASKED.get(path, SOFIA)
        there = self._address(path)
        if path.startswith("/api/") or path in ("/healthz", "/readyz", "/metrics"):
            return self._ask_api(method, there, who)
        if method == "GET":
            return self.visits.get(there, who)
        return self.visits.post(there, who, self._form(path))

    def _address(self, path: str) -> str:
        digest = style()[0].split("/")[2]
        filled = path.format(
            case_id=self.case_id,
            export_id=self.export_id,
            session_id="none",
            trigger="log_contact",
            digest=digest,
            name="durations",
        )
        if path.endswith("/comparaison"):
            return f"{filled}?before=2026-01-01&after={self.house.cells.clock().date().isoformat()}"
        return filled

    def _ask_api(self, method: str, there: str, who: Principal) -> httpx2.Response:
        house = self.house
        if method == "DELETE":
            return house.delete(there, who)
        if method == "GET":
            return house.get(there, who)
        if there.endswith("/break-glass"):
            return house.post(there, who, {"reason": "other", "note": "Elle est là."})
        if there.endswith("/cases"):
            return house.refer(referral(person=SOMEBODY.model_copy(update={"nir": None})), who)
        if there.endswith("/exports"):
            return house.post(there, who, {"subject": "statistic", "name": "durations", "format": "csv"})
        contact = {"channel": "phone", "reached": True}
        return house.act(self.case_id, "log_contact", contact, who, self.house.version(self.case_id))

    def _form(self, path: str) -> dict[str, str]:
        version = str(self.house.version(self.case_id))
        if path.endswith("{trigger}"):
            return {"_version": version, "_once": "a", "channel": "phone", "reached": "true"}
        if path == "/bris-de-glace":
            return {"dossier": self.closed_id, "reason": "other", "note": "Elle est là."}
        if path == "/saisines/nouvelle":
            person = {"family_name": SOMEBODY.family_name, "given_name": SOMEBODY.given_name}
            named = {f"person/{name}": value for name, value in person.items()}
            needs = {"needs/0/care_type": "optical", "needs/0/reasons": "rest_to_pay"}
            return {**named, **needs, "source": "reception", "agreed_to_contact": "yes", "_once": "b"}
        if path == "/cellule/attributions":
            return {"dossier": f"{self.case_id} {version} reassign"}
        return {"qui": SOMEBODY.family_name, "dossier": "none of these", "clos": "1"}


@pytest.fixture
def watched(one_house: House) -> Watched:
    """A case that Marie follows, one that was closed, and an export of rows that the supervisor asked for."""
    house = one_house
    person = SOMEBODY.model_copy(update={"nir": None})
    case_id, closed_id = (
        str(house.refer(referral(person=person, note="Une note.")).json()["case_id"]) for _ in range(2)
    )
    assert house.act(case_id, "accept", {"counsellor": "marie"}, MARIE).status_code == 200
    assert house.act(closed_id, "reject", {"reason": "not_relevant"}, SOFIA).status_code == 200
    asked = house.post("/exports", SOFIA, {"subject": "table", "name": "case", "format": "csv"})
    assert asked.status_code == 202, asked.text
    house.make_exports()
    return Watched(house, Visits.of(house), case_id, closed_id, asked.json()["export_id"])


def classified(app: FastAPI) -> set[str]:
    """Return the routes that must stand in one of the two lists; the statistics are one."""
    api, pages = routes_of(app)
    named = "|".join(map(re.escape, STATISTICS))
    pattern = re.compile(rf"^(GET /api/v1/statistics/)({named})$")
    return {pattern.sub(r"\1{name}", route) for route in api | pages}


def test_every_route_is_said_to_show_somebody_or_nobody(one_house: House) -> None:
    assert classified(one_house.app) == set(RECORDED) | SILENT
    assert not set(RECORDED) & SILENT


def test_what_shows_a_person_or_a_history_is_recorded_and_nothing_else_is(watched: Watched) -> None:
    """Every route of the application is asked; what it answers with a name in it must be recorded."""
    wrong = []
    ending = ("DELETE ", "POST /exports/{export_id}/supprimer", "POST /sessions", "POST /deconnexion")
    for route in sorted(set(RECORDED) | SILENT, key=lambda one: (one.startswith(ending), one)):
        answers: list[httpx2.Response] = []
        made = watched.made_by(partial(_kept, answers, watched, route))
        (answer,) = answers
        assert answer.status_code < 500, (route, answer.text)
        kinds = {one.kind for one in made}
        if kinds != ({RECORDED[route]} if route in RECORDED else set()):
            wrong.append(f"{route}: {answer.status_code}, recorded as {sorted(kinds)}")
        typed_back = route.startswith(("POST /recherche", "POST /saisines"))
        if not made and not typed_back and any(text in answer.text for text in PERSONAL):
            wrong.append(f"{route}: a name that nobody recorded")
    assert wrong == []


def _kept(answers: list[httpx2.Response], watched: Watched, route: str) -> None:
    answers.append(watched.ask(route))


def test_a_reading_says_who_when_what_and_why(house: House) -> None:
    """On both databases: a file by its token, a history of a past day, and the page by its session."""
    case_id = house.refer(referral()).json()["case_id"]
    person_id = house.cells.service.storage.begin().load(case_id).state.person_id
    visits = Visits.of(house)
    clock = house.cells.clock
    first, today = clock(), clock().date()
    readings: tuple[Callable[[], httpx2.Response], ...] = (
        lambda: house.get(f"/cases/{case_id}", MARIE),
        lambda: house.get(f"/cases/{case_id}/history?as_of={today.isoformat()}", NADIA),
        lambda: visits.get(f"/dossiers/{case_id}", DENIS),
    )
    for read in readings:
        assert read().status_code == 200
        clock.now += timedelta(seconds=1)
    with reading(house.cells.service.engine) as connection:
        page, history, case = accesses.accesses_of(connection, [case_id])
    assert (case.kind, case.actor, case.role, case.organisation) == ("case", "marie", "counsellor", "gard")
    assert (case.permission, case.ground) == ("see_case", "assigned_or_unassigned")
    assert case.at == first
    assert house.tokens["marie"].split("_")[1] == case.token_id
    assert (case.session_id, case.past_day, len(case.request_id or "")) == (None, None, 32)
    assert (history.kind, history.actor, history.ground, history.organisation) == (
        "history",
        "nadia",
        "national",
        None,
    )
    assert (history.permission, history.past_day) == ("see_history", today)
    assert (page.kind, page.actor, page.ground) == ("case", "denis", "organisation")
    assert visits.cookies["denis"].split("_")[1] == page.session_id
    assert page.token_id is None
    assert {one.access_id: dict(one.people) for one in (page, history, case)} == {
        one.access_id: {case_id: person_id} for one in (page, history, case)
    }


def test_a_list_names_each_of_those_who_stood_in_it(watched: Watched) -> None:
    (shown,) = watched.made_by(lambda: watched.visits.get("/dossiers", MARIE))
    assert shown.kind == "list"
    assert watched.case_id in shown.people
    assert watched.closed_id not in shown.people
    (closed,) = watched.made_by(lambda: watched.visits.get("/cellule/clos", SOFIA))
    assert watched.closed_id in closed.people


def test_what_is_out_of_reach_or_unknown_is_nobodys_reading(watched: Watched) -> None:
    before = len(watched.log())
    house = watched.house
    assert house.get(f"/cases/{watched.case_id}", AUDE).status_code == 403
    assert house.get("/cases/01610e5a-4c00-7000-8000-00000000dead", MARIE).status_code == 404
    assert watched.visits.post("/recherche", MARIE, {"qui": "Nobody at all"}).status_code == 200
    past = watched.visits.get(f"/dossiers/{watched.case_id}/historique?as_of=2020-01-01", SOFIA)
    assert past.status_code == 200
    assert len(watched.log()) == before


READINGS: tuple[Callable[[Watched], httpx2.Response], ...] = (
    lambda w: w.house.get(f"/cases/{w.case_id}", MARIE),
    lambda w: w.house.get(f"/cases/{w.case_id}/history", AUDE),
    lambda w: w.visits.get(f"/dossiers/{w.case_id}", MARIE),
    lambda w: w.visits.get("/dossiers", MARIE),
    lambda w: w.visits.post("/recherche", MARIE, {"qui": SOMEBODY.family_name}),
    lambda w: w.visits.get("/journal", AUDE),
)


def test_what_cannot_be_recorded_is_not_shown(watched: Watched, unrecordable: None) -> None:
    """The database takes everything but the log of accesses: nothing of anybody leaves."""
    for read in READINGS:
        answer = read(watched)
        assert answer.status_code == 503
        assert not any(text in answer.text for text in (*PERSONAL, "Une note.", "case.detected"))
    answer = READINGS[0](watched)
    assert answer.json()["type"] == "urn:filrouge:problem:not-recorded"
    assert answer.headers["retry-after"] == "5"
    assert watched.house.get("/queue", MARIE).status_code == 200


@pytest.fixture
def unrecordable(watched: Watched) -> Iterator[None]:
    """A log of accesses that takes nothing."""
    with refusing(watched.house.cells.service.engine, "accesses", "INSERT"):
        yield


def test_the_log_of_accesses_holds_codes_and_pseudonyms_only(watched: Watched, databases: Databases) -> None:
    """Whatever was typed or shown: none of it is there."""
    watched.visits.post("/recherche", MARIE, {"qui": SOMEBODY.family_name})
    watched.visits.post("/recherche", MARIE, {"qui": str(SOMEBODY.nir)})
    watched.house.get(f"/cases/{watched.case_id}", MARIE)
    text = repr(watched.log())
    assert "search" in text
    assert not any(personal in text for personal in (*PERSONAL, "Une note."))
