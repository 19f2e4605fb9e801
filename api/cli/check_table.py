"""Is the transition table sound? What the tests prove of it, said again where it runs, on what really runs."""

from collections.abc import Iterator

from domain.commands import COMMANDS
from domain.event_words import EVENT_LABELS
from domain.events import EVENTS
from workflows.states import State
from workflows.table import TABLE
from workflows.triggers import Trigger


def problems() -> list[str]:
    """Return what is wrong with the table, in English: only a programmer can mend it."""
    return [*_states(), *_triggers(), *_texts()]


def _states() -> Iterator[str]:
    reached: set[State] = set()
    waiting: list[State | None] = [None]
    while waiting:
        source = waiting.pop()
        fresh = {row.destination for row in TABLE if row.source == source} - reached
        reached |= fresh
        waiting += fresh
    yield from (f"the state {state.value} cannot be reached" for state in State if state not in reached)
    leading = {State.CLOSED}
    while more := {row.source for row in TABLE if row.source and row.destination in leading} - leading:
        leading |= more
    yield from (f"a case in the state {state.value} can never end" for state in State if state not in leading)


def _triggers() -> Iterator[str]:
    rows = {row.trigger for row in TABLE}
    for trigger in Trigger:
        if trigger not in rows:
            yield f"no row of the table has the trigger {trigger.value}"
        if trigger not in COMMANDS:
            yield f"the trigger {trigger.value} has no command"
        elif COMMANDS[trigger].event.topic not in EVENTS:
            yield f"the trigger {trigger.value} makes an event that the catalogue does not have"
        if not trigger.roles:
            yield f"no role may fire the trigger {trigger.value}"


def _texts() -> Iterator[str]:
    for row in TABLE:
        for rule in (*row.guards, *row.checks):
            if not (rule.__doc__ or "").strip():
                yield f"the guard {rule.__name__} does not say what it is for"
    yield from (f"the event {topic} has no words" for topic in EVENTS if topic not in EVENT_LABELS)
    for label in (*State, *Trigger):
        if not (label.fr and label.en):
            yield f"{label.value} has no label in one of the languages"
