"""What is proved of one case: what an intruder does to its events is seen, with no walk through the whole log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from adapters.database import writing
from adapters.event_store import EventRecorder
from adapters.verify import verify
from adapters.verify_case import CaseProof, verify_case
from tests.adapters.intruder import Intruder
from tests.adapters.makers import event, opened

LENGTH = 9
"""Cases `a`, `b` and `c`, turn by turn: the events of `b` stand at positions 2, 5 and 8, those of `c` at 3, 6 and 9."""


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    with opened(migrated_database_url) as made:
        recorder = EventRecorder(made)
        for position in range(1, LENGTH + 1):
            recorder.insert_events([event("abc"[(position - 1) % 3], (position - 1) // 3 + 1)])
        yield made


def after(engine: Engine, case_id: str, *deeds: tuple[Any, ...]) -> CaseProof:
    with writing(engine) as connection:
        intruder = Intruder(connection)
        for name, *arguments in deeds:
            getattr(intruder, name)(*arguments)
    return verify_case(engine, case_id)


@pytest.mark.parametrize(("case_id", "last"), [("a", 7), ("b", 8), ("c", 9)])
def test_an_untouched_case_holds(engine: Engine, case_id: str, last: int) -> None:
    proof = verify_case(engine, case_id)
    assert proof.holds
    assert (proof.checked, proof.last.position) == (3, last)
    assert proof.head == verify(engine).head


def test_an_unknown_case_has_nothing_to_check(engine: Engine) -> None:
    assert verify_case(engine, "z").checked == 0


@pytest.mark.parametrize(("case_id", "position", "version"), [("a", 1, 1), ("b", 5, 2), ("c", 9, 3)])
def test_an_altered_event_is_named(engine: Engine, case_id: str, position: int, version: int) -> None:
    """Also with a hash to match: what follows, or the head, holds the one that was there."""
    proof = after(engine, case_id, ("alter", position))
    assert (proof.holds, proof.broken) == (False, (version,))
    proof = after(engine, case_id, ("rehash", position))
    assert (proof.holds, proof.broken) == (False, (version,))


def test_an_event_taken_out_is_named_by_the_gap(engine: Engine) -> None:
    proof = after(engine, "b", ("remove", 5))
    assert (proof.holds, proof.missing, proof.broken) == (False, (2,), ())


def test_an_event_whose_neighbour_was_taken_out_is_held_on_one_side_only(engine: Engine) -> None:
    assert after(engine, "b", ("remove", 4)).broken == (2,)
    assert verify_case(engine, "c").broken == (1,)


def test_two_events_that_changed_places(engine: Engine) -> None:
    assert after(engine, "b", ("swap", 5, 8)).broken == (2, 3)


def test_a_log_cut_after_the_case_has_no_end_to_hold_it(engine: Engine) -> None:
    assert after(engine, "b", ("remove", 9)).broken == (3,)


def test_what_only_the_whole_walk_sees(engine: Engine) -> None:
    """Elsewhere in the log, and at the end of the case."""
    assert after(engine, "b", ("alter", 3)).holds is False  # the event after 2 holds it
    assert after(engine, "a", ("remove", 7)).holds
    assert not verify(engine).intact
