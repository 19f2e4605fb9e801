"""Retention: who is concerned on a day, and what a run does, on each database; killed in the middle, it is run again."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import signal
from collections import Counter
from datetime import date
from typing import Any, Final

import pytest
import sqlalchemy as sa

from adapters.bootstrap import open_service
from adapters.database import reading
from adapters.retention import run as retention
from adapters.retention.plan import Concern, Fate, concerned
from adapters.retention.run import ALONE, RetentionUnderWay, carry_out
from adapters.settings import Settings
from adapters.tables import idempotency
from adapters.unit_of_work import StoredUnitOfWork
from adapters.vault import Vault
from adapters.verify import verify
from domain.commands.intake import Accept
from domain.commands.privacy import ErasePersonalData, Restore
from domain.person import Identity
from domain.vocabulary import RestoreReason
from tests.adapters.usual import ACCEPT, BACK, CALL, MOVED, NOBODY_KNOWN, events_of, keyed
from tests.builders import DENIS, DORA, INES, SOFIA, TODAY, day, referral
from tests.service import Cells, SetClock

AFTER_TWO_YEARS: Final = date(2028, 4, 11)
AFTER_FIVE_YEARS: Final = date(2031, 4, 11)
"""TODAY, the day that everybody below was last contacted, is 11 April 2026."""


def closed_case(cells: Cells, person: Identity = NOBODY_KNOWN) -> str:
    case_id = cells.refer(referral(person=person)).case_id
    cells.act(case_id, ACCEPT, MOVED)
    return case_id


def looked(cells: Cells) -> list[Concern]:
    return list(concerned(cells.service.engine, cells.service.settings.retention, cells.clock().date()))


def fates(cells: Cells) -> dict[str, set[Fate]]:
    found: dict[str, set[Fate]] = {}
    for one in looked(cells):
        found.setdefault(one.case_id, set()).add(one.fate)
    return found


def run(cells: Cells) -> retention.Done:
    return carry_out(cells.service, looked(cells))


def person_of(cells: Cells, case_id: str) -> str:
    return cells.service.storage.begin().load(case_id).state.person_id


def test_a_closed_case_is_archived_on_the_day_its_time_is_over(cells: Cells) -> None:
    """By the service, under the name of the rule; an open one is named and left alone."""
    closed, still_open = closed_case(cells), cells.refer(referral(person=NOBODY_KNOWN)).case_id
    statistics = {name: rows for name, rows in cells.stored().items() if name != "cases"}
    cells.clock.set_day(date(2028, 4, 10))
    assert fates(cells) == {}
    cells.clock.set_day(AFTER_TWO_YEARS)
    assert fates(cells) == {closed: {Fate.ARCHIVE}, still_open: {Fate.OPEN}}
    (concern,) = [one for one in looked(cells) if one.fate is Fate.ARCHIVE]
    assert (concern.last_contact_on, concern.due_on) == (TODAY, AFTER_TWO_YEARS)
    done = run(cells)
    assert (done.archived, done.erased, done.skipped) == (1, 0, 0)
    event = cells.service.storage.begin().load(closed).history[-1]
    assert (event.data.topic, event.data.reason) == ("case.archived", "retention")
    assert (event.actor, event.acting_as, event.correlation_id) == ("retention", "retention_rule", done.run)
    assert events_of(cells, still_open) == ["case.detected"]
    assert {name: rows for name, rows in cells.stored().items() if name != "cases"} == statistics
    assert fates(cells) == {still_open: {Fate.OPEN}}
    assert run(cells).archived == 0
    assert events_of(cells, closed).count("case.archived") == 1
    cells.assert_sound()


def test_a_person_is_erased_when_the_time_of_all_their_cases_is_over(cells: Cells) -> None:
    """Those of other organisations included: until then the older ones wait."""
    here = closed_case(cells, referral().person)
    cells.clock.set_day(date(2028, 4, 1))
    abroad = cells.refer(referral(), by=dataclasses.replace(DORA, organisation="isere")).case_id
    cells.act(abroad, Accept(counsellor="ines"), MOVED, by=INES)
    person = person_of(cells, here)
    cells.clock.set_day(AFTER_FIVE_YEARS)
    assert fates(cells) == {here: {Fate.ARCHIVE, Fate.HELD}, abroad: {Fate.ARCHIVE}}
    assert run(cells).archived == 2
    (held,) = looked(cells)
    assert (held.case_id, held.fate, held.held_by) == (here, Fate.HELD, (abroad,))
    assert run(cells).erased == 0
    cells.clock.set_day(date(2033, 4, 1))
    assert fates(cells) == {here: {Fate.ERASE}, abroad: {Fate.ERASE}}
    assert run(cells).erased == 1
    for case_id in (here, abroad):
        event = cells.service.storage.begin().load(case_id).history[-1]
        assert (event.data.topic, event.acting_as) == ("case.personal_data_erased", "retention_rule")
    with reading(cells.service.engine) as connection:
        assert cells.service.vault.identity(connection, person) is None
    assert fates(cells) == {}
    cells.assert_sound()


def test_what_is_old_enough_for_both_is_archived_and_erased_in_one_run(cells: Cells) -> None:
    case_id = closed_case(cells)
    cells.clock.set_day(AFTER_FIVE_YEARS)
    assert fates(cells) == {case_id: {Fate.ARCHIVE, Fate.ERASE}}
    done = run(cells)
    assert (done.archived, done.erased) == (1, 1)
    assert events_of(cells, case_id)[-2:] == ["case.archived", "case.personal_data_erased"]


def test_a_case_whose_person_was_erased_goes_to_the_archive_in_its_time(cells: Cells) -> None:
    """Until then it is in the views of those who work, where it names nobody; one still referred onward is open."""
    case_id = closed_case(cells)
    cells.act(case_id, ErasePersonalData(), by=DENIS)
    cells.clock.set_day(date(2028, 4, 10))
    assert fates(cells) == {}
    cells.clock.set_day(AFTER_TWO_YEARS)
    assert fates(cells) == {case_id: {Fate.ARCHIVE}}
    done = run(cells)
    assert (done.archived, done.erased, done.skipped) == (1, 0, 0)
    assert events_of(cells, case_id)[-2:] == ["case.personal_data_erased", "case.archived"]
    cells.clock.set_day(AFTER_FIVE_YEARS)
    assert fates(cells) == {}
    cells.assert_sound()


def test_a_case_that_came_back_stays_for_as_long_again(cells: Cells) -> None:
    case_id = closed_case(cells)
    cells.clock.set_day(AFTER_TWO_YEARS)
    run(cells)
    cells.act(case_id, Restore(reason=RestoreReason.PERSON_RETURNED), by=DENIS)
    assert fates(cells) == {}
    cells.act(case_id, BACK, by=SOFIA)
    cells.act(case_id, CALL, MOVED)
    cells.clock.set_day(date(2030, 4, 10))
    assert fates(cells) == {}
    cells.clock.set_day(date(2030, 4, 11))
    assert fates(cells) == {case_id: {Fate.ARCHIVE}}


def test_who_changed_between_the_look_and_the_run_is_left_alone(cells: Cells) -> None:
    reopened, kept = closed_case(cells), closed_case(cells)
    cells.clock.set_day(AFTER_TWO_YEARS)
    found = looked(cells)
    cells.act(reopened, BACK, by=SOFIA)
    cells.act(reopened, CALL, MOVED)
    done = carry_out(cells.service, found)
    assert (done.archived, done.skipped) == (1, 1)
    assert "case.archived" not in events_of(cells, reopened)
    assert "case.archived" in events_of(cells, kept)


def test_whoever_is_faster_than_the_commit_is_not_undone_and_stops_nobody_else(
    cells: Cells, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole commit fails for one case: then each is done by itself."""
    cases = [closed_case(cells) for _ in range(3)]
    cells.clock.set_day(AFTER_TWO_YEARS)
    found = looked(cells)
    usual = StoredUnitOfWork.commit
    once = iter([True])

    def overtaken(work: StoredUnitOfWork, now: Any) -> None:
        if next(once, False):
            cells.act(cases[1], BACK, by=SOFIA)
        usual(work, now)

    monkeypatch.setattr(StoredUnitOfWork, "commit", overtaken)
    done = carry_out(cells.service, found)
    assert (done.archived, done.skipped) == (2, 1)
    assert events_of(cells, cases[1])[-1] == "case.reopened"


def test_there_is_one_run_at_a_time(cells: Cells) -> None:
    with ALONE.held(cells.service.engine), pytest.raises(RetentionUnderWay):
        carry_out(cells.service, [])
    assert carry_out(cells.service, []).archived == 0


def test_old_answers_go_and_young_ones_stay(cells: Cells) -> None:
    """Three months after, nobody repeats a request."""
    case_id = cells.refer(referral(), request=keyed("a")).case_id
    cells.clock.set_day(day(130))
    cells.act(case_id, ACCEPT, request=keyed("b"))
    assert run(cells).answers == 0
    cells.clock.set_day(day(131))
    assert run(cells).answers == 1
    with reading(cells.service.engine) as connection:
        assert connection.execute(sa.select(idempotency.c.key)).scalars().all() == ["b"]


# ---------------------------------------------------------------- killed

MOMENTS: Final = ("first commit", "archived", "key destroyed, not committed")


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_that_was_killed_is_run_again(cells: Cells, moment: str) -> None:
    """Nothing is lost and nothing done twice: each case archived once, each person erased once."""
    cases = [closed_case(cells) for _ in range(3)]
    cells.clock.set_day(AFTER_FIVE_YEARS)
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_killed, args=(cells.service.settings, AFTER_FIVE_YEARS, moment))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    process.close()
    left = Counter(topic for case_id in cases for topic in events_of(cells, case_id))
    assert left["case.archived"] < 3 or left["case.personal_data_erased"] < 3
    run(cells)
    for case_id in cases:
        told = Counter(events_of(cells, case_id))
        assert (told["case.archived"], told["case.personal_data_erased"]) == (1, 1)
        with reading(cells.service.engine) as connection:
            assert cells.service.vault.identity(connection, person_of(cells, case_id)) is None
    assert verify(cells.service.engine).intact
    assert fates(cells) == {}


def _killed(settings: Settings, today: date, moment: str) -> None:
    """Carry the rules out, one case to a commit, until a moment told beforehand."""

    def die(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    retention._A_COMMIT = 1  # type: ignore[misc]
    commits: list[int] = []
    commit, erase = StoredUnitOfWork.commit, Vault.erase

    def counting(work: StoredUnitOfWork, now: Any) -> None:
        commits.append(1)
        if len(commits) > {"first commit": 1, "archived": 3}.get(moment, 99):
            die()
        commit(work, now)

    def erasing(*arguments: Any) -> None:
        erase(*arguments)
        if moment == "key destroyed, not committed":
            die()

    StoredUnitOfWork.commit = counting  # type: ignore[method-assign,assignment]
    Vault.erase = erasing  # type: ignore[method-assign,assignment]
    clock = SetClock()
    clock.set_day(today)
    with open_service(settings, clock=clock) as service:
        carry_out(service, list(concerned(service.engine, settings.retention, today)))
