"""`filrouge person export`: everything that is held on a person, in a file of the operator's own."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from adapters import accesses
from adapters.database import reading
from tests.adapters.usual import ACCEPT, MOVED
from tests.builders import referral
from tests.cli.running import Filrouge
from tests.service import Cells


def test_it_is_written_for_its_author_alone_and_recorded(
    filrouge: Filrouge, cells: Cells, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never over another file; nothing personal is said on the screen."""
    monkeypatch.chdir(tmp_path)
    case_id = cells.refer(referral(note="Elle a mal.")).case_id
    cells.act(case_id, ACCEPT, MOVED)
    said = filrouge.done("person", "export", case_id)
    written = tmp_path / f"personne-{case_id}.html"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    text = written.read_text(encoding="utf-8")
    assert "Hermelin" in text
    assert "Elle a mal." in text
    assert "Hermelin" not in said.out + said.err
    filrouge.refused("person", "export", case_id)
    filrouge.done("--lang", "en", "person", "export", case_id, "--format", "json", "--output", "answer.json")
    answer = json.loads((tmp_path / "answer.json").read_text(encoding="utf-8"))
    assert (answer["format"], answer["version"], answer["made_by"]) == ("filrouge-person", 1, "operator")
    with reading(cells.service.engine) as connection:
        kinds = [one.kind for one in accesses.accesses_of(connection, [case_id])]
    assert kinds.count("person") == 3


def test_a_case_that_is_none_is_refused(filrouge: Filrouge, cells: Cells) -> None:
    assert cells.clock().year
    assert "01610e5a" in filrouge.refused("person", "export", "01610e5a-4c00-7000-8000-00000000dead")
