"""`filrouge check`: one line each, and failure when anything is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.database import writing
from api.cli import check_table
from tests.cli.cases import worked_through
from tests.cli.running import Filrouge
from tests.service import Cells
from tests.support.providers import Issuer
from workflows.table import TABLE

ALL = (
    "table", "settings", "master_key", "database", "schema", "append_only", "head", "keys", "read_models",
)  # fmt: skip


def failed(filrouge: Filrouge) -> dict[str, str]:
    """Run the checks as JSON; return those that failed, with what they said."""
    said = filrouge("check", "--json")
    assert said.status == (0 if said.json["ok"] else 1)
    return {one["check"]: one["problem"] for one in said.json["checks"] if not one["ok"]}


def test_a_sound_house_passes_each_check(filrouge: Filrouge, cells: Cells) -> None:
    worked_through(cells)
    lines = filrouge.done("check").out.splitlines()
    assert len(lines) == len(ALL)
    assert all(line.startswith("✓ ") for line in lines)
    assert [one["check"] for one in filrouge.done("check", "--json").json["checks"]] == list(ALL)


def test_nothing_is_created_by_looking(filrouge: Filrouge, home: Path) -> None:
    said = filrouge("check")
    assert said.status == 1
    assert "✗ Schéma de la base : il n'y a pas encore de base ici" in said.out
    assert "✗ Clé maîtresse : " in said.out
    assert said.err == "Vérifications en échec : 2.\n"
    assert list(home.iterdir()) == []


def test_switched_off_guards_are_seen(filrouge: Filrouge, cells: Cells) -> None:
    with writing(cells.service.engine) as connection:
        sqlite = connection.dialect.name == "sqlite"
        connection.execute(
            text("DROP TRIGGER events_refuse_update")
            if sqlite
            else text("ALTER TABLE events DISABLE TRIGGER events_refuse_change")
        )
    wrong = failed(filrouge)
    assert set(wrong) == {"append_only"}
    assert ("events_refuse_update" if sqlite else "events_refuse_change") in wrong["append_only"]


def test_a_lost_head_is_told_by_every_look_at_the_log(filrouge: Filrouge, cells: Cells) -> None:
    worked_through(cells)
    with writing(cells.service.engine) as connection:
        connection.execute(
            text("DROP TRIGGER event_log_head_refuse_delete")
            if connection.dialect.name == "sqlite"
            else text("ALTER TABLE event_log_head DISABLE TRIGGER event_log_head_refuse_loss")
        )
        connection.execute(text("DELETE FROM event_log_head"))
    wrong = failed(filrouge)
    assert set(wrong) == {"append_only", "head", "read_models"}
    for command in ("status", "export statistic outcomes", "stats durations --as-of 2018-01-01"):
        assert "la tête de l'historique manque" in filrouge.refused(*command.split())


def test_a_lost_store_of_keys_is_seen(filrouge: Filrouge, cells: Cells, home: Path) -> None:
    worked_through(cells)
    for path in home.glob("keys.db*"):
        path.unlink()
    assert "il n'y a pas de magasin de clés à cet endroit" in failed(filrouge)["keys"]
    assert not (home / "keys.db").exists()


def test_a_stale_read_model_and_an_outdated_schema_are_seen(filrouge: Filrouge, cells: Cells) -> None:
    with writing(cells.service.engine) as connection:
        connection.execute(text("DELETE FROM read_models WHERE name = 'outcomes'"))
    assert failed(filrouge) == {
        "read_models": "des modèles de lecture sont à reconstruire avec `filrouge rebuild` : outcomes."
    }
    with writing(cells.service.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "plus récente que ce programme" in failed(filrouge)["schema"]


def test_events_that_are_parked_are_seen(filrouge: Filrouge, cells: Cells) -> None:
    parked = "INSERT INTO parked_events VALUES (:model, 'c', 1, 1, 'case.detected', 'Wrong', '2026-03-01T00:00:00Z')"
    with writing(cells.service.engine) as connection:
        for model in ("outcomes", "durations"):
            connection.execute(text(parked), {"model": model})
    assert failed(filrouge) == {
        "read_models": "des événements sont mis de côté par durations, outcomes : `filrouge status` dit lesquels et pourquoi."
    }


def test_a_wrong_setting_stops_there(filrouge: Filrouge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILROUGE_PROT", "1")
    wrong = failed(filrouge)
    assert list(wrong) == ["settings"]
    assert "FILROUGE_PORT" in wrong["settings"]


def test_an_identity_provider_is_asked_whether_it_answers(
    filrouge: Filrouge, cells: Cells, strict_provider: Issuer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And whether claims grant anything that is not here."""
    worked_through(cells)
    mapping = tmp_path / "mapping.toml"
    grant = '[[grant]]\nclaim = "groups"\nvalue = "x"\nrole = "counsellor"\norganisation = "{}"\n'
    mapping.write_text(grant.format("gard"))
    monkeypatch.setenv("FILROUGE_OIDC_API_AUDIENCE", "https://filrouge.example/api")
    monkeypatch.setenv("FILROUGE_OIDC_ISSUER", strict_provider.address)
    monkeypatch.setenv("FILROUGE_OIDC_MAPPING_FILE", str(mapping))
    checks = [one["check"] for one in filrouge.done("check", "--json").json["checks"]]
    assert {"identity_provider", "claims"} < set(checks)
    mapping.write_text(grant.format("gard") + grant.format("gar"))
    assert "qui ne sont pas inscrits : gar." in failed(filrouge)["claims"]
    monkeypatch.setenv("FILROUGE_OIDC_ISSUER", "http://127.0.0.1:9")
    assert "ne répond pas" in failed(filrouge)["identity_provider"]
    mapping.write_text("[[grant]]\n")
    assert "grant n° 1 : claim, value et role sont attendus" in failed(filrouge)["identity_provider"]


def test_the_table_that_runs_is_sound() -> None:
    assert check_table.problems() == []


def test_an_unsound_table_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the rows out of one state, nothing ends there; without those into it, nothing arrives."""
    table = TABLE
    monkeypatch.setattr(check_table, "TABLE", tuple(row for row in table if row.source != "referred_onward"))
    assert "a case in the state referred_onward can never end" in check_table.problems()
    monkeypatch.setattr(check_table, "TABLE", tuple(row for row in table if row.destination != "consented"))
    assert "the state consented cannot be reached" in check_table.problems()
    monkeypatch.setattr(check_table, "TABLE", tuple(row for row in table if row.trigger != "suspend"))
    assert "no row of the table has the trigger suspend" in check_table.problems()
