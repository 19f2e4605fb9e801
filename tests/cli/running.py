"""Running the command in this process, and reading what it said."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

import pytest

from api.cli import main

# Words that no sentence does without for long, and that are none in the other language.
_OF_THE_OTHER: Final = {
    "Erreur": re.compile(r"\b(the|is|are|was|not|of|cannot|does|there|this|must|with|already|an|by)\b"),
    "Error": re.compile(r"\b(le|la|les|des|une|est|sont|pas|pour|avec|ce|cette|dans|doit)\b"),
}


def is_in_one_language(sentence: str) -> bool:
    """Tell whether nothing of a refusal is in the other language than its beginning; what is quoted is nobody's."""
    beginning, _, said = sentence.partition(":")
    return (
        _OF_THE_OTHER[beginning.strip()].search(re.sub(r"`.*?`|« .*? »|“.*?”|--[a-z-]+|\S*[/_]\S*", "", said))
        is None
    )


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
        assert is_in_one_language(first), first
        return first
