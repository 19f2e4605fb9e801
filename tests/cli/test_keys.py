"""`filrouge keys`, and starts without the right keys: refused in words, and not a byte of anything changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.key_file import create_key_file, read_master_keys
from tests.builders import referral
from tests.cli.running import Filrouge
from tests.service import Cells, open_cells

KEY_FILE = "master.key"


def test_the_whole_replacement_as_an_operator_does_it(filrouge: Filrouge, cells: Cells, home: Path) -> None:
    """Make, give out, put in use, put aside; no command shows a key, and each step says the next."""
    case_id = cells.refer(referral(note="Elle a mal.")).case_id
    path = home / KEY_FILE
    (former,) = read_master_keys(path)
    made = filrouge("keys", "new")
    new = made.out.strip()
    assert (made.status, [key.key_id for key in read_master_keys(path)]) == (0, [former.key_id, new])
    assert f"filrouge keys rotate {new}" in made.err
    shown = filrouge.done("keys", "status").out
    assert [line.split("  ")[0] for line in shown.splitlines()[1:]] == [former.key_id, new]
    rotated = filrouge.done("keys", "rotate", new)
    assert "Clés de personnes replacées : 1." in rotated.out
    assert f"La clé {former.key_id} ne protège plus rien ici" in rotated.out
    assert "replacées : 0." in filrouge.done("keys", "rotate", new).out
    assert "est encore nécessaire" in filrouge.refused("keys", "retire", new, str(home / "aside.key"))
    filrouge.done("keys", "retire", former.key_id, str(home / "aside.key"))
    assert [key.key_id for key in read_master_keys(path)] == [new]
    assert [key.key_id for key in read_master_keys(home / "aside.key")] == [former.key_id]
    assert "Elle a mal." in filrouge.done("history", case_id, "--with-notes").out
    said = made.out + made.err + shown + rotated.out
    for line in (*path.read_text().splitlines(), *(home / "aside.key").read_text().splitlines()):
        assert line.split(" ")[0] not in said


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_refused_leaves_the_key_file_alone(
    filrouge: Filrouge, cells: Cells, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that is not there, a file that is, a variable that no command can change."""
    cells.service.close()
    path = home / KEY_FILE
    content = path.read_bytes()
    nobody = "0" * 16
    assert f"il faut {nobody}" in filrouge.refused("keys", "rotate", nobody)
    assert "ne contient pas cette clé" in filrouge.refused("keys", "retire", nobody, str(home / "x"))
    status = filrouge.done("keys", "status", "--json").json
    assert [(one["given"], one["in_use"], one["secrets"]) for one in status] == [(True, True, 1)]
    monkeypatch.setenv("FILROUGE_MASTER_KEY", content.decode().split(" ")[0])
    assert "FILROUGE_MASTER_KEY, que Fil Rouge ne peut pas changer" in filrouge.refused("keys", "new")
    new = filrouge("keys", "new", str(home / "new.key"), "--json").json["key_id"]
    assert [key.key_id for key in read_master_keys(home / "new.key")] == [new]
    assert path.read_bytes() == content
    monkeypatch.setenv("FILROUGE_MASTER_KEY", (home / "new.key").read_text().split(" ")[0])
    missing = filrouge("keys", "status")
    assert missing.status == 1
    assert "MANQUE" in missing.out
    assert "ce qu'elle protège ne peut pas être lu" in missing.err


def rewritten(text: str) -> Callable[[Path], object]:
    """Return what puts a text in the key file's place."""
    return lambda home: (home / KEY_FILE).write_text(text)


def another_store(home: Path) -> None:
    """Put the store of keys of another database in place, under the same master key."""
    elsewhere = home.parent / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(home / KEY_FILE, elsewhere / KEY_FILE)
    with open_cells(elsewhere, f"sqlite:///{elsewhere / 'filrouge.db'}"):
        pass
    (home / "keys.db").unlink()
    shutil.copy(elsewhere / "keys.db", home / "keys.db")


def another_key(home: Path) -> None:
    """Put another master key in place."""
    (home / KEY_FILE).unlink()
    create_key_file(home / KEY_FILE)


WRONG: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "missing": (lambda home: (home / KEY_FILE).unlink(), "la clé maîtresse manque", "is missing"),
    "empty": (rewritten(""), "n'est pas une clé maîtresse", "is no master key"),
    "truncated": (rewritten("AAECAwQFBgcICQoLDA0ODxAR"), "peut-être vide ou tronqué", "cut short"),
    "exposed": (lambda home: (home / KEY_FILE).chmod(0o644), "faites `chmod 600 ", "run `chmod 600 "),
    "another key": (another_key, "il faut ", "it needs "),
    "another store": (another_store, "ne va pas avec cette base", "does not go with this database"),
    "store lost": (
        lambda home: (home / "keys.db").unlink(),
        "il n'y a pas de magasin de clés à cet endroit",
        "there is no store of keys there",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_start_without_the_right_keys_changes_not_a_byte(
    filrouge: Filrouge, home: Path, wrong: str
) -> None:
    """Whatever is wrong: said in both languages, and everything is as before, once it is put right."""
    home.mkdir()
    with open_cells(home, f"sqlite:///{home / 'filrouge.db'}") as cells:
        cells.refer(referral(note="Elle a mal."))
    break_it, french, english = WRONG[wrong]
    break_it(home)
    before = bytes_in(home)
    assert french in filrouge.refused("serve", "--port", "0")
    assert english in filrouge("--lang", "en", "serve", "--port", "0").err
    assert bytes_in(home) == before


def bytes_in(home: Path) -> dict[str, tuple[int, bytes]]:
    """Return every file, its mode and what it holds."""
    return {
        str(path.relative_to(home)): (path.stat().st_mode, path.read_bytes())
        for path in home.rglob("*")
        if path.is_file()
    }
