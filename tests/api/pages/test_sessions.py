"""The pages of sessions: which one is this one, ending the others, and what whose session was ended is told."""

from __future__ import annotations

import re

import pytest

from adapters import sessions
from adapters.database import writing
from domain.access import Principal
from tests.api.house import ALMA, House
from tests.api.pages.visits import Visits
from tests.builders import INES, MARIE, PAUL


@pytest.fixture
def places(one_house: House) -> tuple[Visits, Visits]:
    """Everybody signed in at two places, and nowhere else."""
    service = one_house.cells.service
    with writing(service.engine) as connection:
        sessions.end_all(connection, now=service.clock())
    return Visits.of(one_house), Visits.of(one_house)


def id_of(visits: Visits, who: Principal) -> str:
    """Return the id of somebody's session."""
    return visits.cookies[who.actor].split("_")[1]


def test_one_sees_where_one_is_signed_in_and_ends_the_other_place(places: tuple[Visits, Visits]) -> None:
    """This one is told apart and comes first; who was ended elsewhere is told so, plainly, at the next request."""
    here, there = places
    page = here.get("/sessions", MARIE).text
    assert re.findall(r'id="session-(\w+)"', page) == [id_of(here, MARIE), id_of(there, MARIE)]
    assert (page.count(">cette session<"), page.count("Terminer cette session")) == (1, 1)
    assert f'action="/sessions/{id_of(there, MARIE)}/fin"' in page
    assert here.cookies[MARIE.actor].split("_", 2)[2] not in page
    assert there.get("/dossiers", MARIE).status_code == 200
    ended = here.post(f"/sessions/{id_of(there, MARIE)}/fin", MARIE)
    assert ended.headers["location"] == "/sessions?fait=1"
    assert "1 session a été terminée." in here.get("/sessions?fait=1", MARIE).text
    led = there.get("/dossiers?overdue=true", MARIE)
    assert led.headers["location"] == "/connexion?suite=/dossiers%3Foverdue%3Dtrue"
    told = there.get(led.headers["location"], MARIE)
    assert "Votre session a été terminée depuis un autre poste" in told.text
    forgotten = told.headers.get_list("set-cookie")
    assert any(re.match(r'filrouge="";.*Max-Age=0', one) for one in forgotten)
    again = here.post(f"/sessions/{id_of(there, MARIE)}/fin", MARIE)
    assert again.headers["location"] == "/sessions?fait=0"
    assert "Aucune session n’a été terminée" in here.get("/sessions?fait=0", MARIE).text
    assert here.get("/dossiers", MARIE).status_code == 200


def test_all_the_others_end_together_and_nobody_elses(places: tuple[Visits, Visits]) -> None:
    here, there = places
    assert here.post("/sessions/terminer", MARIE).headers["location"] == "/sessions?fait=1"
    statuses = [visits.get("/dossiers", who).status_code for visits in places for who in (MARIE, PAUL)]
    assert statuses == [200, 200, 303, 200]
    assert here.post(f"/sessions/{id_of(there, PAUL)}/fin", MARIE).headers["location"] == "/sessions?fait=0"
    assert there.get("/dossiers", PAUL).status_code == 200
    assert "Terminer toutes les autres" not in here.get("/sessions", MARIE).text


def test_an_administrator_sees_who_is_signed_in_and_ends_it(places: tuple[Visits, Visits]) -> None:
    """Every account, or one of them; their own session of this moment is not among those that end."""
    here, there = places
    page = here.get("/sessions/comptes", ALMA).text
    assert all(id_of(visits, who) in page for visits in places for who in (MARIE, INES))
    hers = here.get("/sessions/comptes?compte=ines", ALMA).text
    assert set(re.findall(r'id="session-(\w+)"', hers)) == {id_of(visits, INES) for visits in places}
    one = here.post(f"/sessions/{id_of(there, INES)}/fin", ALMA, {"compte": "ines"})
    assert one.headers["location"] == "/sessions/comptes?compte=ines&fait=1"
    assert [visits.get("/dossiers", INES).status_code for visits in places] == [200, 303]
    ended = here.post("/sessions/comptes/terminer", ALMA, {"compte": "marie"})
    assert ended.headers["location"] == "/sessions/comptes?compte=marie&fait=2"
    assert [visits.get("/dossiers", MARIE).status_code for visits in places] == [303, 303]
    own = here.post("/sessions/comptes/terminer", ALMA, {"compte": "alma"})
    assert own.headers["location"].endswith("fait=1")
    assert [visits.get("/aide", ALMA).status_code for visits in places] == [200, 303]


def test_how_a_session_came_to_its_end_is_told_to_whoever_held_it_alone(
    places: tuple[Visits, Visits],
) -> None:
    here, _ = places
    clock = here.house.cells.clock
    now = clock.now
    try:
        for minutes, told in ((61, "Rien n’a été fait"), (12 * 60 + 1, "durée maximale")):
            clock.now = now.__class__.fromtimestamp(now.timestamp() + minutes * 60, now.tzinfo)
            assert told in here.get("/connexion", MARIE).text
            altered = {"Cookie": f"filrouge={here.cookies[MARIE.actor][:-1]}="}
            assert told not in here.house.client.get("/connexion", headers=altered).text
    finally:
        clock.now = now
