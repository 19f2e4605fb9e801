"""`filrouge account`: who may come in; addresses and subjects are read, never written back."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from tests.cli.running import Filrouge
from tests.service import Cells

ADDRESS = "Lise.Vidal@cpam-gard.example"
ADD = ("account", "add", "conseil-9", "counsellor", "--organisation", "gard")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A person, or a file, at standard input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{ADDRESS}\n"))
    return monkeypatch


@pytest.mark.usefixtures("cells")
def test_an_account_is_added_once(filrouge: Filrouge) -> None:
    assert filrouge.done(*ADD).out == "Compte ajouté : conseil-9.\n"
    assert filrouge.done(*ADD, "--json").json == {"account": "conseil-9", "made": False}
    other_role = ("account", "add", "conseil-9", "auditor")
    assert "compte refusé : conseil-9 est déjà le compte d'un autre rôle" in filrouge.refused(*other_role)
    assert "conseil-9 is already an account of another role" in filrouge.refused("--lang", "en", *other_role)
    assert "« gar »" in filrouge.refused("account", "add", "conseil-8", "counsellor", "-o", "gar", status=2)
    assert "organisme" in filrouge.refused("account", "add", "conseil-8", "counsellor", status=2)
    assert "code de compte" in filrouge.refused("account", "add", "Lise Vidal", "auditor", status=2)
    listed = filrouge.done("account", "list").out
    assert "conseil-9" in listed
    assert "Conseiller" in listed


def test_an_invitation_keeps_no_address(filrouge: Filrouge, cells: Cells, typed: pytest.MonkeyPatch) -> None:
    filrouge.done(*ADD)
    said = filrouge.done("account", "invite", "conseil-9", "--days", "7")
    assert "invitation ouverte jusqu'au" in said.out
    shown = filrouge.done("account", "list", "--json")
    (one,) = [found for found in shown.json if found["account"] == "conseil-9"]
    assert one["invited_until"] is not None
    assert not one["linked"]
    stored = cells.service.engine.raw_connection()
    try:
        cursor = stored.cursor()
        cursor.execute("SELECT * FROM account_invitations")
        kept = str(cursor.fetchall())
    finally:
        stored.close()
    for personal in (ADDRESS, ADDRESS.lower(), "vidal"):
        assert personal not in said.out + said.err + shown.out + kept
    typed.setattr(sys, "stdin", io.StringIO("Lise Vidal\n"))
    no = filrouge.refused("account", "invite", "conseil-9", status=2)
    assert "adresse électronique" in no
    assert "Vidal" not in no


@pytest.mark.usefixtures("cells")
def test_a_subject_is_linked_and_unlinked(filrouge: Filrouge, typed: pytest.MonkeyPatch) -> None:
    filrouge.done(*ADD)
    assert "FILROUGE_OIDC_ISSUER" in filrouge.refused("account", "link", "conseil-9", status=2)
    typed.setenv("FILROUGE_OIDC_ISSUER", "https://idp.example")
    typed.setenv("FILROUGE_OIDC_API_AUDIENCE", "https://filrouge.example/api")
    assert filrouge.done("account", "link", "conseil-9", "--json").json["linked"]
    assert "oui" in next(
        line for line in filrouge.done("account", "list").out.splitlines() if "conseil-9" in line
    )
    assert filrouge.done("account", "unlink", "conseil-9", "--json").json["unlinked"]
    assert not filrouge.done("account", "unlink", "conseil-9", "--json").json["unlinked"]
    filrouge.done("account", "add", "conseil-8", "counsellor", "--organisation", "gard")
    for account, french, english in (
        (
            "conseil-8",
            "la même personne se connecte comme conseil-9",
            "the same person signs in as conseil-9",
        ),
        ("conseil-9", "quelqu'un d'autre se connecte comme conseil-9", "somebody else signs in as conseil-9"),
    ):
        typed.setattr(sys, "stdin", io.StringIO(f"{ADDRESS}\n"))
        filrouge("account", "link", "conseil-9")
        subject = ADDRESS if account == "conseil-8" else "another"
        for language, told in (("fr", french), ("en", english)):
            typed.setattr(sys, "stdin", io.StringIO(f"{subject}\n"))
            assert told in filrouge.refused("--lang", language, "account", "link", account)
    assert filrouge.done("account", "unlink", "conseil-9", "--json").json["unlinked"]
    typed.setattr(sys, "stdin", io.StringIO("\n"))
    assert "`sub`" in filrouge.refused("account", "link", "conseil-9", status=2)


@pytest.mark.usefixtures("cells")
def test_an_account_is_disabled_with_its_tokens_and_opened_again(filrouge: Filrouge) -> None:
    filrouge.done(*ADD)
    filrouge.done("token", "create", "conseil-9", "counsellor", "-o", "gard")
    told = filrouge.done("account", "disable", "conseil-9")
    assert "Jetons révoqués : 1. Sessions terminées : 0." in told.out
    assert "conseil-9" not in filrouge.done("token", "list").out
    assert "conseil-9" not in filrouge.done("account", "list").out
    assert "conseil-9" in filrouge.done("account", "list", "--all").out
    create = ("token", "create", "conseil-9", "counsellor", "-o", "gard")
    assert "conseil-9 est désactivé" in filrouge.refused(*create)
    assert "conseil-9 is disabled" in filrouge.refused("--lang", "en", *create)
    filrouge.done("account", "enable", "conseil-9")
    filrouge.done(*create)
    for command in ("disable", "enable", "unlink"):
        assert "aucun compte n'a le code nobody" in filrouge.refused("account", command, "nobody")


def test_a_wrong_identity_provider_stops_the_start_with_a_sentence(
    filrouge: Filrouge, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is made; what only its files tell is read then too."""
    monkeypatch.setenv("FILROUGE_OIDC_ISSUER", "https://idp.example")
    assert "il ne servirait à rien" in filrouge.refused("serve")
    monkeypatch.setenv("FILROUGE_OIDC_API_AUDIENCE", "https://filrouge.example/api")
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[[grant]]\nclaim = "groups"\nvalue = "x"\nrole = "king"\n')
    monkeypatch.setenv("FILROUGE_OIDC_MAPPING_FILE", str(mapping))
    assert "grant n° 1 : role accepté : detector" in filrouge.refused("serve")
    assert list(home.iterdir()) == []
