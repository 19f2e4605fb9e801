"""What is somebody's goes to those who may read it, and to nobody else, wherever it might slip through."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.access import Principal
from projections.reports import STATISTICS
from tests.api.house import ALMA, AUDE, DAVID, EVERYBODY, NADIA, House, fresh_house
from tests.builders import DENIS, DORA, MARIE, SOFIA, SOMEBODY, referral
from tests.databases import Databases

NOTE = "Elle a renoncé en silence."
CONTACT = "Rappeler sa fille, Odile."
HEALTH = "Prothèse dentaire"
"""The label: the code stands in the payload schemas that everybody is shown. A statistic names every label, of nobody."""

READS_NAMES = {MARIE.actor, SOFIA.actor, DENIS.actor, DAVID.actor}
READS_NOTES = {MARIE.actor, SOFIA.actor}
READS_HEALTH = {MARIE.actor, SOFIA.actor, AUDE.actor, NADIA.actor}
"""Auditors read what was recorded, of nobody they could name."""


@pytest.fixture(scope="module")
def told(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """A case of somebody, with notes, followed by Marie."""
    with fresh_house(databases, "sqlite", tmp_path_factory.mktemp("home")) as house:
        case_id: str = house.refer(referral(note=NOTE)).json()["case_id"]
        house.act(case_id, "accept", {"counsellor": "marie"}, MARIE)
        house.act(case_id, "log_contact", {"channel": "phone", "reached": True, "note": CONTACT}, MARIE)
        yield house, case_id


def everything_said(house: House, case_id: str, by: Principal | None, *, figures: bool = True) -> str:
    """Ask for all there is, and try to be refused in every way; return all that came back, `figures` or without."""
    paths = [
        f"/cases/{case_id}",
        f"/cases/{case_id}/history",
        "/referrals",
        f"/referrals/{case_id}",
        "/queue",
    ]
    paths += [f"/statistics/{name}" for name in STATISTICS if figures]
    paths += ["/metrics", "/readyz"]
    answers = [house.get(path, by) for path in paths]
    sent = {"channel": "phone", "reached": True}
    for version in (1, 99):
        answers.append(house.act(case_id, "log_contact", sent, by, version))
        answers.append(house.act(case_id, "close", {"reason": "unreachable"}, by, version))
    answers.append(house.act(case_id, "correct_fact", {"corrects": 1, "changes": {"source": "x"}}, by, 3))
    answers.append(house.post("/cases", by, referral(note="x")))
    return "\n".join(f"{answer.headers}\n{answer.text}" for answer in answers)


@pytest.mark.parametrize("by", [None, *EVERYBODY], ids=lambda by: by.actor if by else "nobody")
def test_nobody_is_told_more_than_they_may_read(told: tuple[House, str], by: Principal | None) -> None:
    house, case_id = told
    said = everything_said(house, case_id, by)
    who = by.actor if by else ""
    for value in (SOMEBODY.family_name, SOMEBODY.given_name, str(SOMEBODY.nir)):
        assert (value in said) == (who in READS_NAMES), value
    for value in (NOTE, CONTACT):
        assert (value in said) == (who in READS_NOTES), value
    assert (HEALTH in everything_said(house, case_id, by, figures=False)) == (who in READS_HEALTH)


def test_the_persons_pseudonym_is_not_shown(told: tuple[House, str]) -> None:
    """It would tie cases together for those who see each of them alone."""
    house, case_id = told
    person_id = house.cells.service.storage.begin().load(case_id).state.person_id
    assert all(person_id not in everything_said(house, case_id, by) for by in EVERYBODY)


def test_what_is_withheld_is_said_to_be(told: tuple[House, str]) -> None:
    house, case_id = told
    seen = house.get(f"/cases/{case_id}", DENIS).json()
    file = {"detection", "consent", "suspension", "needs", "bilan", "plan", "funding", "partners", "contacts"}
    assert set(seen["withheld"]) == file
    assert {name for name in file if seen[name] is None} == file
    assert house.get(f"/cases/{case_id}", MARIE).json()["withheld"] == []
    notes = [event["note"] for event in house.get(f"/cases/{case_id}/history", AUDE).json()["events"]]
    assert [note["status"] for note in notes] == ["withheld", "absent", "withheld"]


def test_a_detector_follows_without_any_detail(told: tuple[House, str]) -> None:
    house, _ = told
    (seen,) = house.get("/referrals", DORA).json()["referrals"]
    assert set(seen) == {"case_id", "referred_on", "progress", "closed_on"}
    assert seen["progress"] == {"code": "followed", "label": "Suivie par un conseiller"}
    assert house.get("/referrals", ALMA).status_code == 403
