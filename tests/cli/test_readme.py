"""The README tells the truth: its tables are the code's, its settings are all there, and its tour works as it stands."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from adapters.settings import describe
from api.cli.app import app
from tests.cli import readme
from tests.cli.processes import PATIENCE_SECONDS, running
from tests.cli.running import Filrouge

TEXT = readme.README.read_text(encoding="utf-8")
ROOT = readme.README.parent
CUT = "---8<---"


def test_every_part_is_there() -> None:
    assert set(readme.parts(TEXT)) == set(readme.PARTS)


@pytest.mark.parametrize("name", readme.PARTS)
def test_a_part_is_what_the_code_says(name: str) -> None:
    """Otherwise: python -m tests.cli.readme"""
    assert readme.parts(TEXT)[name] == readme.PARTS[name]()


def test_the_diagram_is_what_the_command_prints(filrouge: Filrouge) -> None:
    assert f"```mermaid\n{filrouge.done('diagram').out}```\n" in TEXT


def test_every_setting_is_documented_and_no_other() -> None:
    known = {one.variable for one in describe()}
    named = set(re.findall(r"\bFILROUGE_[A-Z_]+\b", TEXT))
    assert named == known


def test_every_command_is_in_the_table() -> None:
    listed = set(re.findall(r"^\| `filrouge (\w+)", TEXT, re.MULTILINE))
    assert listed == set(get_command(app).commands)  # type: ignore[attr-defined]


def test_every_command_that_is_shown_exists(filrouge: Filrouge) -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    for name in re.findall(r"filrouge (?:--lang \w+ )?([a-z]+)", TEXT):
        assert name in commands, name


def test_the_tour_works_as_it_stands(home: Path) -> None:
    """Started by the command of `make run`, on any free port, and typed into a bash as a newcomer would."""
    assert "@exec $(BIN)/filrouge serve --demo\n" in (ROOT / "Makefile").read_text()
    assert "then runs `filrouge serve --demo`" in " ".join(TEXT.split())
    stops = readme.tour(TEXT)
    assert len(stops) >= 8
    with running("serve", "--demo") as server:
        pasted = server.tokens()
        said = typed(stops, pasted)
        assert server.stopped_by(signal.SIGINT) == 0
    for stop, answered in zip(stops, said, strict=True):
        assert missing(stop.expected, answered) is None, f"{stop.commands}\n{answered}"


def typed(stops: list[readme.Stop], pasted: dict[str, str]) -> list[str]:
    """Type all the stops into one bash, at the root of the project; return what each of them printed."""
    script = "".join(f"{stop.commands}\necho '{CUT}'\n" for stop in stops)
    done = subprocess.run(
        ["bash", "-c", script],
        check=False,
        cwd=ROOT,
        env={**os.environ, **pasted, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert (done.returncode, done.stderr.replace(_NOTE, "").strip()) == (0, "")
    return done.stdout.split(f"{CUT}\n")[:-1]


_NOTE = (
    "Note this head elsewhere; `filrouge verify --expect-head` will prove that nothing was rewritten since.\n"
)


def missing(expected: str, answered: str) -> str | None:
    """Return the first expected line that is not in the answer, after those before it; … stands for anything."""
    lines = iter(answered.splitlines())
    for wanted in filter(None, expected.splitlines()):
        pattern = re.compile(".*".join(map(re.escape, wanted.split("…"))))
        if not any(pattern.match(line) for line in lines):
            return wanted
    return None


def test_a_line_that_is_missing_would_be_seen() -> None:
    assert missing("a…c\n\nd\n", "abc\nx\nd\n") is None
    assert missing("a…c\nd", "d\nabc\n") == "d"
    assert missing("a.c", "abc") == "a.c"
