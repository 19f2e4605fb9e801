"""The compiled state machine: the table, run by `transitions`.

One machine for all cases, fired on a throwaway model: attaching a machine to an aggregate would break its
copying and cost far more than a firing (about 9 µs).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, cast

import transitions
from transitions import EventData, MachineError

from workflows.facts import Asking, CaseFacts, Command
from workflows.reasons import Reason, because
from workflows.states import State
from workflows.table import TABLE, Transition
from workflows.triggers import Trigger

_NONE_YET: Final = "none_yet"
"""The machine's name for "there is no case yet": a state of its own, which no case is ever in."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One trigger as a screen offers it: allowed, or not and why."""

    trigger: Trigger
    reason: Reason | None

    @property
    def allowed(self) -> bool:
        """Whether the trigger may be fired now (its payload is still checked when it is)."""
        return self.reason is None


@dataclass(slots=True)
class _Firing:
    """The throwaway model: what is fired, on what, and the reason of the guard that said no."""

    state: str
    case: Any
    command: Command
    asking: Asking
    refusal: Reason | None = field(default=None)


def fire(case: CaseFacts | None, command: Command, asking: Asking) -> State | Reason:
    """Return the state the case goes to, or why `command` is refused. Nothing is changed."""
    if asking.role not in command.trigger.roles:
        return because("role_may_not")
    firing = _Firing(_NONE_YET if case is None else str(case.state), case, command, asking)
    try:
        fired = _MACHINE.events[command.trigger.value].trigger(firing)
    except MachineError:
        return _wrong_state(case)
    if fired:
        return State(firing.state)
    return firing.refusal or _wrong_state(case)


def offers(case: CaseFacts, asking: Asking) -> Iterator[Offer]:
    """Yield every trigger of an existing case in the table's order, allowed or with the reason why not."""
    for trigger in Trigger:
        if trigger is not Trigger.DETECT:
            yield Offer(trigger, _refusal(case, trigger, asking))


def _refusal(case: CaseFacts, trigger: Trigger, asking: Asking) -> Reason | None:
    if asking.role not in trigger.roles:
        return because("role_may_not")
    rows = [row for row in _ROWS.get((trigger, case.state), ()) if row.when is None or row.when(case, None)]
    if not rows:
        return _wrong_state(case)
    return next((no for guard in rows[0].guards if (no := guard(case, asking))), None)


def _wrong_state(case: CaseFacts | None) -> Reason:
    return because("wrong_state", state=State(case.state) if case is not None else "–")


def _condition(row: Transition) -> Callable[[EventData], bool]:
    """Wrap a row for `transitions`: its `when` says whether the row applies, its guards whether it may."""

    def holds(data: EventData) -> bool:
        firing = cast(_Firing, data.model)
        if row.when is not None and not row.when(firing.case, firing.command):
            return False
        if firing.refusal is None:
            firing.refusal = next(_refusals(row, firing), None)
        return firing.refusal is None

    return holds


def _refusals(row: Transition, firing: _Firing) -> Iterator[Reason]:
    for guard in row.guards:
        if no := guard(firing.case, firing.asking):
            yield no
    for check in row.checks:
        if no := check(firing.case, firing.command, firing.asking):
            yield no


class _Row(transitions.Transition):
    """A row of the table, fired without a look for callbacks, which nobody registers: half the time of a firing."""

    def execute(self, event_data: EventData) -> bool:
        """Go to the row's destination, unless a condition says no."""
        if not self._eval_conditions(event_data):
            return False
        if self.dest is not None:
            event_data.machine.set_state(self.dest, event_data.model)
        return True


class _Machine(transitions.Machine):
    transition_cls = _Row


def _compile() -> _Machine:
    machine = _Machine(
        model=None,
        states=[_NONE_YET, *(state.value for state in State)],
        initial=_NONE_YET,
        auto_transitions=False,
        send_event=True,
    )
    for row in TABLE:
        source = row.source.value if row.source else _NONE_YET
        machine.add_transition(row.trigger.value, source, row.destination.value, conditions=[_condition(row)])
    return machine


def _index() -> dict[tuple[str, str], tuple[Transition, ...]]:
    rows: dict[tuple[str, str], tuple[Transition, ...]] = {}
    for row in TABLE:
        key = (row.trigger.value, row.source.value if row.source else _NONE_YET)
        rows[key] = (*rows.get(key, ()), row)
    return rows


_ROWS: Final = _index()
_MACHINE: Final = _compile()
