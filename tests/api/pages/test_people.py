"""The data-protection officer's pages: finding a person, giving them what is held, putting it right, erasing."""

from __future__ import annotations

import re

import pytest

from tests.api.house import DAVID, House
from tests.api.pages.visits import Visits
from tests.api.test_person import NOTE, elsewhere, followed
from tests.builders import DENIS, SOFIA

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def visits(house: House) -> Visits:
    return Visits.of(house)


def test_their_day_begins_there(visits: Visits) -> None:
    assert visits.get("/", DENIS).headers["location"] == "/personnes"


@pytest.mark.parametrize("asked", ["herm gene", "2 51 10 30 126 111 38", "HERMELIN"])
def test_a_person_is_found_once_whatever_their_cases(house: House, visits: Visits, asked: str) -> None:
    """Archived cases included; nothing of what was asked is in an address."""
    here, abroad = followed(house), elsewhere(house)
    assert house.act(here, "archive", {"reason": "retention"}, DENIS).status_code == 200
    page = visits.post("/personnes", DAVID, {"qui": asked})
    assert page.status_code == 200
    links = re.findall(r'href="/personnes/([^"]+)"', page.text)
    assert len(links) == 1
    assert links[0] in (here, abroad)
    assert "Hermelin" in page.text


def test_the_number_of_a_case_leads_to_its_person(house: House, visits: Visits) -> None:
    case_id = followed(house)
    led = visits.post("/personnes", DENIS, {"qui": case_id.upper()})
    assert (led.status_code, led.headers["location"]) == (303, f"/personnes/{case_id}")


@pytest.mark.parametrize("asked", ["", "x", "2 51 10 30 126 111 39", "01610e5a-4c00-7000-8000-00000000dead"])
def test_what_cannot_be_looked_for_is_said_beside_its_box(visits: Visits, asked: str) -> None:
    page = visits.post("/personnes", DENIS, {"qui": asked})
    assert page.status_code == 422
    assert 'id="qui-error"' in page.text


def test_a_person_and_what_becomes_of_them(house: House, visits: Visits) -> None:
    here, abroad = followed(house), elsewhere(house)
    page = visits.get(f"/personnes/{here}", DENIS).text
    assert "D’autres organismes ont aussi des dossiers" in page
    assert abroad not in page
    assert "11/04/2028" in page
    whole = visits.get(f"/personnes/{here}", DAVID).text
    assert abroad in whole
    assert "D’autres organismes" not in whole
    assert "à partir du 11 avril 2031" in whole
    for trigger in ("rectify_identity", "erase_personal_data", "archive"):
        assert f"/actions/{trigger}" in whole


def test_what_is_held_is_given_to_be_read_and_printed(house: House, visits: Visits) -> None:
    """A document that stands by itself: nothing in it comes from elsewhere."""
    case_id = followed(house)
    answer = visits.get(f"/personnes/{case_id}/dossier.html", DENIS)
    assert answer.headers["content-disposition"] == f'attachment; filename="personne-{case_id}.html"'
    for text in (
        "Hermelin",
        "04 66 00 00 01",
        "Elle n&#39;ose plus sourire.",
        "Jointe à midi.",
        "marie",
        "FASS",
    ):
        assert text in answer.text, text
    assert "dora" in answer.text
    assert not re.search(r"(?:src|href)=|@import|url[(]", answer.text)
    plain = visits.get(f"/personnes/{case_id}/dossier.json", DENIS)
    assert plain.json()["format"] == "filrouge-person"
    assert NOTE in plain.text


def test_erasing_says_what_is_lost_and_what_stays(house: House, visits: Visits) -> None:
    case_id = followed(house)
    form = visits.get(f"/dossiers/{case_id}/actions/erase_personal_data", DENIS).text
    assert "Ce qui est perdu" in form
    assert "Ce qui reste" in form
    assert "Effacer définitivement" in form
    version = str(house.version(case_id))
    sent = {"_version": version, "_once": "a"}
    done = visits.post(f"/dossiers/{case_id}/actions/erase_personal_data", DENIS, sent)
    assert done.status_code == 303, done.text
    page = visits.get(f"/personnes/{case_id}", DENIS).text
    assert "Hermelin" not in page
    assert "Les données de cette personne sont effacées" in page
    assert visits.get(f"/dossiers/{case_id}", SOFIA).status_code == 200


def test_a_wrong_telephone_is_put_right_by_whoever_follows_the_case(house: House, visits: Visits) -> None:
    case_id = followed(house)
    there = f"/dossiers/{case_id}/actions/rectify_identity"
    form = visits.get(there, SOFIA).text
    assert 'value="04 66 00 00 01"' in form
    version = str(house.version(case_id))
    names = {"family_name": "Hermelin", "given_name": "Geneviève", "nir": "251103012611138"}
    fields = {f"identity/{name}": value for name, value in names.items()}
    sent = {
        **fields,
        "identity/phone": "04 66 00 00 02",
        "reason": "typing_error",
        "_version": version,
        "_once": "a",
    }
    done = visits.post(there, SOFIA, sent)
    assert done.status_code == 303, done.text
    history = house.get(f"/cases/{case_id}/history", SOFIA).json()["events"][-1]
    assert (history["topic"], history["data"]) == (
        "case.identity_rectified",
        {"fields": ["phone"], "reason": "typing_error"},
    )
    assert "04 66 00 00 02" in house.get(f"/cases/{case_id}", SOFIA).text
