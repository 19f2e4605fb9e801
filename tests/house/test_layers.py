"""Who may know whom: the contracts in pyproject.toml hold, and they bite."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.files import ROOT, copy_house

LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, '.'); {LINT}"],
        cwd=house,
        check=False,
        capture_output=True,
        text=True,
    )


def test_the_layers_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("room", "line", "broken"),
    [
        ("workflows", "import domain", "those above BROKEN"),
        ("domain", "import projections", "those above BROKEN"),
        ("projections", "import adapters", "those above BROKEN"),
        ("adapters", "import api", "those above BROKEN"),
        ("adapters", "import fastapi", "front door BROKEN"),
        ("domain", "import sqlalchemy", "no database BROKEN"),
        ("workflows", "import msgspec", "standard library and transitions BROKEN"),
    ],
)
def test_a_forbidden_import_is_refused(tmp_path: Path, room: str, line: str, broken: str) -> None:
    """Each contract is broken once, in a copy: a contract that checks nothing would pass the test above."""
    house = copy_house(tmp_path)
    (house / room / "trespass.py").write_text(f"{line}\n")
    done = lint(house)
    assert done.returncode == 1
    assert broken in " ".join(done.stdout.split())
