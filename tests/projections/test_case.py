"""The current view of each case, and who may see it."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from adapters.database import writing
from domain.access import EVERY_CASE, Reach
from domain.events.care import CarePerformed
from domain.events.follow_up import CaseReopened, CaseTransferred
from projections.case import TABLE as CASES
from projections.case import CaseRow, cases_of, find, is_within, open_cases_of, page
from tests.builders import ACCEPTED, CONSENTED, DETECTED, TWO_NEEDS, closed, day
from tests.projections.board import Board, case


@pytest.fixture(autouse=True)
def three_cases(board: Board) -> None:
    """A closed and an open case of one person, and one of somebody else elsewhere, each by its own detector."""
    board.tell(
        case(*closed(*CONSENTED), case_id="case-1", person_id="person-1"),
        case((day(3), DETECTED[0]), *ACCEPTED[1:], case_id="case-2", person_id="person-1"),
        case(
            (day(5), DETECTED[0]),
            case_id="case-3",
            organisation="isere",
            detected_by="ines",
            person_id="person-2",
        ),
    )


def test_a_case_is_found_as_it_stands(board: Board) -> None:
    board.tell(
        case(
            (day(0), TWO_NEEDS[0]),
            *TWO_NEEDS[1:],
            (day(30), CarePerformed(need_id="n1", to_state=None)),
            *closed()[-1:],
            (day(40), CaseReopened(reason="new_need", to_state="plan_built")),
            case_id="case-4",
        )
    )
    with board.reading() as connection:
        assert find(connection, "case-4") == CaseRow(
            case_id="case-4",
            organisation="gard",
            person_id="person of case-4",
            is_open=True,
            state="plan_built",
            version=9,
            counsellor="marie",
            detected_by="dora",
            detected_on=day(0),
            entered_on=day(40),
            episode=2,
            needs=2,
            needs_performed=1,
            archived_on=None,
            is_erased=False,
        )
        assert find(connection, "case-5") is None


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        (EVERY_CASE, {"case-1", "case-2", "case-3"}),
        (Reach(organisation="gard"), {"case-1", "case-2"}),
        (Reach(organisation="herault"), set()),
        (Reach(organisation="gard", counsellor="marie"), {"case-1", "case-2"}),
        (Reach(organisation="isere", counsellor="marie"), {"case-3"}),
        (Reach(counsellor="paul"), {"case-3"}),
        (Reach(detected_by="dora"), {"case-1", "case-2"}),
        (Reach(detected_by="ines"), {"case-3"}),
        (Reach(organisation="gard", detected_by="ines"), set()),
    ],
)
def test_a_case_is_found_within_reach_only(board: Board, within: Reach, expected: set[str]) -> None:
    every = ["case-1", "case-2", "case-3"]
    with board.reading() as connection:
        assert {case_id for case_id in every if find(connection, case_id, within)} == expected
        assert {case_id for case_id in every if is_within(connection, case_id, within)} == expected
        assert {row.case_id for row in page(connection, within, None, 10)} == expected


def test_pages_go_from_the_latest_detection_back_without_loss(board: Board) -> None:
    board.tell(case((day(3), DETECTED[0]), case_id="case-0", organisation="herault"))
    with board.reading() as connection:
        seen, after = [], None
        while found := page(connection, Reach(detected_by="dora"), after, 2):
            seen += [row.case_id for row in found]
            after = (found[-1].detected_on, found[-1].case_id)
    assert seen == ["case-2", "case-0", "case-1"]


def test_a_person_is_known_by_their_cases(board: Board) -> None:
    with board.reading() as connection:
        assert open_cases_of(connection, "person-1") == {"case-2": "gard"}
        assert open_cases_of(connection, "person-2") == {"case-3": "isere"}
        assert open_cases_of(connection, "nobody") == {}
        assert cases_of(connection, "person-1") == ["case-1", "case-2"]
        assert cases_of(connection, "person-2") == ["case-3"]


def test_the_database_itself_keeps_one_open_case_a_person_and_organisation(board: Board) -> None:
    with writing(board.engine) as connection:
        second = CASES.select().where(CASES.c.case_id == "case-2")
        row = connection.execute(second).one()._asdict() | {"case_id": "case-9"}
        connection.execute(CASES.insert().values(row | {"is_open": False}))
        connection.execute(CASES.insert().values(row | {"case_id": "case-8", "organisation": "herault"}))
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(CASES.insert().values(row | {"case_id": "case-7"}))


def test_a_transferred_case_is_its_new_cells_and_stays_its_detectors(board: Board) -> None:
    board.tell(
        case(
            (day(3), DETECTED[0]),
            *ACCEPTED[1:],
            CaseTransferred(to_organisation="isere"),
            case_id="case-2",
            person_id="person-1",
        )
    )
    with board.reading() as connection:
        found = find(connection, "case-2", Reach(organisation="isere", detected_by="dora"))
        assert found is not None
        assert (found.counsellor, found.organisation) == (None, "isere")
        assert not is_within(connection, "case-2", Reach(organisation="gard"))


def test_a_case_may_take_the_place_that_another_left_in_the_same_commit(board: Board) -> None:
    """Also when a case changed alike before it: what is written together must not run ahead of the transfer."""
    reopened = (day(40), CaseReopened(reason="new_need", to_state="consented"))
    board.tell(case(*closed(*CONSENTED), case_id="case-4"))
    board.tell(
        case(*closed(*CONSENTED), reopened, case_id="case-4"),
        case(
            (day(3), DETECTED[0]),
            *ACCEPTED[1:],
            (day(40), CaseTransferred(to_organisation="isere")),
            case_id="case-2",
            person_id="person-1",
        ),
        case(*closed(*CONSENTED), reopened, case_id="case-1", person_id="person-1"),
    )
    with board.reading() as connection:
        assert open_cases_of(connection, "person-1") == {"case-1": "gard", "case-2": "isere"}
