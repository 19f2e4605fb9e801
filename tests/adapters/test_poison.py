"""Events that a read model cannot take: parked, shown, in nobody's way, and taken up after a fix."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from adapters.bootstrap import open_service
from adapters.database import reading
from adapters.poison import Parked, parked_now
from adapters.read_models import ReadModelState, states
from adapters.rebuild.conduct import rebuild
from adapters.rebuild.mend import retry
from adapters.recorded_event import RecordedEvent
from domain.case_state import CaseState
from domain.commands.follow_up import Close, LogContact, Reopen
from domain.commands.intake import Accept, RecordConsent
from domain.errors import UnknownEvent
from domain.person import Identity
from domain.vocabulary import Channel, ReopenReason
from projections.registry import READ_MODELS
from tests.builders import SOFIA, referral
from tests.service import Cells
from workflows.closing import ClosingReason
from workflows.deadlines import Deadlines

CALL = LogContact(channel=Channel.PHONE, reached=True)


@pytest.fixture
def two_cases(cells: Cells) -> list[str]:
    """An open and a closed case."""
    cases = [
        cells.refer(referral(person=Identity(family_name=name, given_name="P."))).case_id
        for name in ("Hermelin", "Morel")
    ]
    cells.act(cases[0], Accept(counsellor="marie"), RecordConsent())
    cells.act(cases[1], Accept(counsellor="marie"), RecordConsent(), Close(reason=ClosingReason.MOVED))
    return cases


def parked(cells: Cells) -> list[Parked]:
    """Return what is parked."""
    with reading(cells.service.engine) as connection:
        return parked_now(connection)


def deadlines(cells: Cells) -> Deadlines:
    """Return the deadlines that the service works with."""
    return cells.service.settings.deadlines


def append_unreadable(cells: Cells, case_id: str, **changes: Any) -> int:
    """Append an event as another program might have; return its position."""
    recorder = cells.service.storage.recorder
    last = recorder.select_events(case_id)[-1]
    assert isinstance(last, RecordedEvent)
    (position,) = recorder.insert_events(
        [replace(last, originator_version=last.originator_version + 1, **changes)]
    )
    return position


class Faulty:
    """The outcomes, computed by code that fails on closed cases until it is put right."""

    def __init__(self, where: str) -> None:
        self.broken = True
        self._where = where
        self._usual = READ_MODELS["outcomes"]

    def model(self) -> Any:
        """Return the read model."""
        return replace(self._usual, rows=self._rows, counts=self._counts)

    def _rows(self, case: CaseState, given: Deadlines) -> Iterable[Any]:
        if self.broken and self._where == "rows" and case.state == "closed":
            raise ZeroDivisionError(case.person_id)
        return self._usual.rows(case, given)

    def _counts(self, row: Any) -> Iterable[Any]:
        if self.broken and self._where == "counts" and row.closed_on is not None:
            raise ZeroDivisionError(row.case_id)
        assert self._usual.counts is not None
        return self._usual.counts(row)


# ---------------------------------------------------------------- events beyond this code


@pytest.mark.parametrize("jobs", [0, 2])
@pytest.mark.parametrize(
    ("topic", "schema_version", "error"),
    [
        ("case.contact_logged", 99, "case.contact_logged"),
        ("case.horoscope_cast", 1, "case.horoscope_cast"),
        ("case.referral_accepted", 1, "ValidationError"),
    ],
)
def test_an_event_that_cannot_be_read_is_parked_with_the_rows_of_those_before(
    cells: Cells, two_cases: list[str], topic: str, schema_version: int, error: str, jobs: int
) -> None:
    whole = cells.stored()
    position = append_unreadable(
        cells, two_cases[0], topic=topic, schema_version=schema_version, state=b'{"counsellor": 3}'
    )
    rebuild(cells.service.engine, deadlines(cells), jobs=jobs)
    assert cells.stored() == whole
    found = parked(cells)
    assert {one.read_model for one in found} == set(READ_MODELS)
    assert {(one.case_id, one.position, one.version, one.topic) for one in found} == {
        (two_cases[0], position, 4, topic)
    }
    assert all(error in one.error for one in found)
    assert set(states(cells.service.engine, deadlines(cells)).values()) == {ReadModelState.CURRENT}
    # Other cases go on; this one is refused by whoever cannot read it.
    cells.refer(referral(person=Identity(family_name="Besson", given_name="P.")))
    with pytest.raises((UnknownEvent, ValueError)):
        cells.act(two_cases[0], CALL)


def test_a_first_event_that_cannot_be_read_leaves_no_row(cells: Cells, two_cases: list[str]) -> None:
    whole = cells.stored()
    recorder = cells.service.storage.recorder
    first = recorder.select_events(two_cases[0])[0]
    assert isinstance(first, RecordedEvent)
    recorder.insert_events(
        [replace(first, originator_id="00000000-0000-7000-8000-000000000000", schema_version=9)]
    )
    rebuild(cells.service.engine, deadlines(cells))
    assert cells.stored() == whole
    assert {(one.version, one.topic) for one in parked(cells)} == {(1, "case.detected")}


# ---------------------------------------------------------------- code that fails


@pytest.mark.parametrize("where", ["rows", "counts"])
def test_a_read_model_that_fails_keeps_nobody_from_working_and_takes_up_what_it_missed(
    cells: Cells, two_cases: list[str], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    faulty = Faulty(where)
    monkeypatch.setitem(READ_MODELS, "outcomes", faulty.model())
    rebuild(cells.service.engine, deadlines(cells))
    (one,) = parked(cells)
    assert (one.read_model, one.case_id, one.version, one.topic) == (
        "outcomes",
        two_cases[1],
        4,
        "case.closed",
    )
    assert "ZeroDivisionError" in one.error
    assert two_cases[1] not in one.error
    assert closed_on(cells, two_cases[1]) is None  # as it was before it was closed
    still = retry(cells.service.engine, deadlines(cells))
    assert (still.taken, still.left) == (0, (one,))
    faulty.broken = False
    assert retry(cells.service.engine, deadlines(cells), ["durations"]).taken == 0
    assert retry(cells.service.engine, deadlines(cells)).taken == 1
    assert parked(cells) == []
    taken_up = cells.stored()
    rebuild(cells.service.engine, deadlines(cells))
    assert cells.stored() == taken_up


@pytest.mark.parametrize("where", ["rows", "counts"])
def test_a_command_that_a_read_model_cannot_take_is_done_and_parked(
    cells: Cells, two_cases: list[str], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    faulty = Faulty(where)
    monkeypatch.setitem(READ_MODELS, "outcomes", faulty.model())
    with open_service(cells.service.settings, clock=cells.clock) as service:
        later = Cells(service, cells.clock)
        closed = later.act(two_cases[0], Close(reason=ClosingReason.MOVED))
        assert closed.events == ("case.closed",)
        (one,) = parked(later)
        assert (one.read_model, one.case_id, one.version) == ("outcomes", two_cases[0], closed.version)
        assert closed_on(later, two_cases[0]) is None
        # What is parked stays so, whatever follows, until it is taken up.
        faulty.broken = False
        later.act(two_cases[0], Reopen(reason=ReopenReason.NEW_NEED), by=SOFIA)
        later.act(two_cases[0], Close(reason=ClosingReason.MOVED))
        assert parked(later) == [one]
        assert closed_on(later, two_cases[0]) is None
        assert retry(service.engine, deadlines(later)).taken == 1
        taken_up = later.stored()
        assert closed_on(later, two_cases[0]) is not None
        rebuild(service.engine, deadlines(later))
        assert later.stored() == taken_up


def closed_on(cells: Cells, case_id: str) -> date | None:
    """Return when a case was closed, as the outcomes have it."""
    table = READ_MODELS["outcomes"].table
    with reading(cells.service.engine) as connection:
        found: date | None = connection.execute(
            select(table.c.closed_on).where(table.c.case_id == case_id)
        ).scalar_one()
    return found
