"""Exports asked for, followed, fetched and deleted through the pages: the same exports as the API's."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta

import httpx2
import pytest

from domain.access import Principal
from tests.api.house import AUDE, NADIA, OLGA, House
from tests.api.pages.visits import Visits
from tests.builders import ANNA, SOFIA, referral

FORM = "/exports/nouveau"


def once(page: str) -> str:
    [found] = re.findall(r'name="_once" value="([^"]+)"', page)
    return str(found)


def ask(visits: Visits, by: Principal, fields: dict[str, str | list[str]]) -> httpx2.Response:
    """Fill in the form of a subject, and send it."""
    page = visits.get(f"{FORM}?subject={fields['subject']}", by)
    assert page.status_code == 200, page.text
    return visits.post(FORM, by, {"_once": once(page.text), **fields})


STATISTIC: dict[str, str | list[str]] = {"subject": "statistic", "name": "durations", "format": "csv"}


def test_from_the_form_to_the_file(house: House) -> None:
    """What the page asks for is what the API would have made, to the byte; progress, file, manifest, deletion."""
    house.refer(referral())
    visits = Visits.of(house)
    asked = ask(visits, ANNA, {**STATISTIC, "from": "2017-01-01", "group_by": "month"})
    assert asked.status_code == 303
    where = asked.headers["location"]

    waiting = visits.get(where, ANNA)
    assert '<meta http-equiv="refresh" content="5">' in waiting.text
    assert "<progress" in waiting.text
    assert "http-equiv" not in visits.get(f"{where}?fixe=1", ANNA).text
    assert visits.get(f"{where}/fichier", ANNA).status_code == 409

    assert house.make_exports() == 1
    ready = visits.get(where, ANNA)
    assert "http-equiv" not in ready.text
    file = visits.get(f"{where}/fichier", ANNA)
    api = house.get(f"/exports/{where.rpartition('/')[2]}", ANNA).json()
    assert hashlib.sha256(file.content).hexdigest() == api["manifest"]["sha256"]
    assert api["what"]["filters"]["from"] == "2017-01-01"
    assert api["what"]["filters"]["group_by"] == "month"
    manifest = visits.get(f"{where}/manifeste.json", ANNA)
    assert json.loads(manifest.content) == api["manifest"]
    assert api["manifest"]["sha256"] in ready.text

    assert "<h1>Durées d" in ready.text
    assert f'<a href="{where}">Durées d' in visits.get("/exports", ANNA).text
    for _ in range(2):  # a double click ends on the list, too
        deleted = visits.post(f"{where}/supprimer", ANNA)
        assert (deleted.status_code, deleted.headers["location"]) == (303, "/exports")
    assert visits.get(where, ANNA).status_code == 404
    assert where not in visits.get("/exports", ANNA).text


def test_the_page_stops_reading_itself_anew_so_that_an_idle_session_ends(house: House) -> None:
    visits = Visits.of(house)
    where = ask(visits, ANNA, STATISTIC).headers["location"]
    house.cells.clock.now += timedelta(minutes=9)
    assert "http-equiv" in visits.get(where, ANNA).text
    house.cells.clock.now += timedelta(minutes=2)
    page = visits.get(where, ANNA).text
    assert "<progress" in page
    assert "http-equiv" not in page
    assert f'<a href="{where}?fixe=1">' in page


def test_a_double_click_asks_once(house: House) -> None:
    visits = Visits.of(house)
    form = {**STATISTIC, "_once": once(visits.get(FORM, ANNA).text)}
    places = {visits.post(FORM, ANNA, form).headers["location"] for _ in range(2)}
    assert len(places) == 1
    assert len(house.get("/exports", ANNA).json()["exports"]) == 1
    assert visits.post(FORM, ANNA, {**STATISTIC, "_once": "mine"}).status_code == 400


def test_each_role_is_offered_what_it_may_export(house: House) -> None:
    visits = Visits.of(house)
    may = {ANNA: {"statistic", "events"}, SOFIA: {"statistic", "table", "events"}, AUDE: {"table", "events"}}
    for who, subjects in may.items():
        page = visits.get("/exports", who).text
        assert set(re.findall(r"nouveau\?subject=(\w+)", page)) == subjects, who
        for subject in ("statistic", "table", "events"):
            expected = 200 if subject in subjects else 403
            assert visits.get(f"{FORM}?subject={subject}", who).status_code == expected
            sent = visits.post(FORM, who, {"subject": subject})
            assert sent.status_code == (422 if subject in subjects else 403)


def test_organisations_are_for_those_who_see_several(house: House) -> None:
    visits = Visits.of(house)
    assert 'name="organisation"' in visits.get(FORM, OLGA).text
    assert 'name="organisation"' not in visits.get(FORM, ANNA).text
    asked = ask(visits, OLGA, {**STATISTIC, "organisation": ["gard", "isere"], "wave": ["pilot"]})
    filters = house.get(f"/exports/{asked.headers['location'].rpartition('/')[2]}", OLGA).json()["what"][
        "filters"
    ]
    assert (filters["organisations"], filters["waves"]) == (["gard", "isere"], ["pilot"])
    assert ask(visits, ANNA, {**STATISTIC, "organisation": "isere"}).status_code == 403


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"from": "2018-02-01", "to": "2018-01-01"}, "from"),
        ({"maturity": "soon"}, "maturity"),
        ({"as_of": "2200-01-01"}, "as_of"),
        ({"group_by": "nothing"}, "group_by"),
        ({"name": "nonsense"}, "name"),
        ({"format": "xes"}, "format"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_kept(
    one_house: House, fields: dict[str, str | list[str]], wrong: str
) -> None:
    answer = ask(Visits.of(one_house), ANNA, {**STATISTIC, **fields})
    assert answer.status_code == 422
    assert f'id="{wrong}-error"' in answer.text
    assert f'<a href="#{wrong}">' in answer.text
    assert f' id="{wrong}"' in answer.text
    for value in fields.values():
        if value not in ("nothing", "nonsense", "xes"):
            assert f'value="{value}"' in answer.text


def test_a_statistic_can_lead_to_the_form_filled_in(one_house: House) -> None:
    page = Visits.of(one_house).get(
        f"{FORM}?subject=statistic&name=outcomes&from=2018-01-01&group_by=month", ANNA
    )
    assert '<option value="outcomes" selected>' in page.text
    assert '<option value="month" selected>' in page.text
    assert 'name="from" value="2018-01-01"' in page.text


def test_the_past_is_asked_for_with_its_sense(house: House) -> None:
    visits = Visits.of(house)
    asked = ask(
        visits, NADIA, {"subject": "events", "format": "ocel", "as_of": "2018-01-01", "basis": "recorded"}
    )
    export = house.get(f"/exports/{asked.headers['location'].rpartition('/')[2]}", NADIA).json()
    assert (export["what"]["as_of"]["on"], export["what"]["as_of"]["basis"]["code"]) == (
        "2018-01-01",
        "recorded",
    )
    plain = ask(visits, NADIA, {"subject": "events", "format": "ocel", "basis": "recorded"})
    assert plain.status_code == 303  # how the buttons stand says nothing without a day


def test_nobody_sees_anybody_elses(house: House) -> None:
    visits = Visits.of(house)
    where = ask(visits, ANNA, STATISTIC).headers["location"]
    for path in (where, f"{where}/fichier", f"{where}/manifeste.json"):
        assert visits.get(path, OLGA).status_code == 404
    assert visits.post(f"{where}/supprimer", OLGA).status_code == 303, "as if it had never been there"
    assert where not in visits.get("/exports", OLGA).text
    assert visits.get(where, ANNA).status_code == 200


def test_a_failed_export_says_why(house: House) -> None:
    """A log of so few cases would let somebody be recognised."""
    house.refer(referral())
    visits = Visits.of(house)
    where = ask(visits, AUDE, {"subject": "events", "format": "xes"}).headers["location"]
    house.make_exports()
    page = visits.get(where, AUDE).text
    assert "trop peu de dossiers" in page
    assert "http-equiv" not in page
    assert "/fichier" not in page
