"""Running the command in this process, and reading what it said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from api.cli import main


@dataclass(frozen=True)
class Said:
    """What a command returned and wrote."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The JSON document that is the whole of standard output."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Filrouge:
    """The command line, called as its entry point is."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> Said:
        """Run `filrouge` with these arguments."""
        self.capsys.readouterr()
        status = main(arguments)
        out, err = self.capsys.readouterr()
        return Said(status, out, err)

    def done(self, *arguments: str) -> Said:
        """Run it; it must succeed."""
        said = self(*arguments)
        assert (said.status, said.err if said.status else "") == (0, "")
        return said

    def refused(self, *arguments: str, status: int = 1) -> str:
        """Run it; it must fail with one sentence on standard error and nothing else; return the sentence."""
        said = self(*arguments)
        assert (said.status, said.out) == (status, ""), said
        assert "Traceback" not in said.err
        first, *rest = said.err.splitlines()
        assert first.startswith(("Erreur : ", "Error: ")), said.err
        assert all(line.startswith(("Aide : ", "Help: ")) for line in rest), said.err
        return first
