"""Given what happened, when somebody asks, then this happens or is refused: tests of the case as sentences.

    given(*CONSENTED).when(an_assessment, by=MARIE, on=day(9)).then(BilanCompleted(...))
    given(*DETECTED).when(RecordConsent()).refused("relevance_not_decided")

The clock and the asker are arguments. What is given is folded as it is, by no rule: it may be what only
yesterday's rules allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Self

import msgspec

from domain.access import Principal
from domain.case import Case
from domain.case_state import CaseState
from domain.command import Command
from domain.commands.intake import Detect
from domain.errors import Refused
from domain.event import CaseEvent, Payload
from tests.builders import KEPT, MARIE, TODAY, Happened, asking, context, history
from workflows.facts import Kept


def on(day: date, payload: Payload) -> tuple[date, Payload]:
    """Say on which day something given happened; otherwise it was the day of the detection."""
    return day, payload


class Story:
    """One case, what it was given, and how it answered the last command."""

    def __init__(self, *happened: Happened) -> None:
        self.case: Case | None = Case.of(history(happened)) if happened else None
        self.new: list[CaseEvent] = []
        self.refusal: Refused | None = None

    @property
    def state(self) -> CaseState:
        """What the case has become."""
        assert self.case is not None, f"there is no case: {self.refusal}"
        return self.case.state

    def when(
        self,
        command: Command,
        *,
        by: Principal = MARIE,
        on: date = TODAY,
        others: Mapping[str, str] | None = None,
        note: str | None = None,
        kept: Kept | None = KEPT,
    ) -> Self:
        """Ask; `others` are the person's other open cases with their organisation. Asking goes on from the answer."""
        assert self.refusal is None, f"unexpectedly refused: {self.refusal}"
        circumstances = context(asking(by, on, others, kept=kept))
        before, state = self._history(), msgspec.json.encode(self.case and self.case.state)
        try:
            if self.case is None:
                assert isinstance(command, Detect)
                self.case = Case.detect("case-1", "person-1", command, circumstances, note)
            else:
                self.case.do(command, circumstances, note)
        except Refused as refusal:
            self.refusal = refusal
            assert msgspec.json.encode(self.case and self.case.state) == state, "a refusal changed the state"
        assert self._history()[: len(before)] == before, "the history was rewritten"
        self.new = self._history()[len(before) :]
        return self

    def then(self, *payloads: Payload) -> Self:
        """Exactly this happened by the last command."""
        assert self.refusal is None, f"unexpectedly refused: {self.refusal}"
        assert [event.data for event in self.new] == list(payloads)
        return self

    def then_state(self, **expected: object) -> Self:
        """The case is now so: each name is an attribute of its state."""
        assert {name: getattr(self.state, name) for name in expected} == expected
        return self

    def refused(self, code: str, **values: object) -> Self:
        """The last command was refused for this reason, and nothing happened; ends the story."""
        assert self.refusal is not None, f"accepted: {self.new}"
        reason = self.refusal.reason
        assert (reason.code, {k: reason.values.get(k) for k in values}) == (code, values)
        assert not self.new
        return self

    def _history(self) -> list[CaseEvent]:
        return [] if self.case is None else list(self.case.history)


def given(*happened: Happened) -> Story:
    """Begin with what happened, or with nothing at all."""
    return Story(*happened)
