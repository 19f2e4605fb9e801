"""The threat model says which test shows what it says, and there is such a test."""

from __future__ import annotations

import ast
import re
from functools import cache

from tests.house.files import ROOT

DOCUMENT = ROOT / "docs" / "threats.md"
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")
LIKE_A_TEST = re.compile(r"`[^`]*(?:\.py|::|\btest_)[^`]*`")


@cache
def named_in(file: str) -> frozenset[str]:
    """Return the names of the tests of a file."""
    tree = ast.parse((ROOT / "tests" / file).read_text())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def parts() -> list[str]:
    """Return the document, threat by threat."""
    return re.split(r"^## ", DOCUMENT.read_text(), flags=re.MULTILINE)[1:]


def test_each_test_that_is_named_is_there() -> None:
    text = DOCUMENT.read_text()
    named = NAMED.findall(text)
    assert len(named) == len(LIKE_A_TEST.findall(text)), (
        "a test is named otherwise than as `file.py::test_name`"
    )
    assert [f"{file}::{test}" for file, test in named if test not in named_in(file)] == []


def test_every_threat_says_what_shows_it_and_what_is_not_stopped() -> None:
    assert len(parts()) >= 8
    for part in parts():
        title, _, rest = part.partition("\n")
        rows = [
            line for line in rest.splitlines() if line.startswith("| ") and not line.startswith("| tries")
        ]
        assert rows, title
        assert all(NAMED.search(row) for row in rows), title
        assert "*Not stopped:*" in rest, title
