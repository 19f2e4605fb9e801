"""What people read: refusals in both languages, labels, and the diagram."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import Final

import pytest

import domain
import projections
import workflows
from tests.dsl import given
from tests.workflows.questions import Rule
from tests.workflows.rules import RULES
from workflows.diagram import mermaid
from workflows.labels import LabelledEnum, Language
from workflows.reasons import _TEXTS, CODES, Attempts, Euros, Reason, because
from workflows.states import State
from workflows.table import TABLE

LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en")


# ---------------------------------------------------------------- refusals


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_refusal_is_worded_in_both_languages() -> None:
    """Two sentences that differ, with the same blanks."""
    for code, (french, english) in _TEXTS.items():
        assert re.fullmatch("[a-z][a-z_]*[a-z]", code)
        assert french != english
        assert blanks(french) == blanks(english), code
        assert french.endswith("."), code
        assert english.endswith("."), code
    assert frozenset(_TEXTS) == CODES


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_refusal_reads_as_a_sentence(rule: Rule) -> None:
    """Every blank filled, no code, no dump of a value."""
    ask = rule.refused
    refusal = (
        given(*ask.given).when(ask.command, by=ask.by, on=ask.on, others=ask.others, kept=ask.kept).refusal
    )
    assert refusal is not None
    for language in LANGUAGES:
        text = refusal.reason.text(language)
        assert not re.search(r"[{}<>\[\]]|\bNone\b|frozenset|datetime|\w\.\w*_|\('", text)


def test_a_refusal_is_worded_with_all_its_values_or_not_at_all() -> None:
    """A guard that forgets one is caught where it says no, not on somebody's screen."""
    with pytest.raises(KeyError, match="until"):
        because("already_suspended")
    with pytest.raises(KeyError, match="no_such_reason"):
        because("no_such_reason")


def test_values_are_written_as_each_language_reads_them() -> None:
    """Dates, amounts, lists, labels."""
    reason = because("already_suspended", until=date(2026, 3, 2))
    assert "02/03/2026" in reason.text("fr")
    assert "2026-03-02" in reason.text("en")
    reason = because("grants_exceed_rest", total=Euros(123_456_78), rest=Euros(5))
    assert "123\u202f456,78\u202f€" in reason.text("fr")
    assert "0,05\u202f€" in reason.text()
    assert "€123,456.78" in reason.text("en")
    assert "Plan construit" in because("wrong_state", state=State.PLAN_BUILT).text("fr")
    assert "n1, n2" in because("needs_without_action", needs=("n1", "n2")).text("en")
    so_far = {
        made: because("too_few_attempts", attempts=3, channels=2, so_far=Attempts(made, 1)) for made in (0, 2)
    }
    assert "réussi ; aucune pour l'instant." in so_far[0].text("fr")
    assert "contact; none so far." in so_far[0].text("en")
    assert "réussi ; il y en a 2 sur 1." in so_far[2].text("fr")
    assert "contact; so far 2 on 1." in so_far[2].text("en")
    assert Reason("no_quote").text("en") == "No quote is recorded."


def test_every_reason_is_in_the_source_and_none_is_invented_there() -> None:
    """`because("...")` and the list of words agree, both ways."""
    source = "".join(
        path.read_text() for room in (workflows, domain) for path in Path(room.__path__[0]).rglob("*.py")
    )
    used = set(re.findall(r"because\(\s*\"(\w+)\"", source))
    assert used == CODES


# ---------------------------------------------------------------- labels

ALIKE: Final = {
    "Association",
    "ACS",
    "Banque de France",
    "CMU-C",
    "Carsat, Cramif",
    "Complémentaire santé solidaire",
    "Département",
    "UGECAM",
}
"""Names, and words that both languages write alike; anything else alike is a translation forgotten."""


def modules(room: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        yield importlib.import_module(found.name)


def lists() -> list[type[LabelledEnum]]:
    """Return every list of codes of the three rooms that have any."""
    rooms = (workflows, domain, projections)
    for room in rooms:
        list(modules(room))
    inside = tuple(f"{room.__name__}." for room in rooms)  # a test may make up a list of its own
    own = [codes for codes in LabelledEnum.__subclasses__() if codes.__module__.startswith(inside)]
    return sorted(own, key=lambda codes: codes.__name__)


@pytest.mark.parametrize("codes", lists(), ids=lambda codes: codes.__name__)
def test_every_code_has_its_labels(codes: type[LabelledEnum]) -> None:
    """Non-empty in both languages, told apart within the list; codes are plain lower-case words."""
    assert codes.__doc__
    for member in codes:
        assert re.fullmatch("[a-z][a-z0-9]*(_[a-z0-9]+)*", member.value)
        assert member == member.value == str(member) == f"{member}"
        assert (member.label("fr"), member.label(), member.label("en")) == (member.fr, member.fr, member.en)
        assert member.fr.strip() == member.fr != ""
        assert member.en.strip() == member.en != ""
        assert member.fr != member.en or member.fr in ALIKE
    for language in LANGUAGES:
        labels = [member.label(language) for member in codes]
        assert len(set(labels)) == len(labels)
    assert list(codes) == [codes[name] for name in codes.__members__], "two names for one code"


def test_the_vocabulary_is_complete() -> None:
    """Every list of the domain is printed for those who read the figures."""
    of_the_domain = {codes for codes in lists() if codes.__module__ == "domain.vocabulary"}
    assert of_the_domain <= set(domain.vocabulary.VOCABULARY.values())


# ---------------------------------------------------------------- the diagram


def drawn(language: Language) -> set[tuple[str, str, str]]:
    """Read the diagram back: source, destination, trigger."""
    found = set()
    state = ""
    for line in mermaid(language).splitlines():
        if arrow := re.fullmatch(r"    (\S+) --> (\S+): (.+)", line):
            found |= {(arrow[1], arrow[2], trigger) for trigger in arrow[3].split(", ")}
        elif note := re.fullmatch(r"    note right of (\S+)", line):
            state = note[1]
        elif staying := re.fullmatch(r"        (\S+)", line):
            found.add((state, state, staying[1]))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_diagram_is_the_table(language: Language) -> None:
    """Each row is drawn, and nothing else; each state has its label."""
    rows = {(row.source or "[*]", row.destination, row.trigger) for row in TABLE}
    assert drawn(language) == {(str(a), str(b), str(c)) for a, b, c in rows}
    lines = mermaid(language).splitlines()
    assert lines[0] == "stateDiagram-v2"
    for state in State:
        assert f"    {state}: {state.label(language)}" in lines
