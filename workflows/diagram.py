"""The transition table drawn as a Mermaid state diagram."""

from workflows.labels import Language
from workflows.states import State
from workflows.table import TABLE
from workflows.triggers import Trigger


def mermaid(language: Language = "en") -> str:
    """Return the table as Mermaid source: an arrow a change of state, a note a state for what leaves it there."""
    arrows: dict[tuple[State | None, State], list[Trigger]] = {}
    stays: dict[State, list[Trigger]] = {}
    for row in TABLE:
        triggers = stays.setdefault(row.source, []) if row.source == row.destination else None
        if triggers is None:
            triggers = arrows.setdefault((row.source, row.destination), [])
        if row.trigger not in triggers:
            triggers.append(row.trigger)
    lines = ["stateDiagram-v2"]
    lines += [f"    {state.value}: {state.label(language)}" for state in State]
    for (source, destination), triggers in arrows.items():
        start = source.value if source else "[*]"
        lines.append(f"    {start} --> {destination.value}: {', '.join(t.value for t in triggers)}")
    for state, triggers in stays.items():
        lines += [
            f"    note right of {state.value}",
            *(f"        {t.value}" for t in triggers),
            "    end note",
        ]
    return "\n".join([*lines, ""])
