"""A commit that fails at any of its steps has written nothing, anywhere, and the next one is as if it had not been."""

from __future__ import annotations

import sqlite3

import pytest

from adapters.bootstrap import open_service
from adapters.database import DatabaseLocked, writing
from adapters.unit_of_work import StoredUnitOfWork
from adapters.verify import verify
from domain.commands.follow_up import Close, LogContact
from domain.commands.intake import Accept, RecordConsent
from domain.commands.privacy import ErasePersonalData
from domain.person import Identity
from domain.ports import Answer, Request
from domain.vocabulary import Channel
from tests.adapters.faults import FAULTS, failing_at_commit, refusing
from tests.builders import DENIS, DORA, MARIE, referral
from tests.service import Cells, settings_in
from workflows.closing import ClosingReason

WRITES = ("INSERT", "UPDATE")
STEPS = (
    ("people", *WRITES),
    ("events", *WRITES),
    ("event_log_head", *WRITES),
    ("cases", *WRITES),
    ("counsellor_queue", *WRITES),
    ("counsellor_queue", "DELETE"),
    ("durations", *WRITES),
    ("durations_tally", *WRITES),
    ("durations_tally", "DELETE"),
    ("detection_sources", *WRITES),
    ("detection_sources_tally", *WRITES),
    ("outcomes", *WRITES),
    ("outcomes_tally", *WRITES),
    ("follow_up", *WRITES),
    ("follow_up_tally", *WRITES),
    ("forgone_care", *WRITES),
    ("forgone_care_tally", *WRITES),
    ("stays", *WRITES),
    ("stays_tally", *WRITES),
    ("idempotency", *WRITES),
)
"""Each table that a commit writes to, and how."""


def a_commit_of_everything(cells: Cells, case_id: str) -> tuple[StoredUnitOfWork, Answer]:
    """Decide a referral of a newcomer and the closing of `case_id`: between them they write every table."""
    work = cells.service.storage.begin()
    use_cases = cells.service.use_cases
    newcomer = referral(person=Identity(family_name="Besson", given_name="Renaud"), note="Ne voit plus bien.")
    answer = use_cases.refer_in(
        work, newcomer, DORA, Request("test", idempotency_key="k", fingerprint="f"), cells.clock()
    )
    close = Close(reason=ClosingReason.MOVED, note="Parti.")
    use_cases.act_in(work, case_id, close, MARIE, None, Request("test"), cells.clock())
    return work, answer


def a_consented_case(cells: Cells) -> str:
    """Return a case whose closing changes every read model."""
    case_id = cells.refer(referral()).case_id
    cells.act(case_id, Accept(counsellor="marie"), RecordConsent())
    return case_id


@pytest.mark.parametrize("step", [*STEPS, None], ids=[*map(" ".join, STEPS), "the commit itself"])
def test_a_fault_at_any_step_leaves_nothing_anywhere(cells: Cells, step: tuple[str, ...] | None) -> None:
    case_id = a_consented_case(cells)
    before = cells.everything()
    work, _ = a_commit_of_everything(cells, case_id)
    engine = cells.service.engine
    with refusing(engine, *step) if step else failing_at_commit(engine), pytest.raises(FAULTS):
        work.commit(cells.clock())
    assert cells.everything() == before
    work, answer = a_commit_of_everything(cells, case_id)
    work.commit(cells.clock())
    assert [row[0] for row in cells.stored()["counsellor_queue"]] == [answer.case_id]
    assert verify(engine).intact


def test_the_steps_are_all_the_tables_that_a_commit_writes(cells: Cells) -> None:
    case_id = a_consented_case(cells)
    before = cells.everything()
    work, _ = a_commit_of_everything(cells, case_id)
    work.commit(cells.clock())
    changed = {name for name, rows in cells.everything().items() if rows != before[name]}
    assert changed == {table for table, *_ in STEPS}


def test_a_fault_on_the_way_to_the_keys_leaves_nothing(cells: Cells) -> None:
    before = cells.everything()
    keys = sqlite3.connect(keys_file(cells))
    keys.execute("CREATE TRIGGER fault BEFORE INSERT ON person_keys BEGIN SELECT RAISE(ABORT, 'fault'); END")
    keys.close()
    with pytest.raises(FAULTS):
        cells.refer(referral(note="Elle a mal."))
    assert cells.everything() == before


def test_an_erasure_that_fails_before_the_key_is_reached_destroys_nothing(cells: Cells) -> None:
    case_id = a_consented_case(cells)
    cells.act(case_id, Close(reason=ClosingReason.MOVED))
    before = cells.everything()
    with refusing(cells.service.engine, "people", "UPDATE"), pytest.raises(FAULTS):
        cells.act(case_id, ErasePersonalData(), by=DENIS)
    assert cells.everything() == before
    assert who(cells, case_id) == referral().person
    cells.act(case_id, ErasePersonalData(), by=DENIS)
    assert who(cells, case_id) is None


def test_an_erasure_whose_commit_fails_is_finished_by_asking_again(cells: Cells) -> None:
    case_id = a_consented_case(cells)
    cells.act(case_id, Close(reason=ClosingReason.MOVED))
    before = cells.everything()
    with failing_at_commit(cells.service.engine), pytest.raises(FAULTS):
        cells.act(case_id, ErasePersonalData(), by=DENIS)
    assert cells.everything() == before
    # The key went first: nobody reads what was to be erased, whatever became of the rest.
    assert who(cells, case_id) is None
    assert cells.act(case_id, ErasePersonalData(), by=DENIS).events == ("case.personal_data_erased",)


def test_a_locked_database_refuses_after_its_patience_and_writes_nothing(cells: Cells) -> None:
    case = cells.refer(referral())
    settings = settings_in(
        cells.service.settings.home, cells.service.settings.database_url, lock_timeout_seconds=0.05
    )
    before = cells.everything()
    with open_service(settings, clock=cells.clock) as other, writing(cells.service.engine) as connection:
        cells.service.storage.recorder.lock_head(connection)
        call = LogContact(channel=Channel.PHONE, reached=True)
        with pytest.raises(DatabaseLocked):
            other.use_cases.act(case.case_id, call, MARIE, 1, Request("test"))
    assert cells.everything() == before


def who(cells: Cells, case_id: str) -> Identity | None:
    """Return who the person of a case is."""
    person_id = cells.service.storage.begin().load(case_id).state.person_id
    with cells.service.engine.connect() as connection:
        return cells.service.vault.identity(connection, person_id)


def keys_file(cells: Cells) -> str:
    """Return the path of the store of keys."""
    return cells.service.settings.keys_url.removeprefix("sqlite:///")
