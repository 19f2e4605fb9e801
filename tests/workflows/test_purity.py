"""The ground floor stands on the standard library and `transitions`, and reads no clock, file or database."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import workflows

FILES = sorted(Path(workflows.__path__[0]).glob("**/*.py"))
WORLDLY = {
    "os",
    "io",
    "pathlib",
    "sqlite3",
    "socket",
    "subprocess",
    "time",
    "logging",
    "random",
    "secrets",
    "uuid",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_of_the_ground_floor_is_pure(path: Path) -> None:
    """What it imports, wherever in the file; and no question after the present day."""
    tree = ast.parse(path.read_text())
    imported = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                imported |= {name.name.split(".")[0] for name in node.names}
            case ast.ImportFrom(module=str(module)):
                imported.add(module.split(".")[0])
            case ast.Attribute(attr="today" | "now" | "utcnow", value=ast.Name(id="date" | "datetime")):
                pytest.fail(f"{path.name} reads the clock in line {node.lineno}")
            case _:
                pass
    assert imported <= sys.stdlib_module_names | {"transitions", "workflows"}
    assert not imported & WORLDLY
