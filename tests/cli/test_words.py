"""Everything that is said is said in both languages, and everything there is to say is used."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path
from string import Formatter

import msgspec
import pytest
from typer.main import get_command

from api.cli.app import app
from api.cli.shape import ORDER
from api.cli.texts import TEXTS
from api.cli.words import LANGUAGES, euros, language_asked, number, percent, say, speak
from domain.accesses import AccessKind
from domain.event_words import field_label
from domain.events import EVENTS
from domain.vocabulary import Wave
from projections.registry import READ_MODELS
from projections.reports import STATISTICS
from tests.cli.running import Filrouge
from workflows.reasons import NARROW
from workflows.roles import Role

CLI = Path(__file__).parents[2] / "api" / "cli"
SAME_IN_BOTH = re.compile(
    r"^(who\.national|token\.column\.label|stats\.total|organisation\.column\.code"
    r"|check\.line\.|history\.event|misuse\.value|error\.other|stats\.definition\.source)"
)


def names(text: str) -> set[str]:
    """Return the values that a text takes."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def commands(command: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the path of every command, groups included."""
    below = getattr(command, "commands", {})
    return [path, *(found for name, sub in below.items() for found in commands(sub, (*path, name)))]


ALL_COMMANDS = commands(get_command(app))


@pytest.mark.parametrize("key", TEXTS)
def test_a_text_is_there_in_both_languages_with_the_same_values(key: str) -> None:
    french, english = TEXTS[key]
    assert french.strip()
    assert english.strip()
    assert names(french) == names(english)


def test_no_text_was_left_in_the_other_language() -> None:
    same = [key for key, (french, english) in TEXTS.items() if french == english and " " in french.strip()]
    assert [key for key in same if not SAME_IN_BOTH.match(key)] == []


def literals() -> set[str]:
    """Return every string literal of the command line's own files, the table of texts left out."""
    found: set[str] = set()
    for path in CLI.glob("*.py"):
        tree = ast.parse(path.read_text())
        found |= {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return found


def prefixes() -> set[str]:
    """Return the beginnings of the keys that are put together: f"stats.title.{name}"."""
    found: set[str] = set()
    for path in CLI.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                found.add(str(node.values[0].value))
    return {prefix for prefix in found if re.fullmatch(r"[a-z_]+\.([a-z_]+\.)*", prefix)}


def test_no_text_is_there_for_nothing() -> None:
    used, built = literals(), prefixes()
    unused = [key for key in TEXTS if key not in used and not any(key.startswith(p) for p in built)]
    assert unused == []


def test_nothing_is_said_past_the_table() -> None:
    """A sentence in the code itself would be in one language only."""
    shown = [text for text in literals() if re.search(r"[éèàçù]", text)]
    assert shown == []


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", ALL_COMMANDS, ids=" ".join)
def test_every_command_has_its_help_and_an_example(
    filrouge: Filrouge, language: str, path: tuple[str, ...]
) -> None:
    said = filrouge.done("--lang", language, *path, "--help")
    text = " ".join(said.out.split())
    assert f"Usage: filrouge{''.join(f' {name}' for name in path)} [OPTIONS]" in text
    assert re.search(
        r"(Exemples?|Pour commencer|Le fichier).* filrouge|code,name"
        if language == "fr"
        else r"(Examples?|To begin|The file).* filrouge|code,name",
        text,
    )
    assert ("Affiche cette aide." if language == "fr" else "Show this help.") in text


@pytest.mark.parametrize("path", ALL_COMMANDS, ids=" ".join)
def test_no_help_shows_the_shapes_of_the_library(filrouge: Filrouge, path: tuple[str, ...]) -> None:
    """Neither `{ACCOUNT}` nor `[[NAME]...]...` nor `<list[str]>`: what is typed, as it is typed; nor a `{name}` left."""
    said = filrouge.done(*path, "--help").out
    assert re.findall(r"\{[A-Za-z_]+\}|\[\[|\]\.\.\.\]|<[a-z][^>]*>", said) == []
    if path == ("rebuild",):
        assert "filrouge rebuild [OPTIONS] [NAME]..." in said
    if path == ("token", "create"):
        assert "filrouge token create [OPTIONS] ACCOUNT ROLE" in said


def test_the_label_of_a_field_begins_a_line() -> None:
    for event in EVENTS.values():
        for field in msgspec.structs.fields(event):
            if field.name not in ("note", "person_id"):
                for language in LANGUAGES:
                    assert field_label(field.name, language)[0].isupper(), field.name


def test_the_options_are_explained_in_the_language_too(filrouge: Filrouge) -> None:
    assert "Premier jour, inclus." in filrouge.done("stats", "outcomes", "--help").out
    assert "First day, included." in filrouge.done("--lang=en", "stats", "outcomes", "--help").out


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        (["stats"], {}, None),
        (["stats"], {"FILROUGE_LANGUAGE": "EN"}, "en"),
        (["--lang", "fr", "stats"], {"FILROUGE_LANGUAGE": "en"}, "fr"),
        (["--lang=en"], {}, "en"),
        (["stats", "--lang", "en"], {}, None),
        (["--lang"], {}, None),
        (["--lang", "de"], {}, None),
        ([], {"FILROUGE_LANGUAGE": "de"}, None),
    ],
)
def test_the_language_is_found_before_anything_is_parsed(
    arguments: list[str], environment: dict[str, str], language: str | None
) -> None:
    assert language_asked(arguments, environment) == language


def test_a_language_that_is_not_spoken_is_refused(
    filrouge: Filrouge, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "« de » n'est pas accepté ; valeurs : fr, en." in filrouge.refused(
        "--lang", "de", "version", status=2
    )
    monkeypatch.setenv("FILROUGE_LANGUAGE", "de")
    assert "FILROUGE_LANGUAGE" in filrouge.refused("verify")


def test_figures_are_written_as_the_language_has_it() -> None:
    speak("en")
    assert (number(35_433), number(89.96, 1), percent(56.0), euros(125_174)) == (
        "35,433",
        "90.0",
        "56.0%",
        "€1,251.74",
    )
    speak("fr")
    assert (number(35_433), number(89.96, 1), percent(56.0), euros(125_174)) == (
        f"35{NARROW}433",
        "90,0",
        f"56,0{NARROW}%",
        f"1{NARROW}251,74{NARROW}€",
    )
    assert number(None) == percent(None) == "–"


def test_an_unknown_text_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        say("no.such.text")


@pytest.mark.parametrize(
    ("key", "accepted"),
    [
        ("rebuild.names", tuple(READ_MODELS)),
        ("export.table", tuple(READ_MODELS)),
        ("export.statistic", tuple(STATISTICS)),
        ("accesses.kind", tuple(AccessKind)),
        ("token.role", tuple(Role)),
        ("organisation.wave", tuple(Wave)),
    ],
)
def test_what_may_be_named_is_all_in_the_help(key: str, accepted: tuple[str, ...]) -> None:
    *but_last, last = accepted
    for text in TEXTS[key]:
        assert ", ".join(but_last) in text
        assert last in text


def test_the_commands_stand_in_the_help_as_they_do_in_the_readme() -> None:
    named = re.findall(r"^\| `filrouge ([a-z]+)", (CLI.parents[1] / "README.md").read_text(), re.MULTILINE)
    assert list(dict.fromkeys(named)) == list(ORDER)
    assert {path[0] for path in ALL_COMMANDS if path} == set(ORDER)


@pytest.mark.parametrize("key", [key for key in TEXTS if key.endswith(".examples")])
def test_an_example_can_be_copied_into_a_shell_and_as_many_are_announced_as_there_are(key: str) -> None:
    for text in TEXTS[key]:
        heading, *lines = text.splitlines()
        # Of a line, what is typed: what it is for stands beside it.
        examples = [line.strip().split("   ")[0] for line in lines if "filrouge " in line]
        assert all(map(shlex.split, examples))
        if heading.startswith(("Example", "Exemple")):
            assert heading.rstrip(" :").endswith("s") == (len(examples) > 1)
