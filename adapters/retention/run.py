"""Carrying the rules of retention out: archiving, then erasing, a few cases to a commit so that commands go on between.

What is left to do is read from the cases themselves. So a run that was killed is simply run again: what was done is not
found any more, and what was done by half (a key destroyed whose erasure was not written) is found and finished.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Engine, delete

from adapters.bootstrap import Service
from adapters.database import writing
from adapters.instants import instant_text
from adapters.one_at_a_time import OneAtATime
from adapters.retention.plan import Concern, Fate, Progress, times_of
from adapters.tables import idempotency
from adapters.unit_of_work import StoredUnitOfWork
from domain.access import Principal
from domain.commands.privacy import Archive, ErasePersonalData
from domain.context import RETENTION
from domain.days import day_of
from domain.errors import FilRougeError, Refused, StaleVersion
from domain.ports import Clash, Request
from domain.vocabulary import ArchiveReason
from workflows.retention import Retention
from workflows.roles import Role

log = structlog.get_logger(__name__)

ACTOR: Final = Principal("retention", Role.DATA_PROTECTION_OFFICER, None)
"""The rules are those of whoever protects the data, for the whole country; the events say that the service applied them."""

_A_COMMIT: Final = 20
"""Cases archived, or people erased, in one commit: some milliseconds of the append lock."""


class RetentionUnderWay(FilRougeError):
    """Another process is carrying the rules out: it has to end first."""

    def __str__(self) -> str:
        """Say so."""
        return "another retention run is under way"


ALONE: Final = OneAtATime("retention", 0x46696C526574, RetentionUnderWay)  # "FilRet"


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did: cases archived, people erased, those skipped since they changed meanwhile, answers removed."""

    run: str
    archived: int
    erased: int
    skipped: int
    answers: int


def carry_out(
    service: Service, concerns: Sequence[Concern], progress: Progress = lambda done, total: None
) -> Done:
    """Archive and erase those who are concerned and still are. Raises RetentionUnderWay.

    Each is looked at once more in the very transaction that decides, and left alone if it changed.
    """
    with ALONE.held(service.engine):
        run = _Run(service, progress, concerns)
        log.info("retention.begun", run=run.id, archive=len(run.cases), erase=len(run.people))
        archived = run.each(run.cases, run.archive)
        erased = run.each(run.people, run.erase)
        skipped = len(run.cases) + len(run.people) - archived - erased
        answers = forget_answers(service.engine, service.clock(), service.settings.retention_answer_days)
        done = Done(run.id, archived, erased, skipped, answers)
        log.info(
            "retention.ended", run=run.id, archived=archived, erased=erased, skipped=skipped, answers=answers
        )
        return done


def forget_answers(engine: Engine, now: datetime, days: int) -> int:
    """Remove the answers to an Idempotency-Key that are older, and return how many."""
    before = instant_text(now - timedelta(days=days))
    with writing(engine) as connection:
        return connection.execute(delete(idempotency).where(idempotency.c.recorded_at < before)).rowcount


class _Run:
    """One run: its cases to archive, then its people to erase."""

    def __init__(self, service: Service, progress: Progress, concerns: Iterable[Concern]) -> None:
        self.id = str(uuid.uuid4())
        found = list(concerns)
        self.cases = [one.case_id for one in found if one.fate is Fate.ARCHIVE]
        self.people = list(dict.fromkeys(one.person_id for one in found if one.fate is Fate.ERASE))
        self._service = service
        self._rules: Retention = service.settings.retention
        self._request = Request(self.id, capacity=RETENTION)
        self._progress = progress
        self._through = 0

    def each(self, ids: Sequence[str], act: Callable[[StoredUnitOfWork, str, datetime], bool]) -> int:
        """Do it to each, some to a commit; where somebody else was faster, one to a commit. Return to how many."""
        done = 0
        for start in range(0, len(ids), _A_COMMIT):
            some = ids[start : start + _A_COMMIT]
            try:
                done += self._commit(some, act)
            except (StaleVersion, Clash):
                done += sum(self._alone(one, act) for one in some)
            self._through += len(some)
            self._progress(self._through, len(self.cases) + len(self.people))
            log.info("retention.batch", run=self.id, step=act.__name__, through=len(some), done=done)
        return done

    def _alone(self, one: str, act: Callable[[StoredUnitOfWork, str, datetime], bool]) -> int:
        try:
            return self._commit([one], act)
        except (StaleVersion, Clash):
            return 0  # somebody is at work on it: its time will come

    def _commit(self, some: Sequence[str], act: Callable[[StoredUnitOfWork, str, datetime], bool]) -> int:
        work, now = self._service.storage.begin(), self._service.clock()
        done = sum(act(work, one, now) for one in some)
        if done:
            work.commit(now)
        return done

    def archive(self, work: StoredUnitOfWork, case_id: str, now: datetime) -> bool:
        """Archive a case, if its time is still over."""
        if times_of(work.load(case_id).history, self._rules).archived_from > day_of(now):
            return False
        return self._act(work, case_id, Archive(reason=ArchiveReason.RETENTION), now)

    def erase(self, work: StoredUnitOfWork, person_id: str, now: datetime) -> bool:
        """Erase a person, if the time of all their cases is still over: what the data-protection officer would do."""
        case_ids = list(work.cases_of(person_id))
        if any(self._is_kept(work, case_id, day_of(now)) for case_id in case_ids):
            return False
        return self._act(work, case_ids[0], ErasePersonalData(), now)

    def _is_kept(self, work: StoredUnitOfWork, case_id: str, today: date) -> bool:
        case = work.load(case_id)
        return case.state.archived_on is None or times_of(case.history, self._rules).erased_from > today

    def _act(
        self, work: StoredUnitOfWork, case_id: str, command: Archive | ErasePersonalData, now: datetime
    ) -> bool:
        try:
            self._service.use_cases.act_in(work, case_id, command, ACTOR, None, self._request, now)
        except Refused:
            return False
        return True
