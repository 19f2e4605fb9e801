"""One unit of work with several cases of one person, whose places change hands: in whatever order, it is written."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from adapters.database import reading
from domain.access import Principal
from domain.command import Command
from domain.commands.follow_up import Transfer
from domain.commands.intake import Accept
from domain.ports import Request
from projections.case import open_cases_of
from tests.adapters.usual import ACCEPT, BACK, MOVED
from tests.builders import INES, MARIE, SOFIA, referral
from tests.service import Cells
from workflows.roles import Role

Steps = Sequence[tuple[str, Command, Principal]]

LEA = Principal("herault.sofia", Role.SUPERVISOR, "herault")
TO_GARD, TO_HERAULT, TO_ISERE = (Transfer(to_organisation=one) for one in ("gard", "herault", "isere"))


def in_one_commit(cells: Cells, steps: Steps, written_first: str) -> None:
    """Act on cases in one unit of work, which writes them in the order in which it came to know of them."""
    work = cells.service.storage.begin()
    work.load(written_first)
    for case_id, command, by in steps:
        cells.service.use_cases.act_in(work, case_id, command, by, None, Request("test"), cells.clock())
    work.commit(cells.clock())


def two_open_cases(cells: Cells) -> tuple[str, str]:
    """Return the cases of one person in the Gard and in Isère."""
    here, there = (cells.refer(referral(), by=by).case_id for by in (MARIE, INES))
    cells.act(here, ACCEPT)
    cells.act(there, Accept(counsellor="ines"), by=INES)
    return here, there


def places(cells: Cells, case_id: str) -> dict[str, str]:
    """Return the organisations of the open cases of the person of a case, as stored."""
    person_id = cells.service.storage.begin().load(case_id).state.person_id
    with reading(cells.service.engine) as connection:
        return open_cases_of(connection, person_id)


@pytest.mark.parametrize("first", [0, 1])
def test_two_open_cases_change_places(cells: Cells, first: int) -> None:
    """Between them is a third organisation, which nobody outside the commit sees."""
    here, there = two = two_open_cases(cells)
    steps: Steps = [(here, TO_HERAULT, MARIE), (there, TO_GARD, INES), (here, TO_ISERE, LEA)]
    in_one_commit(cells, steps, two[first])
    assert places(cells, here) == {here: "isere", there: "gard"}
    cells.assert_sound()


@pytest.mark.parametrize("first", [0, 1])
def test_an_open_case_takes_the_place_that_another_leaves(cells: Cells, first: int) -> None:
    here, there = two = two_open_cases(cells)
    in_one_commit(cells, [(here, TO_HERAULT, MARIE), (there, TO_GARD, INES)], two[first])
    assert places(cells, here) == {here: "herault", there: "gard"}
    cells.assert_sound()


@pytest.mark.parametrize("first", [0, 1])
def test_an_open_case_takes_the_place_of_one_that_closes(cells: Cells, first: int) -> None:
    here, there = two = two_open_cases(cells)
    in_one_commit(cells, [(here, MOVED, MARIE), (there, TO_GARD, INES)], two[first])
    assert places(cells, here) == {there: "gard"}
    cells.assert_sound()


@pytest.mark.parametrize("first", [0, 1])
def test_a_case_is_opened_again_where_another_closes(cells: Cells, first: int) -> None:
    closed = cells.refer(referral()).case_id
    cells.act(closed, ACCEPT, MOVED)
    going_on = cells.refer(referral()).case_id
    cells.act(going_on, ACCEPT)
    in_one_commit(cells, [(going_on, MOVED, MARIE), (closed, BACK, SOFIA)], (closed, going_on)[first])
    assert places(cells, closed) == {closed: "gard"}
    cells.assert_sound()


def test_a_case_is_begun_where_another_closes(cells: Cells) -> None:
    """Several times in one commit: the last is open."""
    first = cells.refer(referral()).case_id
    work = cells.service.storage.begin()
    use_cases, now, last = cells.service.use_cases, cells.clock(), first
    for _ in range(3):
        use_cases.act_in(work, last, ACCEPT, MARIE, None, Request("test"), now)
        use_cases.act_in(work, last, MOVED, MARIE, None, Request("test"), now)
        last = use_cases.refer_in(work, referral(), MARIE, Request("test"), now).case_id
    work.commit(now)
    assert places(cells, first) == {last: "gard"}
    cells.assert_sound()
