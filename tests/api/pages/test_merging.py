"""Merging two cases of one person: the form shows which may be, and each case leads to the other."""

from __future__ import annotations

from html import unescape

from domain.commands.intake import Accept
from domain.person import Identity
from tests.api.house import House
from tests.api.pages.visits import Visits
from tests.builders import DORA, MARIE, PAUL, SOFIA, referral

KNOWN = Identity(family_name="Hermelin", given_name="Geneviève", nir="251103012611138")
UNKNOWN = Identity(family_name="HERMELIN", given_name="Genevieve", phone="04 66 00 00 01")


def test_a_supervisor_merges_what_the_form_shows_to_look_alike(house: House) -> None:
    """Its number is there to copy; afterwards each page has a link to the other, and the history says so."""
    visits = Visits.of(house)
    kept, duplicate = (house.cells.refer(referral(person=who)).case_id for who in (KNOWN, UNKNOWN))
    form = visits.get(f"/dossiers/{duplicate}/actions/merge", SOFIA)
    assert form.status_code == 200
    assert "Ces dossiers concernent peut-être la même personne" in form.text
    assert f'href="/dossiers/{kept}"' in form.text
    assert f'<span class="code">{kept}</span>' in form.text
    wrong = visits.post(
        f"/dossiers/{duplicate}/actions/merge",
        SOFIA,
        {"_version": "1", "_once": "a" * 32, "into": "Hermelin"},
    )
    assert wrong.status_code == 422
    done = visits.post(
        f"/dossiers/{duplicate}/actions/merge", SOFIA, {"_version": "1", "_once": "b" * 32, "into": kept}
    )
    assert (done.status_code, done.headers["location"].split("?")[0]) == (303, f"/dossiers/{duplicate}")
    assert f'href="/dossiers/{kept}"' in visits.get(f"/dossiers/{duplicate}", SOFIA).text
    page = visits.get(f"/dossiers/{kept}", SOFIA)
    assert f'href="/dossiers/{duplicate}"' in page.text
    assert "04 66 00 00 01" in page.text
    told = unescape(visits.get(f"/dossiers/{kept}/historique", SOFIA).text)
    assert "Un autre dossier de la personne fusionné avec celui-ci" in told


def test_the_api_names_the_case_in_the_way_to_whoever_may_know_of_it(house: House) -> None:
    """A member of its own, beside the words; to a detector who did not refer her, neither."""
    case_id = house.cells.refer(referral(person=KNOWN)).case_id
    house.cells.act(case_id, Accept(counsellor="marie"))
    for by in (DORA, MARIE, SOFIA):
        problem = house.refer(referral(person=KNOWN), by).json()
        assert (problem["reason"]["code"], problem["case_id"]) == ("already_open", case_id)
    refused = house.refer(referral(person=KNOWN), PAUL)
    assert refused.status_code == 409
    assert "case_id" not in refused.json()
    assert case_id not in refused.text
