"""`filrouge token list` and `filrouge session list`: whose each is, told alike."""

from __future__ import annotations

from typing import Final

import pytest

from adapters import demo_accounts, sessions, tokens
from adapters.database import writing
from adapters.settings import load
from api.cli.opening import database_opened
from api.cli.words import instant, speak
from domain.use_cases import system_clock
from tests.cli.running import Filrouge

COUNSELLOR: Final = demo_accounts.accounts()[1].principal

HEADERS: Final = {
    ("fr", "token"): "Identifiant Compte Rôle Organisme Libellé Créé Dernier usage Fin",
    ("fr", "session"): "Identifiant Compte Rôle Organisme Identifié par Début Dernière activité Fin",
    ("en", "token"): "Id Account Role Organisation Label Created Last used Ends",
    ("en", "session"): "Id Account Role Organisation Signed in by Began Last seen Ends",
}


@pytest.mark.usefixtures("empty_database")
@pytest.mark.parametrize("kind", ["token", "session"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_list_says_whose_each_is_and_when_it_ends(filrouge: Filrouge, kind: str, language: str) -> None:
    now, limits = system_clock(), load().session_limits
    with database_opened(load(), create=True) as engine, writing(engine) as connection:
        sessions.begin(connection, COUNSELLOR, "label", limits=limits, now=now)
        tokens.create(
            connection,
            actor=COUNSELLOR.actor,
            role=COUNSELLOR.role,
            organisation=COUNSELLOR.organisation,
            label="label",
            expires_at=now + limits.idle,
            now=now,
        )
    header, line = filrouge.done("--lang", language, kind, "list").out.splitlines()
    assert " ".join(header.split()) == HEADERS[language, kind]
    (one,) = filrouge.done(kind, "list", "--json").json
    assert list(one)[:4] == [f"{kind}_id", "actor", "role", "organisation"]
    assert list(one)[-1] == "active"
    speak("fr" if language == "fr" else "en")
    began, end = instant(now), instant(now + limits.idle)
    seen = {"token": "–", "session": began}[kind]
    whose = (COUNSELLOR.actor, COUNSELLOR.role.label("fr" if language == "fr" else "en"))
    assert " ".join(line.split()) == " ".join(
        (one[f"{kind}_id"], *whose, str(COUNSELLOR.organisation), "label", began, seen, end)
    )
