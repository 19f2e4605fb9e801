"""What the tests of the command line share: a home of their own, and the command run in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.settings_words import PREFIX
from tests.cli.running import Filrouge
from tests.databases import Databases, Kind
from tests.service import Cells, fresh_cells


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment with nothing of Fil Rouge but a home of its own, and no terminal's width or colours."""
    for name in list(os.environ):
        if name.upper().startswith(PREFIX) or name in (
            "COLUMNS",
            "FORCE_COLOR",
            "GITHUB_ACTIONS",
            "PY_COLORS",
        ):
            monkeypatch.delenv(name)
    monkeypatch.setenv("FILROUGE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def filrouge(capsys: pytest.CaptureFixture[str]) -> Filrouge:
    """The command, run in this process."""
    return Filrouge(capsys)


@pytest.fixture
def empty_database(
    database_kind: Kind, databases: Databases, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The address of an empty database that the settings name, of each kind in turn."""
    with databases.fresh(database_kind) as url:
        monkeypatch.setenv("FILROUGE_DATABASE_URL", url)
        yield url


@pytest.fixture
def cells(
    database_kind: Kind, databases: Databases, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Cells]:
    """Three cells on the database that the settings name, of each kind in turn, open to work in."""
    with fresh_cells(databases, database_kind, home) as opened:
        monkeypatch.setenv("FILROUGE_DATABASE_URL", opened.service.settings.database_url)
        yield opened
