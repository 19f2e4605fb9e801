"""The audit of the locks never passes what was not answered for a clean bill."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.house.files import ROOT
from tests.support.audit import KNOWN, NOT_ANSWERED, NOTHING_KNOWN, main

LOCK = ROOT / "requirements.txt"

# Reports as pip-audit 2.10 writes them.
CLEAN = {"dependencies": [{"name": "jinja2", "version": "3.1.6", "vulns": []}], "fixes": []}
ADVISORY = {"id": "PYSEC-2019-217", "fix_versions": ["2.8.1"], "aliases": [], "description": ""}
WEAK = {"dependencies": [{"name": "jinja2", "version": "2.4.1", "vulns": [ADVISORY]}], "fixes": []}
SKIPPED = {"dependencies": [{"name": "jinja2", "skip_reason": "Dependency not found on PyPI"}], "fixes": []}


def a_tool(folder: Path, *reports: Any) -> str:
    """Return a program that answers as pip-audit did, the last report again and again; None: it fails and says nothing."""
    tool, told = folder / "tool", folder / "told"
    texts = [json.dumps(report) if report is not None else "" for report in reports]
    tool.write_text(
        f"#!{sys.executable}\n"
        "import pathlib, sys\n"
        f"told, texts = pathlib.Path({str(told)!r}), {texts!r}\n"
        "times = len(told.read_bytes()) if told.exists() else 0\n"
        "told.write_bytes(b'x' * (times + 1))\n"
        "text = texts[min(times, len(texts) - 1)]\n"
        "print(text)\n"
        "sys.exit(not text)\n"
    )
    tool.chmod(0o700)
    return str(tool)


@pytest.mark.parametrize(
    ("reports", "status", "words"),
    [
        ([CLEAN], NOTHING_KNOWN, "no advisory is known"),
        ([CLEAN, WEAK], KNOWN, "jinja2 2.4.1: PYSEC-2019-217, put right in 2.8.1"),
        ([SKIPPED], NOT_ANSWERED, "NOT AUDITED: no advisories were to be had for jinja2."),
        ([None], NOT_ANSWERED, "NOT AUDITED"),
        ([CLEAN, SKIPPED], NOT_ANSWERED, "NOT AUDITED"),
        ([CLEAN, CLEAN, None], NOT_ANSWERED, "NOT AUDITED"),
        ([CLEAN, WEAK, SKIPPED], KNOWN, "PYSEC-2019-217"),
    ],
)
def test_what_was_not_answered_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], reports: list[Any], status: int, words: str
) -> None:
    assert main([a_tool(tmp_path, *reports), str(LOCK), str(LOCK)]) == status
    told = capsys.readouterr().out
    assert words in told
    assert ("no advisory is known" in told) == (status == NOTHING_KNOWN)


def test_a_registry_that_answers_for_none_is_asked_for_one_only(tmp_path: Path) -> None:
    main([a_tool(tmp_path, SKIPPED), str(LOCK), str(LOCK)])
    assert (tmp_path / "told").read_bytes() == b"x"
