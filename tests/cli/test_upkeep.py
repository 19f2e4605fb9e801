"""`filrouge verify` and `filrouge rebuild`, on both databases."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from sqlalchemy import text

from adapters.database import writing
from projections.registry import READ_MODELS
from tests.cli.cases import worked_through
from tests.cli.processes import FILROUGE, run
from tests.cli.running import Filrouge
from tests.service import Cells


def test_an_intact_history_gives_its_head_to_note(filrouge: Filrouge, cells: Cells) -> None:
    worked_through(cells)
    said = filrouge.done("verify")
    told, head = said.out.splitlines()
    assert "Historique intact" in told
    position, _, digest = head.partition(":")
    assert (int(position), len(digest)) == (15, 64)
    assert "Notez cette tête" in said.err
    again = filrouge.done("verify", "--expect-head", head, "--json").json
    assert again == {"intact": True, "checked": 15, "head": head, "finding": None}


def test_the_first_altered_event_is_named(filrouge: Filrouge, cells: Cells) -> None:
    case_id = worked_through(cells)
    head = filrouge.done("verify").out.splitlines()[1]
    tamper(cells, "UPDATE events SET actor = 'somebody' WHERE position = 7")
    said = filrouge("verify")
    assert said.status == 1
    assert said.out.startswith(f"L'événement 7 a été modifié.\nDossier {case_id}, version 4.\n")
    assert "\nCe qui le montre : son contenu n'est pas celui qui avait été enregistré" in said.out
    found = filrouge("--lang", "en", "verify", "--json")
    assert found.status == 1
    assert not found.json["intact"]
    assert found.json["finding"]["kind"] == "altered"
    assert (found.json["finding"]["position"], found.json["checked"]) == (7, 6)
    assert found.json["finding"]["detail"].startswith("its content is not the one that was recorded")
    assert filrouge("verify", "--expect-head", head).status == 1


def test_a_cut_tail_is_seen_against_a_head_noted_elsewhere(filrouge: Filrouge, cells: Cells) -> None:
    worked_through(cells)
    head = filrouge.done("verify").out.splitlines()[1]
    tamper(
        cells,
        "DELETE FROM events WHERE position > 10",
        "UPDATE event_log_head SET position = 10, hash = (SELECT hash FROM events WHERE position = 10)",
    )
    assert filrouge.done("verify").out.startswith("Historique intact")
    assert filrouge("verify", "--expect-head", head).out.startswith("L'événement 11 a été retiré.")


def test_a_head_that_is_not_one_is_misuse(filrouge: Filrouge, cells: Cells) -> None:
    assert "position:empreinte" in filrouge.refused("verify", "--expect-head", "3:abc", status=2)


def test_a_rebuild_gives_the_same_rows(filrouge: Filrouge, cells: Cells) -> None:
    worked_through(cells)
    before = cells.stored()
    said = filrouge.done("rebuild", "--json")
    assert said.json == {"rebuilt": list(READ_MODELS), "events": 15, "parked": []}
    assert cells.stored() == before


def test_read_models_can_be_named(filrouge: Filrouge, cells: Cells) -> None:
    assert (
        "Reconstruits : durations, outcomes."
        in filrouge.done("rebuild", "durations", "outcomes", "durations").out
    )
    refused = filrouge.refused("rebuild", "duration", status=2)
    assert "valeurs : case, counsellor_queue" in refused


def test_a_stale_read_model_is_shown_and_brought_up_to_date_at_the_least_cost(
    filrouge: Filrouge, cells: Cells
) -> None:
    worked_through(cells)
    before = cells.stored()
    with writing(cells.service.engine) as connection:
        connection.execute(text("UPDATE read_models SET version = '0' WHERE name = 'durations'"))
        connection.execute(text("UPDATE read_models SET behind_since = 9 WHERE name = 'outcomes'"))
        connection.execute(text("DROP TABLE funding"))
    shown = filrouge.done("--lang", "en", "status")
    assert shown.out.startswith("Events recorded: 15.\n")
    told = {line.split()[0]: line.split()[1:] for line in shown.out.splitlines() if line}
    assert told["durations"] == ["computed", "by", "other", "rules", "15", "0"]
    assert told["outcomes"] == ["behind", "8", "0"]
    assert told["funding"] == ["missing", "15", "0"]
    assert told["case"] == ["current", "15", "0"]
    assert shown.out.endswith("`filrouge rebuild --if-needed`.\n")
    done = filrouge.done("rebuild", "--if-needed", "--json").json
    assert done["rebuilt"] == ["outcomes", "durations", "funding"]
    assert cells.stored() == before
    assert {one["state"] for one in filrouge.done("status", "--json").json["read_models"]} == {"current"}
    assert "rien à reconstruire" in filrouge.done("rebuild", "--if-needed").out


def test_a_parked_event_is_shown_and_taken_up_after_a_fix(filrouge: Filrouge, cells: Cells) -> None:
    case_id = worked_through(cells)
    whole = cells.stored()
    topic = "case.contact_logged"
    tamper(cells, f"UPDATE events SET topic = 'case.horoscope' WHERE topic = '{topic}'")
    filrouge.done("rebuild", "durations", "--jobs", "0")
    shown = filrouge.done("--lang", "en", "status").out
    assert f"Parked by durations: event 6 (case.horoscope), case {case_id}, version 3: " in shown
    said = "Dossiers comptés sans leurs derniers événements, mis de côté : 1"
    assert said in filrouge.done("stats", "durations").out
    assert said not in filrouge.done("stats", "outcomes").out
    assert filrouge("retry").status == 1
    filrouge.done("rebuild", "outcomes", "--jobs", "0")
    shown = filrouge.done("status").out
    assert shown.count("événement 6 (case.horoscope)") == 1
    assert "Mis de côté par durations, outcomes : événement 6 (case.horoscope)" in shown
    tamper(cells, f"UPDATE events SET topic = '{topic}' WHERE topic = 'case.horoscope'")
    assert filrouge.done("retry", "durations").out.startswith("Événements mis de côté puis repris : 1 ")
    assert filrouge.done("retry").out.startswith("Événements mis de côté puis repris : 1 ")
    assert "Mis de côté" not in filrouge.done("status").out
    assert cells.stored() == whole


def tamper(cells: Cells, *statements: str) -> None:
    """Do what the database forbids, as somebody would who owns it."""
    with writing(cells.service.engine) as connection:
        if connection.dialect.name == "sqlite":
            for name in (
                connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
                .scalars()
                .all()
            ):
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("ALTER TABLE events DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement))


def test_progress_is_drawn_for_somebody_who_watches_and_only_for_them(home: Path) -> None:
    """On standard error, when that is a terminal: standard output stays one JSON document."""
    assert run("demo", "--cases", "3").stderr.splitlines()[1:] == []  # the new key is said, and no bar drawn
    watched, terminal = os.openpty()
    try:
        done = subprocess.run(
            [FILROUGE, "verify", "--json"], check=True, stdout=subprocess.PIPE, stderr=terminal, text=True
        )
        drawn = os.read(watched, 65_536).decode()
    finally:
        os.close(terminal)
        os.close(watched)
    assert json.loads(done.stdout)["intact"]
    assert "Vérification : événements" in drawn
