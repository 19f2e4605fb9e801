"""`filrouge token` and `filrouge organisation`: who may knock, and for which fund."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters import demo_accounts, sessions, tokens
from adapters.database import reading, writing
from adapters.settings import load
from api.cli.opening import database_opened
from domain.use_cases import system_clock
from tests.cli.running import Filrouge
from workflows.roles import Role

GARD = ("organisation", "register", "gard", "CPAM du Gard", "--wave", "pilot")


def holder(plaintext: str) -> tuple[str, Role, str | None] | None:
    """Return who a token is for."""
    with database_opened(load()) as engine:
        found = tokens.authenticate(engine, plaintext, now=system_clock())
    return None if found is None else (found.actor, found.role, found.organisation)


@pytest.mark.usefixtures("empty_database")
def test_a_token_is_written_once_and_alone_and_opens_the_door(filrouge: Filrouge) -> None:
    filrouge.done(*GARD)
    said = filrouge.done("token", "create", "conseil-9", "counsellor", "--organisation", "gard")
    (plaintext,) = said.out.splitlines()
    assert holder(plaintext) == ("conseil-9", Role.COUNSELLOR, "gard")
    assert "ne sera plus montré" in said.err
    assert plaintext not in said.err
    listed = filrouge.done("token", "list")
    assert plaintext not in listed.out
    assert "conseil-9" in listed.out
    assert "Conseiller" in listed.out


@pytest.mark.usefixtures("empty_database")
def test_tokens_as_json_and_revoked(filrouge: Filrouge) -> None:
    made = filrouge.done(
        "token", "create", "audit-1", "auditor", "--expires-in-days", "30", "-l", "visite", "--json"
    )
    token = made.json
    (listed,) = filrouge.done("token", "list", "--json").json
    assert (listed["token_id"], listed["actor"], listed["role"]) == (token["token_id"], "audit-1", "auditor")
    assert (listed["label"], listed["active"], listed["organisation"]) == ("visite", True, None)
    assert token["token"] not in str(listed)
    assert filrouge.done("token", "revoke", token["token_id"], "--json").json == {
        "revoked": [token["token_id"]]
    }
    assert holder(token["token"]) is None
    assert filrouge.done("token", "list").out == "Aucun jeton actif. `filrouge token create` en fait un.\n"
    assert "révoqué le" in filrouge.done("token", "list", "--all").out
    assert filrouge.done("token", "list", "--all", "--account", "somebody", "--json").json == []


def test_a_token_that_cannot_be_is_refused_in_words(filrouge: Filrouge) -> None:
    filrouge.done(*GARD)
    create = ("token", "create", "c-9")
    refused = filrouge.refused
    assert "le plus proche est « gard »" in refused(*create, "counsellor", "-o", "grad", status=2)
    assert "n'a le code « x1 »" in refused(*create, "counsellor", "-o", "x1", status=2)
    assert "ajoutez --organisation. Sans organisme : analyst, auditor" in refused(
        *create, "counsellor", status=2
    )
    assert "« demonstration »" in refused(*create, "auditor", "--label", " Demonstration", status=2)
    label = (*create, "auditor", "--label", "a\x07b")
    assert "jeton refusé : le libellé : Ce champ contient un caractère de contrôle" in refused(*label)
    assert "token refused: the label: This holds an invisible control" in refused("--lang", "en", *label)
    for account in ("Marie Curie", "é", "a", "x" * 65, "-x"):
        assert "n'est pas un code de compte" in refused("token", "create", "--", account, "auditor", status=2)
    assert "valeurs : detector, counsellor" in refused(*create, "conseiller", "-o", "gard", status=2)
    assert "de 1 à 3660" in refused(*create, "auditor", "--expires-in-days", "0", status=2)
    assert "il manque ROLE" in refused(*create, status=2)
    assert "dites quel jeton" in refused("token", "revoke", status=2)
    assert filrouge.done("token", "list", "--json").json == []


def test_revoking_an_unknown_token_revokes_none(filrouge: Filrouge) -> None:
    made = filrouge.done("token", "create", "audit-1", "auditor", "--json").json
    assert "rien n'a été révoqué" in filrouge.refused("token", "revoke", made["token_id"], "000000000000")
    assert holder(made["token"]) is not None


def test_the_demonstrations_tokens_are_revoked_together_and_no_other(filrouge: Filrouge) -> None:
    kept = filrouge.done("token", "create", "audit-1", "auditor").out.strip()
    now = system_clock()
    with database_opened(load()) as engine, writing(engine) as connection:
        issued = demo_accounts.issue(connection, now)
    assert [holder(one.plaintext) for one in issued] == [
        (one.account.principal.actor, one.account.principal.role, one.account.principal.organisation)
        for one in issued
    ]
    assert {one.account.principal.role for one in issued} == set(Role)
    assert filrouge.done("token", "revoke", "--demo").out == f"Jetons révoqués : {len(issued)}.\n"
    assert [holder(one.plaintext) for one in issued] == [None] * len(issued)
    assert holder(kept) is not None
    with database_opened(load()) as engine, reading(engine) as connection:
        assert demo_accounts.open_doors(connection, now).number == 0


def test_the_demonstrations_sessions_end_with_its_tokens_and_no_other(filrouge: Filrouge) -> None:
    now = system_clock()
    limits = load().session_limits
    counsellor = demo_accounts.accounts()[1]
    with database_opened(load(), create=True) as engine:
        with writing(engine) as connection:
            demo = [
                sessions.begin(connection, counsellor.principal, demo_accounts.WAY, limits=limits, now=now)
                for _ in range(2)
            ]
            kept = sessions.begin(connection, counsellor.principal, "another", limits=limits, now=now)
            sessions.end(connection, demo[0].session_id, now=now)
        said = filrouge.done("token", "revoke", "--demo")
        assert said.out == "Jetons révoqués : 0.\nSessions terminées : 1.\n"
        assert [sessions.find(engine, one.plaintext, now=now) for one in demo] == [None, None]
        assert sessions.find(engine, kept.plaintext, now=now) is not None
        with writing(engine) as connection:
            last = sessions.begin(connection, counsellor.principal, demo_accounts.WAY, limits=limits, now=now)
        assert filrouge.done("token", "revoke", "--demo", "--json").json == {
            "revoked": [],
            "sessions_ended": [last.session_id],
        }


@pytest.mark.usefixtures("empty_database")
def test_an_organisation_is_registered_once_and_never_changed(filrouge: Filrouge) -> None:
    assert filrouge.done(*GARD).out == "Organismes enregistrés : 1 ; déjà connus : 0.\n"
    assert filrouge.done(*GARD, "--json").json == {"registered": [], "already": 1}
    other = ("organisation", "register", "gard", "CPAM de Nîmes", "--wave", "pilot")
    assert "l'historique ne se modifie pas" in filrouge.refused(*other, status=2)
    assert filrouge.done("organisation", "list", "--json").json == [
        {"code": "gard", "name": "CPAM du Gard", "wave": "pilot", "deployed_on": "2014-11-17"}
    ]
    assert "17/11/2014" in filrouge.done("organisation", "list").out
    assert "2014-11-17" in filrouge.done("--lang", "en", "organisation", "list").out


@pytest.mark.parametrize("separator", [",", ";"])
def test_organisations_come_from_a_file(filrouge: Filrouge, tmp_path: Path, separator: str) -> None:
    lines = (
        "code,name,wave,deployed_on",
        "gard,CPAM du Gard,pilot,2014-11-17",
        "isere,CPAM de l'Isère,wave_2,",
    )
    path = tmp_path / "organismes.csv"
    path.write_text("\n".join(lines).replace(",", separator), encoding="utf-8-sig")
    assert filrouge.done("organisation", "import", str(path)).out.startswith("Organismes enregistrés : 2 ;")
    assert [
        (row["code"], row["deployed_on"]) for row in filrouge.done("organisation", "list", "--json").json
    ] == [
        ("gard", "2014-11-17"),
        ("isere", "2017-10-01"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("code,name\ngard,CPAM du Gard", "la première ligne"),
        (
            "code,name,wave,deployed_on\ngard,CPAM,pilot,17/11/2014",
            "ligne 2 : « 17/11/2014 » n'est pas une date",
        ),
        ("code,name,wave,deployed_on\ngard,CPAM,vague,", "ligne 2 : « vague » n'est pas accepté"),
        ("code,name,wave,deployed_on\nGard,CPAM,pilot,", "ligne 2 : « Gard » n'est pas un code"),
        ("code,name,wave,deployed_on\ngard,,pilot,", "ligne 2 : nom refusé. Ce champ ne peut pas être vide"),
        ("code,name,wave,deployed_on\ngard,CPAM,pilot", "ligne 2 : il faut 4 champs"),
        ("code,name,wave,deployed_on\ngard,CPAM,pilot,,x", "ligne 2 : il faut 4 champs"),
        (
            "code,name,wave,deployed_on\nlot,CPAM,trial,\nlot,CPAM,trial,",
            "ligne 3 : le code « lot » y est deux fois",
        ),
        ("", "la première ligne"),
        ('code,name,wave,deployed_on\nlot,"CPAM"x,trial,', "ce n'est pas du CSV"),
    ],
)
def test_a_file_with_a_wrong_line_registers_nothing(
    filrouge: Filrouge, tmp_path: Path, content: str, said: str
) -> None:
    filrouge.done(*GARD)
    path = tmp_path / "organismes.csv"
    path.write_text(content, encoding="utf-8")
    assert said in filrouge.refused("organisation", "import", str(path), status=2)
    assert len(filrouge.done("organisation", "list", "--json").json) == 1


def test_a_file_that_cannot_be_read_is_told(filrouge: Filrouge, tmp_path: Path) -> None:
    missing = ("organisation", "import", str(tmp_path / "none.csv"))
    assert "ne peut être lu (il n'y a pas de tel fichier" in filrouge.refused(*missing, status=2)
    assert "cannot be read (there is no such file" in filrouge.refused("--lang", "en", *missing, status=2)
    path = tmp_path / "latin.csv"
    path.write_bytes("code,name,wave,deployed_on\nisere,CPAM de l'Isère,wave_2,".encode("latin-1"))
    assert "n'est pas de l'UTF-8" in filrouge.refused("organisation", "import", str(path), status=2)
