"""Playing scripts: every case's steps in the order of their instants, as commands through the real use cases.

Many commands share a commit; what was asked first is recorded first, so the instants of the log follow its positions.
"""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Final

from adapters.bootstrap import Service
from adapters.demo.case_ids import CaseIds
from adapters.demo.steps import Script, Step
from domain.access import Principal
from domain.command import Command
from domain.commands.intake import Detect
from domain.events.organisations import OrganisationRegistered
from domain.ports import Answer, Request
from domain.use_cases import UseCases

COMMANDS_A_COMMIT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Part:
    """One case to play: its script from the instant it begins, and the last day on which anything is recorded.

    A `name` stands in the correlation of all its events, so that it can be found again.
    """

    begins_on: date
    script: Callable[[], Script]
    horizon: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """Organisations that join, and when."""

    at: datetime
    organisations: tuple[OrganisationRegistered, ...]
    by: str


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Have the garbage collector look less often: thousands of open cases are no garbage, and a fifth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Player:
    """Plays parts on one service. The clock is the scripts'; nothing here looks at another."""

    def __init__(
        self,
        service: Service,
        ids: CaseIds,
        told: Callable[[int], None],
        correlation: str,
    ) -> None:
        """Prepare; `told` hears how many parts are over, after each commit."""
        self._service = service
        self._use_cases = UseCases(
            service.storage.begin,
            deadlines=service.settings.deadlines,
            clock=service.clock,
            new_id=ids,
        )
        self._ids = ids
        self._work = service.storage.begin()
        self._told = told
        self._correlation = correlation
        self._numbers = count(1)
        self._uncommitted = 0
        self._over = 0
        self._finished: list[str] = []
        self._last = datetime.min.replace(tzinfo=UTC)

    def play(self, parts: Iterable[Part], registrations: Iterable[Registration]) -> list[str | None]:
        """Play all parts, interleaved; return the case of each, in the order given (None: it never began).

        Organisations are registered when their day comes.
        """
        with _rare_collections():
            return self._played(list(parts), registrations)

    def _played(self, parts: list[Part], registrations: Iterable[Registration]) -> list[str | None]:
        to_register = sorted(registrations, key=lambda registration: registration.at, reverse=True)
        waiting = sorted(enumerate(parts), key=lambda part: (part[1].begins_on, part[0]), reverse=True)
        cases: list[str | None] = [None] * len(waiting)
        running: list[tuple[datetime, int, Step, Script, date]] = []
        heapify(running)
        last: datetime | None = None
        while waiting or running:
            while waiting and (not running or waiting[-1][1].begins_on <= running[0][0].date()):
                number, part = waiting.pop()
                self._next(running, number, part.script(), part.horizon, None)
            if not running:
                continue
            last, number, step, script, horizon = heappop(running)
            while to_register and to_register[-1].at <= last:
                self._register(to_register.pop())
            answer = self._perform(step, cases[number], parts[number].name)
            cases[number] = answer.case_id
            self._next(running, number, script, horizon, answer.case_id)
            if self._uncommitted >= COMMANDS_A_COMMIT:
                self._commit(last)
        if last is not None:
            self._commit(last)
            self._last = last
        return cases

    def settle(self, by: Principal, case_id: str, command: Command) -> None:
        """Carry out one more command a minute after the last one, and commit it: for what is between two cases."""
        self._last += timedelta(minutes=1)
        self._perform(Step(self._last, by, command), case_id, "")
        self._commit(self._last)

    def _next(
        self,
        running: list[tuple[datetime, int, Step, Script, date]],
        number: int,
        script: Script,
        horizon: date,
        case_id: str | None,
    ) -> None:
        step = next(script, None)
        if step is not None and step.at.date() <= horizon:
            heappush(running, (step.at, number, step, script, horizon))
            return
        self._over += 1
        if case_id is not None:
            self._finished.append(case_id)

    def _perform(self, step: Step, case_id: str | None, name: str) -> Answer:
        self._uncommitted += 1
        told = (self._correlation, name, str(next(self._numbers)))
        request = Request("-".join(filter(None, told)))
        if isinstance(step.command, Detect):
            self._ids.at = step.at
            return self._use_cases.refer_in(self._work, step.command, step.by, request, step.at)
        if case_id is None:
            raise ValueError("a script begins with a referral")
        return self._use_cases.act_in(self._work, case_id, step.command, step.by, None, request, step.at)

    def _register(self, registration: Registration) -> None:
        self._commit(registration.at)
        register = self._service.storage.organisations.register
        register(registration.organisations, registration.by, registration.at)

    def _commit(self, now: datetime) -> None:
        self._work.commit(now)
        for case_id in self._finished:
            self._work.forget(case_id)
        self._finished.clear()
        self._uncommitted = 0
        self._told(self._over)
