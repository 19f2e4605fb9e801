"""The aggregate: one accompaniment, its history, and the only way to change it.

A command fires the table; what it decides becomes events; events assign. Nothing else writes to a case.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Self

import msgspec

from domain.case_state import CaseState
from domain.command import Command
from domain.commands.follow_up import CorrectFact
from domain.commands.intake import Detect
from domain.commands.privacy import ErasePersonalData, RectifyIdentity
from domain.context import STANDING_IN, Context
from domain.correction import inconsistencies, refusal
from domain.errors import Refused
from domain.event import CaseEvent, Payload
from domain.events.follow_up import FactCorrected
from domain.events.merging import DuplicateMerged, DuplicateParted, PersonRecognised
from domain.fold import evolve, fold
from workflows.facts import Asking
from workflows.machine import fire, offers
from workflows.reasons import Reason
from workflows.roles import Role
from workflows.triggers import COUNSELLING, Trigger


class Case:
    """One accompaniment: its state, its history, and the events not yet stored."""

    def __init__(
        self,
        state: CaseState,
        told: Callable[[], Sequence[CaseEvent]],
        recorded: Sequence[CaseEvent] = (),
    ) -> None:
        """Take a case as its facts have made it: by what `told` gives of its stream, and `recorded` since.

        The stream is asked for once somebody looks at it. Few commands do: who recorded what when, and why, does not
        decide what comes next.
        """
        self.state = state
        self.pending = list(recorded)
        self._told = told
        self._recorded = list(recorded)

    @classmethod
    def of(cls, history: Sequence[CaseEvent]) -> Self:
        """Rebuild a case from its whole history, at least one event."""
        return cls(fold(history), lambda: history)

    @classmethod
    def project(cls, aggregate: Self | None, events: Iterable[Any]) -> Self | None:
        """Rebuild a case from its stored events (the library's projector function); None when there are none."""
        history = list(events)
        return cls.of(history) if history else None

    @classmethod
    def detect(
        cls, case_id: str, person_id: str, command: Detect, context: Context, note: str | None
    ) -> Self:
        """Open a case from a referral. Raises Refused."""
        to_state = fire(None, command, context.asking)
        if isinstance(to_state, Reason):
            raise Refused(command.trigger, to_state)
        organisation = context.asking.organisation
        if organisation is None:  # the table asks for a registered organisation
            raise AssertionError("a referral without an organisation passed the table")
        data = msgspec.structs.replace(command.detected(person_id), note=note)
        event = _envelope(case_id, 1, organisation, data, command, context, context.asking.role.value)
        return cls(fold([event]), tuple, [event])

    @property
    def id(self) -> str:
        """The case's id, which is its stream's."""
        return self.state.case_id

    @property
    def version(self) -> int:
        """The number of its events."""
        return self.state.version

    @property
    def history(self) -> list[CaseEvent]:
        """All its events, oldest first."""
        return [*self._earlier, *self._recorded]

    def since(self, version: int) -> Sequence[CaseEvent]:
        """Return the events recorded here after a version, which it had here."""
        return self._recorded[version - self.version :] if version < self.version else ()

    @cached_property
    def _earlier(self) -> Sequence[CaseEvent]:
        return self._told()

    def do(self, command: Command, context: Context, note: str | None = None) -> None:
        """Carry out `command`; `note` is its free text, already encrypted. Raises Refused, changing nothing."""
        to_state = fire(self.state, command, context.asking)
        if isinstance(to_state, Reason):
            raise self._refused(command.trigger, to_state, context.asking)
        if isinstance(command, CorrectFact):
            self._check_correction(command, context)
        *before, last = command.decide(self.state)
        entered = to_state.value if to_state != self.state.state else None
        for data in before:
            self._record(data, command, context)
        self._record(msgspec.structs.replace(last, note=note, to_state=entered), command, context)

    def erase_with(self, other: Self, context: Context) -> None:
        """Record, once, that the person became unreadable here too: their key went with the erasure of `other`."""
        if not self.state.erased:
            self._share(other, ErasePersonalData(), context)

    def rectify_with(self, other: Self, command: RectifyIdentity, context: Context) -> None:
        """Record today that who the person is was put right here too: it was, with the rectification of `other`."""
        self._share(other, command.model_copy(update={"occurred_on": None}), context)

    def recognise(self, person_id: str, because_of: Self, command: Command, context: Context) -> None:
        """Record today that this case is that person's: so it was found by what was done to another case."""
        self._note(PersonRecognised(person_id=person_id), because_of, command, context)

    def take_in(self, other: Self, command: Command, context: Context) -> None:
        """Record that another case was merged into this one."""
        self._note(DuplicateMerged(case_id=other.id), other, command, context)

    def part_from(self, other: Self, command: Command, context: Context) -> None:
        """Record today that a case that was merged into this one is somebody else's after all."""
        self._note(DuplicateParted(case_id=other.id), other, command, context)

    def _share(self, other: Self, command: Command, context: Context) -> None:
        """Record what `command`, carried out on `other`, did to the person of both."""
        for data in command.decide(self.state):
            self._note(data, other, command, context)

    def _note(self, data: Payload, because_of: Self, command: Command, context: Context) -> None:
        """Record what a command, carried out on another case, did to this one."""
        caused = replace(context, causation_id=f"{because_of.id}/{because_of.version}")
        self._record(data, command, caused)

    def offers(self, asking: Asking) -> dict[Trigger, Reason | None]:
        """Return every trigger with None when allowed, or the reason why not."""
        return {offer.trigger: offer.reason for offer in offers(self.state, asking)}

    def collect_events(self) -> Sequence[CaseEvent]:
        """Hand over the events not yet stored, once."""
        collected, self.pending = self.pending, []
        return collected

    def _record(self, data: Payload, command: Command, context: Context) -> None:
        event = _envelope(
            self.id,
            self.version + 1,
            self.state.organisation,
            data,
            command,
            context,
            context.capacity or self._capacity(command.trigger, context.asking),
        )
        self._recorded.append(event)
        self.pending.append(event)
        if type(data) is FactCorrected:
            self.state = fold(self.history)
        else:
            evolve(self.state, event)

    def _check_correction(self, command: CorrectFact, context: Context) -> None:
        history = self.history
        reason = refusal(history, command.corrects, command.changes, context.asking)
        if reason is None:
            trial = FactCorrected(corrects=command.corrects, changes=command.changes)
            event = _envelope(self.id, self.version + 1, self.state.organisation, trial, command, context, "")
            # What stricter rules find wrong in an old history does not forbid every correction of it.
            already = list(inconsistencies(self.state))
            broken = inconsistencies(fold([*history, event]))
            reason = next((no for no in broken if not _take(already, no)), None)
        if reason is not None:
            raise self._refused(command.trigger, reason, context.asking)

    def _refused(self, trigger: Trigger, reason: Reason, asking: Asking) -> Refused:
        return Refused(trigger, reason, [t for t, no in self.offers(asking).items() if no is None])

    def _capacity(self, trigger: Trigger, asking: Asking) -> str:
        """A supervisor doing a colleague's work stands in for them, and is recorded as such."""
        stands_in = (
            asking.role is Role.SUPERVISOR
            and trigger.roles >= COUNSELLING
            and self.state.counsellor not in (None, asking.actor)
        )
        return STANDING_IN if stands_in else asking.role.value


def _take(reasons: list[Reason], reason: Reason) -> bool:
    """Take one such reason off the list; tell whether there was one."""
    if reason in reasons:
        reasons.remove(reason)
        return True
    return False


def _envelope(
    case_id: str,
    version: int,
    organisation: str,
    data: Payload,
    command: Command,
    context: Context,
    capacity: str,
) -> CaseEvent:
    return CaseEvent(
        originator_id=case_id,
        originator_version=version,
        occurred_on=command.occurred_on or context.asking.today,
        recorded_at=context.recorded_at,
        actor=context.asking.actor,
        acting_as=capacity,
        organisation=organisation,
        correlation_id=context.correlation_id,
        causation_id=context.causation_id,
        data=data,
    )
