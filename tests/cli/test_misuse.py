"""Misuse and failure: one sentence, the right exit status, no traceback and no secret."""

from __future__ import annotations

import errno
import importlib
import os
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import text

import adapters
import domain
import projections
from adapters.database import writing
from adapters.schema import HEAD
from api.cli import errors
from api.cli.words import LANGUAGES, say, speak
from domain.errors import FilRougeError
from tests.cli.running import Filrouge, is_in_one_language
from tests.service import Cells
from workflows.diagram import mermaid
from workflows.labels import Language

SECRET = "hunter2-never-shown"


@pytest.mark.parametrize(
    ("arguments", "french", "english"),
    [
        (
            ["nope"],
            "il n'y a pas de commande « nope » ; commandes : serve, demo, organisation, ",
            "there is no command “nope”; commands: serve, demo, organisation, ",
        ),
        (["token", "made"], "commandes : create, list, revoke.", "commands: create, list, revoke."),
        (
            ["stats", "--wave", "x"],
            "--wave / -w : « x » n'est pas accepté ; valeurs : pilot",
            "--wave / -w: “x”",
        ),
        (["export", "table", "case", "-w", "x"], "--wave / -w : « x » n'est pas accepté", "--wave / -w: “x”"),
        (
            ["export", "statistic", "x"],
            "NAME : « x » n'est pas accepté ; valeurs : detection-sources",
            "NAME: “x”",
        ),
        (["stats", "compare", "x", "--as-of", "2018-01-01"], "NAME : « x » n'est pas accepté", "NAME: “x”"),
        (["rebuild", "x"], "NAME : « x » n'est pas accepté ; valeurs : case, ", "NAME: “x”"),
        (["--colour", "version"], "il n'y a pas d'option --colour", "there is no option --colour"),
        (["version", "--jsn"], "La plus proche : --json", "The nearest: --json"),
        (["version", "x"], "« x » est de trop", "“x” is too much"),
        (["history"], "il manque CASE", "CASE is missing"),
        (["serve", "--port"], "l'option --port attend une valeur", "the option --port takes a value"),
        (
            ["serve", "--port", "http"],
            "--port : « http » n'est pas un nombre",
            "--port: “http” is not a whole",
        ),
        (["serve", "--port", "65536"], "de 0 à 65535", "from 0 to 65535"),
        (
            ["version", "--json=1"],
            "l'option --json ne prend pas de valeur",
            "the option --json takes no value",
        ),
        (["demo", "--cases", "2"], "de 3 à 1000000", "from 3 to 1000000"),
    ],
)
def test_misuse_is_told_in_both_languages(
    filrouge: Filrouge, arguments: list[str], french: str, english: str
) -> None:
    assert french in filrouge.refused(*arguments, status=2)
    assert english in filrouge.refused("--lang", "en", *arguments, status=2)


@pytest.mark.parametrize("arguments", [(), ("token",), ("organisation",)])
def test_a_command_that_lacks_its_command_shows_the_help(
    filrouge: Filrouge, arguments: tuple[str, ...]
) -> None:
    said = filrouge(*arguments)
    assert said.status == 2
    assert "Usage: filrouge" in said.out


@pytest.mark.parametrize(
    "command", ["stats", "verify", "rebuild", "history x", "token list", "organisation list"]
)
def test_a_wrong_setting_stops_every_command(
    filrouge: Filrouge, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("FILROUGE_DATABASE_URL", f"mysql://me:{SECRET}@db/x")
    said = filrouge.refused(*command.split())
    assert "réglage refusé. FILROUGE_DATABASE_URL : cette adresse n'est pas celle d'une base" in said
    assert "postgresql://hôte/nom" in said
    assert SECRET not in said
    english = filrouge.refused("--lang", "en", *command.split())
    assert "setting refused. FILROUGE_DATABASE_URL: no history can be kept in 'mysql'" in english
    assert "postgresql://host/name" in english
    assert SECRET not in english


def test_a_database_that_is_gone_is_told_without_its_password(
    filrouge: Filrouge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILROUGE_DATABASE_URL", f"postgresql://me:{SECRET}@127.0.0.1:1/none")
    said = filrouge.refused("verify")
    assert "la base ne répond pas" in said
    assert "(la base ne peut être jointe, ou nous refuse)" in said
    assert SECRET not in said
    assert "(the database cannot be reached, or refuses us)" in filrouge.refused("--lang", "en", "verify")


def test_a_file_that_is_no_database_is_told(
    filrouge: Filrouge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "letter.db").write_text("Madame, Monsieur, " * 200)
    monkeypatch.setenv("FILROUGE_DATABASE_URL", f"sqlite:///{tmp_path}/letter.db")
    assert "la base ne répond pas" in filrouge.refused("stats")
    assert "(le fichier n'est pas une base)" in filrouge.refused("stats")
    assert (tmp_path / "letter.db").read_text().startswith("Madame")


def test_a_newer_database_is_left_alone(filrouge: Filrouge, cells: Cells) -> None:
    with writing(cells.service.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for command in (("stats",), ("verify",), ("rebuild",), ("token", "create", "a1", "auditor")):
        said = filrouge.refused(*command)
        assert "plus récente que ce programme" in said
        assert f"(9999, il va avec {HEAD})" in said


def test_what_an_account_may_not_be_is_told_in_the_language_spoken(filrouge: Filrouge, cells: Cells) -> None:
    filrouge.done("account", "add", "audit-3", "auditor")
    for command in ("account add", "token create"):
        arguments = (*command.split(), "audit-3", "analyst")
        assert "audit-3 est déjà le compte d'un autre rôle" in filrouge.refused(*arguments)
        assert "audit-3 is already an account of another role" in filrouge.refused("--lang", "en", *arguments)
    filrouge.done("account", "disable", "audit-3")
    assert "`filrouge account enable` le rouvre" in filrouge.refused("token", "create", "audit-3", "auditor")
    label = ("token", "create", "audit-4", "auditor", "--label", "x" * 500)
    assert "le libellé : Ce texte est trop long" in filrouge.refused(*label)


def test_a_mistake_of_ours_is_told_by_its_place_and_without_its_values(
    filrouge: Filrouge, cells: Cells, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr("adapters.verify.verify", broken)
    said = filrouge.refused("verify")
    assert "Fil Rouge s'est trompé (ValueError, cli/test_misuse.py:" in said
    assert SECRET not in said


def kinds(of: type[Exception]) -> Iterator[type[Exception]]:
    """Return the errors that the rooms below raise by design, in every module there is."""
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


ELSEWHERE: Final = {
    # What only the API meets: its requests, and its provider's tokens.
    "IdempotencyKeyReused", "NotSigned", "SignInRefused", "StaleVersion",
    # What is caught where it is raised, or where the command asked for it, which knows what was typed.
    "DatabaseUrlRefused", "KeyFileRefused", "KeyTaken", "MasterKeyError", "NoneMature", "NotExportable", "NotOffered",
    "Overtaken", "PeriodBackwards", "PersonAlreadyKnown", "Refused", "SchemaMismatch",
    # A mistake of ours, and told as one.
    "TextRefused",
}  # fmt: skip


def test_every_error_by_design_has_its_sentence() -> None:
    """The command line says nothing of its own accord in a language that was not asked for: no message is repeated."""
    for package in (domain, projections, adapters):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name:
                importlib.import_module(module.name)
    known = tuple(kind for kind, _ in errors._KEYS)
    ours = [
        kind for base in errors.EXPECTED for kind in kinds(base) if not kind.__module__.startswith("tests")
    ]
    assert {kind.__name__ for kind in ours if not issubclass(kind, known)} == ELSEWHERE


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_system_refuses_is_said_in_the_language_too(language: Language) -> None:
    speak(language)
    said = {number: errors.explained(OSError(number, os.strerror(number))) for number in errno.errorcode}
    assert all(is_in_one_language(f"{say('error.prefix')} {sentence}") for sentence in said.values())
    assert (
        said[errno.EACCES]
        == {
            "fr": "le système refuse : l'accès n'est pas permis.",
            "en": "the system refuses: permission denied.",
        }[language]
    )
    assert said[errno.ENOLCK].endswith(": ENOLCK.")


def test_an_error_that_nobody_foresaw_is_not_repeated() -> None:
    speak("fr")
    assert errors.explained(FilRougeError("what it is")).startswith("Fil Rouge s'est trompé (")
    assert "what it is" not in errors.explained(FilRougeError("what it is"))


def test_the_diagram_is_english_unless_asked_otherwise(
    filrouge: Filrouge, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert filrouge.done("diagram").out == mermaid("en")
    assert filrouge.done("--lang", "fr", "diagram").out == mermaid("fr")
    assert filrouge.done("diagram", "--json").json == {"mermaid": mermaid("en")}
    monkeypatch.setenv("FILROUGE_LANGUAGE", "fr")
    assert filrouge.done("diagram").out == mermaid("fr")


def test_the_version_says_what_runs(filrouge: Filrouge) -> None:
    assert filrouge.done("version").out.startswith("filrouge 0.")
    assert set(filrouge.done("version", "--json").json) == {"filrouge", "python", "sqlite"}
    assert filrouge.done("version", "--json").json["python"] in sys.version
