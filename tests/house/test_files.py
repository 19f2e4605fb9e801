"""Nothing in the project depends on, or tells of, the machine that it was written on."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import LONGEST
from tests.house.files import ROOT, project_files

# Absolute paths into somebody's own folders: a home, a workplace, a scratch folder.
SOMEBODYS = re.compile(r"(?<![\w.~$}])/(?:root|work|workspace|home/\w+|Users/\w+|tmp/\w+)(?:/|\b(?![\w.-]))")


def own_paths() -> list[str]:
    """Where this very checkout and its user live, when that is specific enough to look for."""
    return [str(path) for path in (ROOT, Path.home()) if len(path.parts) > 2]


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    found = []
    for path in project_files():
        text = (ROOT / path).read_text(encoding="utf-8", errors="ignore")
        for number, line in enumerate(text.splitlines(), start=1):
            if SOMEBODYS.search(line) or any(own in line for own in own_paths()):
                found.append(f"{path}:{number}: {line.strip()[:100]}")
    assert found == []


def test_such_a_folder_would_be_seen() -> None:
    for path in ("work/main", "root/x", "home/someone/fil", "Users/someone/fil", "tmp/x/v"):
        assert SOMEBODYS.search(f'"/{path}"'), path
    for text in ("/api/v1/cases", "https://example.org/work/", "docs/work/x", "/network/", "$HOME/root/"):
        assert not SOMEBODYS.search(text), text


def test_the_files_that_are_tested_first_are_there() -> None:
    """One that was renamed would be tested last, by one worker alone."""
    assert [name for name in LONGEST if not (ROOT / "tests" / name).is_file()] == []
