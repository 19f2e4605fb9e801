"""`filrouge history`: everything about a case in words, with proof, and without its notes unless they are asked for."""

from __future__ import annotations

import pytest

from domain.commands.follow_up import CorrectFact
from domain.commands.privacy import ErasePersonalData
from tests.api.house import NADIA, fronted
from tests.builders import DENIS
from tests.cli.cases import NOTE, SECOND_NOTE, worked_through
from tests.cli.running import Filrouge
from tests.service import Cells


@pytest.fixture
def case_id(cells: Cells) -> str:
    """A closed case."""
    return worked_through(cells)


def test_every_event_in_words_with_position_and_hash(filrouge: Filrouge, case_id: str) -> None:
    out = filrouge.done("history", case_id).out
    assert out.startswith(f"Dossier {case_id}\nÉtat : Clos · organisme : gard · événements : 12\n")
    assert "1. 02/03/2026 — Renoncement détecté, cellule saisie" in out
    assert "   Source : Accueil CPAM\n" in out
    assert "   Montant accordé : 900,00\u202f€\n" in out
    assert "par sofia (Responsable de cellule, à la place du conseiller, gard), enregistré le" in out
    events = filrouge.done("history", case_id, "--json").json["events"]
    assert out.count("\n   position ") == len(events) == 12
    for event in events:
        assert f"   position {event['position']}, empreinte {event['hash']}\n" in out


def test_notes_stay_sealed_until_they_are_asked_for(filrouge: Filrouge, case_id: str) -> None:
    said = filrouge.done("history", case_id)
    assert NOTE not in said.out
    assert said.out.count("Note : chiffrée") == 2
    events = filrouge.done("history", case_id, "--json").json["events"]
    assert [event["version"] for event in events if event["has_note"]] == [1, 3]
    assert not any("note" in event or "note" in event["data"] for event in events)

    opened = filrouge.done("history", case_id, "--with-notes")
    assert f"   Note :\n      {NOTE}\n" in opened.out
    assert "      Mercredi :\n      le dentiste accepte.\n" in opened.out
    assert "ne les laissez ni à l'écran" in opened.err
    first, _, third, *_ = filrouge.done("history", case_id, "--with-notes", "--json").json["events"]
    assert (first["note"], third["note"]) == (NOTE, SECOND_NOTE)


def test_an_erased_person_leaves_a_history_without_notes(
    filrouge: Filrouge, cells: Cells, case_id: str
) -> None:
    cells.act(case_id, ErasePersonalData(), by=DENIS)
    out = filrouge.done("history", case_id, "--with-notes").out
    assert "Les données personnelles de ce dossier ont été effacées." in out
    assert out.count("Note : effacée, illisible") == 2


def test_a_correction_points_at_what_it_corrects(filrouge: Filrouge, cells: Cells, case_id: str) -> None:
    cells.act(case_id, CorrectFact(corrects=1, changes={"origin": "spontaneous"}))
    out = filrouge.done("--lang", "en", "history", case_id).out
    assert "Fact corrected" in out
    assert "   Corrected event (version): 1\n" in out
    assert "   Origin: Detector's question\n" in out


def test_it_tells_what_the_api_tells(filrouge: Filrouge, cells: Cells, case_id: str) -> None:
    """Whoever compares the two must not find two histories."""
    cells.act(case_id, CorrectFact(corrects=1, changes={"origin": "spontaneous"}))
    printed = filrouge.done("history", case_id, "--json").json["events"]
    with fronted(cells) as house:
        answered = house.get(f"/cases/{case_id}/history", NADIA).json()["events"]
    same = (
        "version", "position", "hash", "topic", "label", "data", "occurred_on", "actor", "organisation",
        "correlation_id", "causation_id", "schema_version", "corrected_by",
    )  # fmt: skip
    for one, other in zip(printed, answered, strict=True):
        assert {name: one[name] for name in same} == {name: other[name] for name in same}
        assert one["details"] == {detail["label"]: detail["words"] for detail in other["details"]}
        assert one["capacity"] == other["acting_as"]["label"]


@pytest.mark.usefixtures("case_id")
@pytest.mark.parametrize(
    "given", ["01890f3e-0000-7000-8000-000000000000", "x' OR 1=1 --", "organisation:gard"]
)
def test_an_unknown_case_is_told(filrouge: Filrouge, given: str) -> None:
    assert "aucun dossier n'a l'identifiant" in filrouge.refused("history", given)


def test_notes_need_the_master_key(filrouge: Filrouge, cells: Cells, case_id: str) -> None:
    cells.service.settings.master_key_file.unlink()
    filrouge.done("history", case_id)
    assert "la clé maîtresse manque" in filrouge.refused("history", case_id, "--with-notes")
    assert not cells.service.settings.master_key_file.exists()
