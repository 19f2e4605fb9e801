"""The parts of the README that are read off the code, between markers; and what the README shows as a tour.

`python -m tests.cli.readme` writes them anew; a test fails when they are not what the code says.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from adapters.settings import describe
from domain.access import ACCESS, Permission, Scope
from domain.event import Payload
from domain.events import EVENTS
from projections.registry import READ_MODELS
from projections.reports import STATISTICS
from workflows.diagram import mermaid
from workflows.roles import Role
from workflows.triggers import Trigger

README: Final = Path(__file__).parents[2] / "README.md"

_PART: Final = re.compile(
    r"(<!-- begin: (?P<name>[a-z-]+) -->\n)(?P<text>.*?)(<!-- end: (?P=name) -->)", re.DOTALL
)
_COMMON: Final = frozenset({"note", "to_state"})
_SCOPES: Final = {
    Scope.OWN_REFERRALS: "own referrals",
    Scope.ASSIGNED_OR_UNASSIGNED: "own and unassigned cases",
    Scope.ORGANISATION: "the organisation",
    Scope.ORGANISATION_OR_NATIONAL: "the organisation, or all",
    Scope.ELSEWHERE: "a case of another, by its number",
    Scope.ACCOUNTS: "the organisation, or all",
    Scope.EVERYTHING: "yes",
}
_PERMISSIONS: Final = {
    Permission.FOLLOW_REFERRALS: "follow referrals",
    Permission.SEE_QUEUE: "queue",
    Permission.SEE_CASE: "case: state, actions",
    Permission.SEE_FILE: "case: its content",
    Permission.SEE_IDENTITY: "identity",
    Permission.SEE_NOTES: "notes",
    Permission.SEE_HISTORY: "history",
    Permission.ACT: "act",
    Permission.SEE_STATISTICS: "statistics",
    Permission.EXPORT_STATISTICS: "export: statistics",
    Permission.EXPORT_EVENTS: "export: event log",
    Permission.EXPORT_ROWS: "export: rows",
    Permission.EXPORT_PERSON: "everything held on a person",
    Permission.SEE_ACCESSES: "log of accesses",
    Permission.BREAK_GLASS: "break glass, to read",
    Permission.OWN_SESSIONS: "own sessions",
    Permission.ACCOUNT_SESSIONS: "sessions of accounts",
    Permission.SEE_REFERENCE: "table, vocabulary",
}


def diagram() -> str:
    """Return the transition table as GitHub draws it."""
    return f"```mermaid\n{mermaid()}```\n"


def events() -> str:
    """Return the event catalogue: topic, version, what it means, the fields of its payload."""
    rows = [
        (f"`{topic}`", str(event.schema_version), _first(event.__doc__), _fields(event))
        for topic, event in EVENTS.items()
    ]
    return table(("event", "version", "what happened", "fields"), rows)


def read_models() -> str:
    """Return the read models: table, version, what a row is, and what is added up over the rows."""
    rows = [
        (f"`{model.name}`", f"`{model.table.name}`", str(model.version), _first(model.table.comment),
         f"`{model.tally.name}`: {model.tally.comment}" if model.tally is not None else "")
        for model in READ_MODELS.values()
    ]  # fmt: skip
    return table(("read model", "table", "version", "a row is", "tally"), rows)


def statistics() -> str:
    """Return the definitions of the statistics, as they are shown beside the figures."""
    rows = []
    for name, statistic in STATISTICS.items():
        said = statistic.definitions["en"]
        rows.append((f"`{name}`", said.unit, said.numerator, said.denominator, said.date_basis, said.missing))
    return table(("statistic", "unit", "numerator", "denominator", "date basis", "missing"), rows)


def access() -> str:
    """Return the access table, a column a role, and below it which roles fire which triggers."""
    rows = [
        (words, *(_SCOPES[ACCESS[role][permission]] if permission in ACCESS[role] else "" for role in Role))
        for permission, words in _PERMISSIONS.items()
    ]
    fired: dict[str, list[str]] = {}
    for trigger in Trigger:
        who = ", ".join(role.en.lower() for role in Role if role in trigger.roles)
        fired.setdefault(who, []).append(f"`{trigger.value}`")
    return (
        table(("", *(role.en.lower() for role in Role)), rows)
        + "\n"
        + table(("who", "fires"), [(who, ", ".join(triggers)) for who, triggers in fired.items()])
    )


def settings() -> str:
    """Return every setting with its default."""
    rows = [
        (f"`{one.variable}`", f"`{one.default}`" if one.default is not None else "", one.description)
        for one in describe()
    ]
    return table(("variable", "default", "what it does"), rows)


PARTS: Final[dict[str, Callable[[], str]]] = {
    "diagram": diagram,
    "events": events,
    "read-models": read_models,
    "statistics": statistics,
    "access": access,
    "settings": settings,
}


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [headers, tuple("---" for _ in headers), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)


def parts(text: str) -> dict[str, str]:
    """Return the marked parts of a README."""
    return {found["name"]: found["text"] for found in _PART.finditer(text)}


def rewritten(text: str) -> str:
    """Return a README with its marked parts as the code says they are."""
    return _PART.sub(lambda found: f"{found[1]}{PARTS[found['name']]()}{found[4]}", text)


@dataclass(frozen=True)
class Stop:
    """One stop of the tour: commands to type, and the lines to expect; … stands for anything."""

    commands: str
    expected: str


def tour(text: str) -> list[Stop]:
    """Return the stops of the tour: each `sh` block of its section, with the `text` block that follows it, if any."""
    section = re.split(r"^## ", text, flags=re.MULTILINE)
    (told,) = (part for part in section if part.startswith("A five-minute tour"))
    blocks = re.findall(r"^```(sh|text)\n(.*?)^```$", told, re.DOTALL | re.MULTILINE)
    stops: list[Stop] = []
    for kind, content in blocks:
        if kind == "sh":
            stops.append(Stop(content, ""))
        elif stops:
            stops[-1] = Stop(stops[-1].commands, content)
    return stops


def _first(text: str | None) -> str:
    """Return the first paragraph on one line, without the sources in brackets."""
    paragraph = " ".join((text or "").strip().split("\n\n")[0].split())
    return re.sub(r" \[\d{3}[^]]*\]", "", paragraph)


def _fields(event: type[Payload]) -> str:
    return ", ".join(
        f"`{field.name}`{'' if field.required else '?'}"
        for field in msgspec.structs.fields(event)
        if field.name not in _COMMON
    )


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{README.name}: {', '.join(PARTS)}\n")
