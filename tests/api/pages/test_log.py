"""The last events of the log, and the way from a case's number to its history."""

from __future__ import annotations

import re

import pytest

from adapters import activity
from domain.access import EVERY_CASE, Principal, Reach
from tests.api.house import AUDE, DIANE, NADIA, House
from tests.api.pages.visits import Visits
from tests.builders import DORA, INES, MARIE, PAUL, SOMEBODY, referral
from workflows.triggers import Trigger

NOTE = "Ne veut pas que sa famille sache."


@pytest.fixture
def cases(house: House) -> dict[str, str]:
    """Marie's and Paul's in the Gard, Ines's in the Isère."""

    def a_case(by: Principal, counsellor: Principal) -> str:
        person = SOMEBODY.model_copy(update={"nir": None})
        case_id: str = house.refer(referral(person=person, note=NOTE), by).json()["case_id"]
        house.act(case_id, Trigger.ACCEPT.value, {"counsellor": counsellor.actor}, counsellor)
        return case_id

    return {"marie": a_case(DORA, MARIE), "paul": a_case(DORA, PAUL), "ines": a_case(DIANE, INES)}


def events(page: str) -> list[tuple[str, int]]:
    """Return the case and the version of each event that a page lists."""
    found = re.findall(r'<th scope="row"><a href="/dossiers/([^/]+)/historique#v(\d+)">', page)
    return [(case_id, int(version)) for case_id, version in found]


def test_each_sees_the_events_of_the_cases_within_reach_the_latest_first(
    house: House, cases: dict[str, str]
) -> None:
    visits = Visits.of(house)

    def seen(by: Principal, query: str = "") -> list[tuple[str, int]]:
        return events(visits.get(f"/journal{query}", by).text)

    def both(*names: str) -> list[tuple[str, int]]:
        return [(cases[name], version) for name in names for version in (2, 1)]

    assert seen(NADIA) == both("ines", "paul", "marie")
    assert seen(NADIA, "?organisation=isere") == both("ines")
    assert seen(AUDE) == both("paul", "marie")
    assert seen(AUDE, "?organisation=gard") == both("paul", "marie")
    assert seen(MARIE) == both("marie")
    assert visits.get("/journal?organisation=isere", AUDE).status_code == 403


def test_nothing_of_the_person_is_told(house: House, cases: dict[str, str]) -> None:
    page = Visits.of(house).get("/journal", NADIA).text
    assert "marie" in page
    assert SOMEBODY.family_name not in page
    assert NOTE not in page


def test_pages_follow_one_another_without_a_gap(
    house: House, cases: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when a page's stretch of the log holds nothing of the asker's."""
    engine = house.cells.service.engine
    everything = activity.activity(engine, "fr", EVERY_CASE, limit=200).events
    for stretch, limit in ((20_000, 2), (2, 50), (1, 50), (3, 1)):
        monkeypatch.setattr(activity, "STRETCH", stretch)
        found, before = [], None
        while True:
            page = activity.activity(engine, "fr", Reach(organisation="gard"), before=before, limit=limit)
            found += page.events
            before = page.before
            if before is None:
                break
        assert found == [event for event in everything if event.organisation == "gard"], (stretch, limit)


def test_the_page_leads_to_the_next_one_and_keeps_its_filter(
    house: House, cases: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "STRETCH", 2)
    visits = Visits.of(house)
    page = visits.get("/journal?organisation=gard", NADIA).text
    assert events(page) == []
    assert "La page suivante remonte plus loin." in page
    [href] = re.findall(r'rel="next" href="([^"]+)"', page)
    assert href.startswith("/journal?before=")
    assert href.endswith("&amp;organisation=gard")
    assert events(visits.get(href.replace("&amp;", "&"), NADIA).text) == [
        (cases["paul"], 2),
        (cases["paul"], 1),
    ]


def test_a_number_leads_to_its_history(house: House, cases: dict[str, str]) -> None:
    visits = Visits.of(house)
    for written in (cases["paul"], f" {cases['paul'].upper()} ", cases["paul"].replace("-", "")):
        answer = visits.post("/journal", AUDE, {"dossier": written})
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            f"/dossiers/{cases['paul']}/historique",
        )


@pytest.mark.parametrize("name", ["elsewhere", "unknown", "nonsense"])
def test_a_number_that_leads_nowhere_is_told_beside_its_field(
    house: House, cases: dict[str, str], name: str
) -> None:
    """One answer for what does not exist and for what may not be known."""
    number = {"elsewhere": cases["ines"], "unknown": "01610e5a-4c00-7000-8000-00000000dead"}.get(name, name)
    answer = Visits.of(house).post("/journal", AUDE, {"dossier": number})
    assert answer.status_code == 404
    assert "Aucun dossier de ce numéro" in answer.text
    assert f'value="{number}"' in answer.text


@pytest.mark.parametrize(
    "query", ["before=0", "before=x", "before=99999999999999999999", "autre=1", "organisation=A B"]
)
def test_what_the_address_may_not_hold(house: House, query: str) -> None:
    assert Visits.of(house).get(f"/journal?{query}", NADIA).status_code == 422
