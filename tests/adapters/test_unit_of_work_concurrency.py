"""Many at once, in threads and in processes: nobody is lost, nobody is written twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier
from typing import IO, Any, TypeVar, cast

import msgspec
import pytest

from domain.commands.follow_up import Close, LogContact
from domain.commands.intake import Accept
from domain.errors import Refused, StaleVersion
from domain.person import Identity
from domain.ports import Answer, Request
from domain.vocabulary import Channel
from tests.builders import referral
from tests.service import Cells
from workflows.closing import ClosingReason

MANY = 6
CALL = LogContact(channel=Channel.PHONE, reached=True)
T = TypeVar("T")


def at_once(*tasks: Callable[[], T]) -> list[T]:
    """Run tasks in threads that start together, and return what each returned."""
    gate = Barrier(len(tasks))

    def run(task: Callable[[], T]) -> T:
        gate.wait()
        return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


@pytest.mark.parametrize("already_known", [False, True], ids=["newcomer", "known"])
def test_one_person_referred_by_many_threads_gets_one_case(cells: Cells, already_known: bool) -> None:
    if already_known:
        first = cells.refer(referral())
        cells.act(first.case_id, Accept(counsellor="marie"), Close(reason=ClosingReason.MOVED))

    def refer() -> Answer | Refused:
        try:
            return cells.refer(referral(note="Elle a mal."))
        except Refused as refused:
            return refused

    said = at_once(*[refer] * MANY)
    answers = [answer for answer in said if isinstance(answer, Answer)]
    refusals = [refusal.reason for refusal in said if isinstance(refusal, Refused)]
    assert len(answers) == 1
    assert [(reason.code, reason.values["case"]) for reason in refusals] == [
        ("already_open", answers[0].case_id)
    ] * (MANY - 1)
    assert len(cells.durable()["people"]) == 1
    cells.assert_sound()


def test_the_same_request_sent_by_many_threads_is_written_once(cells: Cells) -> None:
    case = cells.refer(referral())
    request = Request("test", idempotency_key="k", fingerprint="f")
    answers = at_once(*[lambda: cells.act(case.case_id, CALL, version=1, request=request)] * MANY)
    assert sorted(answer.replayed for answer in answers) == [False] + [True] * (MANY - 1)
    assert {answer.version for answer in answers} == {2}
    assert len(cells.service.storage.recorder.select_events(case.case_id)) == 2
    cells.assert_sound()


def test_of_many_commands_on_one_version_one_is_written(cells: Cells) -> None:
    case = cells.refer(referral())

    def act() -> Answer | StaleVersion:
        try:
            return cells.act(case.case_id, CALL, version=1)
        except StaleVersion as stale:
            return stale

    said = at_once(*[act] * MANY)
    assert [type(one) for one in said].count(Answer) == 1
    assert [one for one in said if isinstance(one, StaleVersion)] == [StaleVersion(case.case_id, 1, 2)] * (
        MANY - 1
    )
    cells.assert_sound()


def test_many_people_at_once_are_all_counted(cells: Cells) -> None:
    def journey(number: int) -> Callable[[], Answer]:
        person = Identity(family_name=f"Personne {number}", given_name="P.")

        def run() -> Answer:
            case = cells.refer(referral(person=person, note=f"Note {number}."))
            return cells.act(
                case.case_id, Accept(counsellor="marie"), CALL, Close(reason=ClosingReason.MOVED)
            )

        return run

    answers = at_once(*(journey(number) for number in range(MANY)))
    assert [answer.version for answer in answers] == [4] * MANY
    national = {row[2]: row[3] for row in cells.stored()["outcomes_tally"] if row[:2] == ("national", "all")}
    assert national == {"opened": f"[{MANY}]", "closed": f"[{MANY}]"}
    cells.assert_sound()


@pytest.mark.parametrize("key", ["", "the-same-key"], ids=["two requests", "one request sent twice"])
def test_one_person_referred_by_two_processes_gets_one_case(cells: Cells, key: str) -> None:
    said = contend(cells, [("dora", key)] * 2)
    first = next(one for one in said if not one.get("replayed", True))
    other = next(one for one in said if one is not first)
    if key:
        assert other == {"case": first["case"], "replayed": True}
    else:
        assert other == {"refused": "already_open", "case": first["case"]}
    assert len(cells.stored()["cases"]) == len(cells.durable()["people"]) == 1
    cells.assert_sound()


def contend(cells: Cells, each: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Start a process for each account and key, let them go together, and return what they said."""
    settings = cells.service.settings
    program: list[str | Path] = [
        sys.executable,
        "-m",
        "tests.adapters.contender",
        settings.home,
        settings.database_url,
    ]
    with ExitStack() as running:
        processes = [
            running.enter_context(
                subprocess.Popen(
                    [*program, account, key],
                    cwd=Path(__file__).parents[2],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            )
            for account, key in each
        ]
        for process in processes:
            assert cast("IO[bytes]", process.stdout).readline() == b"ready\n"
        for process in processes:
            gate = cast("IO[bytes]", process.stdin)
            gate.write(b"go\n")
            gate.flush()
        return [msgspec.json.decode(process.communicate()[0]) for process in processes]
