"""The use cases: the one way in. HTTP, CLI and demo all come through here.

A request is decided on what is committed at that moment and written in one transaction; when somebody else's
commit came first in a way that a new look resolves (a repeated key, a second referral of the same person),
it is decided once more.
"""

import uuid
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from domain.access import EVERY_CASE, Permission, Principal, Reach, reach
from domain.case import Case
from domain.case_state import CaseState
from domain.command import Command, note_of
from domain.commands.intake import Detect
from domain.commands.privacy import ErasePersonalData, RectifyIdentity
from domain.context import Context
from domain.days import day_of
from domain.errors import CaseNotFound, StaleVersion
from domain.merging import Merging, Parting, PartingCases
from domain.person import check_birth_date
from domain.ports import Answer, Clash, Request, UnitOfWork
from workflows.deadlines import Deadlines
from workflows.facts import Asking
from workflows.machine import offers
from workflows.reasons import Reason
from workflows.triggers import Trigger

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present instant, in UTC."""
    return datetime.now(UTC)


def new_case_id(at: datetime | None = None) -> str:
    """Return a fresh UUID of version 7 (RFC 9562): ids of one time lie together, which the log's index likes.

    It begins with the instant `at`, in whole milliseconds; the present one when left out.
    """
    now = int((at or system_clock()).timestamp() * 1000)
    random = uuid.uuid4().int & ((1 << 74) - 1)
    value = (
        (now & ((1 << 48) - 1)) << 80
        | 0x7 << 76
        | (random >> 62) << 64
        | 0b10 << 62
        | random & ((1 << 62) - 1)
    )
    return str(uuid.UUID(int=value))


class OtherOpenCases(Mapping[str, str]):
    """A person's open cases but one, asked for only when a rule looks at them: most commands never do."""

    def __init__(self, work: UnitOfWork, person_id: str, but: str) -> None:
        """Keep what to ask."""
        self._work, self._person_id, self._but = work, person_id, but

    @cached_property
    def _found(self) -> Mapping[str, str]:
        found = self._work.open_cases_of(self._person_id)
        return {case_id: where for case_id, where in found.items() if case_id != self._but}

    def __getitem__(self, case_id: str) -> str:
        return self._found[case_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class KnowableCases(Container[str]):
    """The cases that an account may know of, because it follows or may see them; looked at when a refusal names one."""

    def __init__(self, work: UnitOfWork, principal: Principal) -> None:
        """Keep what to ask."""
        self._work, self._principal = work, principal

    def __contains__(self, case_id: object) -> bool:
        reaches = (reach(self._principal, permission) for permission in KNOWING)
        return any(within is not None and self._work.is_within(str(case_id), within) for within in reaches)


class NirsOfOthers(Container[str]):
    """The social-security numbers of the people known, but for one; looked at when a rectification gives one."""

    def __init__(self, work: UnitOfWork, person_id: str) -> None:
        """Keep what to ask."""
        self._work, self._person_id = work, person_id

    def __contains__(self, nir: object) -> bool:
        return self._work.holder_of(str(nir)) not in (None, self._person_id)


KNOWING: Final = (Permission.SEE_CASE, Permission.FOLLOW_REFERRALS)
"""Whoever has one of these within reach of a case knows that there is one."""


class UseCases:
    """Referring a person, and acting on a case."""

    def __init__(
        self,
        unit_of_work: Callable[[], UnitOfWork],
        *,
        deadlines: Deadlines,
        clock: Clock = system_clock,
        new_id: Callable[[], str] = new_case_id,
    ) -> None:
        """Keep what every request needs; `unit_of_work` opens a fresh one each time."""
        self._unit_of_work = unit_of_work
        self._deadlines = deadlines
        self._clock = clock
        self._new_id = new_id

    def refer(self, command: Detect, principal: Principal, request: Request) -> Answer:
        """Open a case for a person.

        Raises Refused, IdempotencyKeyReused, and PydanticCustomError for a birth date to come.
        """
        return self._decided_again_once(
            lambda work, now: self.refer_in(work, command, principal, request, now)
        )

    def tried(self, command: Detect, principal: Principal, request: Request) -> Answer:
        """Return what `refer` would answer now, and write nothing: for a look around before it. Raises like it."""
        return self.refer_in(self._unit_of_work(), command, principal, request, self._clock())

    def act(
        self,
        case_id: str,
        command: Command,
        principal: Principal,
        expected_version: int | None,
        request: Request,
    ) -> Answer:
        """Carry out a command on a case that the asker saw at `expected_version` (None: whatever it is now).

        Raises CaseNotFound (also for a case that the asker may not know of), StaleVersion, Refused,
        IdempotencyKeyReused, and PydanticCustomError for a birth date to come. An answer given before is given again, even when the case has since left the
        asker's reach.
        """
        within = reach(principal, Permission.ACT)
        if within is None:
            if principal.role in command.trigger.roles:  # bound to an organisation, and without one
                raise CaseNotFound(case_id)
            within = EVERY_CASE  # the table refuses the role
        return self._decided_again_once(
            lambda work, now: self.act_in(
                work, case_id, command, principal, expected_version, request, now, within
            )
        )

    def offers(self, case: CaseState, principal: Principal) -> dict[Trigger, Reason | None]:
        """Return what this asker may do to the case now, each trigger with None or the reason why not."""
        asking = self._asking_about(case, principal, self._unit_of_work(), self._clock())
        return {offer.trigger: offer.reason for offer in offers(case, asking)}

    def refer_in(
        self, work: UnitOfWork, command: Detect, principal: Principal, request: Request, now: datetime
    ) -> Answer:
        """Decide a referral within a unit of work, which the caller commits."""
        if first := work.answered(principal.actor, request):
            return first
        check_birth_date(command.person.birth_date, day_of(now))
        person_id = work.person_of(command.person)
        others = work.open_cases_of(person_id) if person_id else {}
        asking = self._asking(principal, work, now, others, principal.organisation)
        if person_id is None:
            person_id = work.enrol(command.person)
        else:
            work.renew(person_id, command.person)
        note = work.seal(person_id, command.note) if command.note else None
        case = Case.detect(self._new_id(), person_id, command, self._context(asking, request, now), note)
        work.add(case)
        return self._answer(work, case, 0, principal, request, created=True)

    def act_in(
        self,
        work: UnitOfWork,
        case_id: str,
        command: Command,
        principal: Principal,
        expected_version: int | None,
        request: Request,
        now: datetime,
        within: Reach = EVERY_CASE,
    ) -> Answer:
        """Decide a command within a unit of work, which the caller commits."""
        if first := work.answered(principal.actor, request):
            return first
        case = work.load(case_id, within)
        if expected_version is not None and case.version != expected_version:
            raise StaleVersion(case_id, expected_version, case.version)
        before = case.version
        person_id = case.state.person_id
        asking = self._asking_about(case.state, principal, work, now)
        merging = Merging.asked(work, command, within)
        if merging is not None:
            asking = replace(asking, kept=merging.kept)
        parting = Parting.asked(work, case.state, command)
        if isinstance(command, RectifyIdentity):
            check_birth_date(command.identity.birth_date, day_of(now))
            known = work.identity_of(person_id)
            command = command if known is None else command.beside(known)
        text = note_of(command)
        note = work.seal(person_id, text) if text and not case.state.erased else None
        context = self._context(asking, request, now)
        case.do(command, context, note)
        if isinstance(command, ErasePersonalData):
            # One key a person: with it go all their cases, those of other organisations included.
            for other_id in work.cases_of(person_id):
                work.load(other_id).erase_with(case, context)
            work.erase(person_id)
        elif isinstance(command, RectifyIdentity):
            for other_id in work.cases_of(person_id):
                if other_id != case_id:
                    work.load(other_id).rectify_with(case, command, context)
            work.rectify(person_id, command.identity)
        elif merging is not None:
            merging.carry_out(work, case, context)
        elif parting is not None:
            parting.carry_out(work, case, context)
        return self._answer(work, case, before, principal, request)

    def _decided_again_once(self, decide: Callable[[UnitOfWork, datetime], Answer]) -> Answer:
        try:
            return self._decided(decide)
        except (Clash, StaleVersion):
            # Whoever came first may have been this very request, sent twice.
            return self._decided(decide)

    def _decided(self, decide: Callable[[UnitOfWork, datetime], Answer]) -> Answer:
        work = self._unit_of_work()
        now = self._clock()
        answer = decide(work, now)
        if not answer.replayed:
            work.commit(now)
        return answer

    def _answer(
        self,
        work: UnitOfWork,
        case: Case,
        before: int,
        principal: Principal,
        request: Request,
        *,
        created: bool = False,
    ) -> Answer:
        topics = tuple(event.data.topic for event in case.since(before))
        answer = Answer(case.id, case.version, case.state.state, topics, created)
        work.remember(principal.actor, request, answer)
        return answer

    def _asking(
        self,
        principal: Principal,
        work: UnitOfWork,
        now: datetime,
        others: Mapping[str, str],
        organisation: str | None,
        nirs_of_others: Container[str] = (),
        parting_cases: Mapping[str, str] | None = None,
    ) -> Asking:
        return Asking(
            actor=principal.actor,
            role=principal.role,
            organisation=principal.organisation,
            today=day_of(now),
            deadlines=self._deadlines,
            other_open_cases=others,
            knowable_cases=KnowableCases(work, principal),
            organisations=work.organisations(),
            counsellors=() if organisation is None else work.counsellors(organisation, now),
            nirs_of_others=nirs_of_others,
            parting_cases=parting_cases,
        )

    def _asking_about(self, case: CaseState, principal: Principal, work: UnitOfWork, now: datetime) -> Asking:
        return self._asking(
            principal,
            work,
            now,
            OtherOpenCases(work, case.person_id, case.case_id),
            case.organisation,
            NirsOfOthers(work, case.person_id),
            PartingCases.of(work, case),
        )

    @staticmethod
    def _context(asking: Asking, request: Request, now: datetime) -> Context:
        return Context(asking, now, request.correlation_id, request.causation_id, request.capacity)
