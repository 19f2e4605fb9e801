"""Where the referrals come from: every referral once, in the organisation that received it, on its day."""

from __future__ import annotations

from domain.events.follow_up import CaseTransferred, FactCorrected
from domain.vocabulary import Source
from projections.detection_sources import TABLE as DETECTIONS
from projections.detection_sources import report
from projections.figures import Group, Line, Value
from projections.statistics import Filters, GroupBy
from tests.builders import ACCEPTED, CLOSED, day, detection
from tests.projections.board import Board, case

BY_ORGANISATION = Filters(group_by=GroupBy.ORGANISATION)
MOVED = CaseTransferred(to_organisation="isere")
PARTNER = detection(source="partner", partner_kind="ccas", origin="spontaneous")


def counted(board: Board, filters: Filters) -> dict[str, dict[str, Value]]:
    """Return the sources that have any referral, by group."""
    with board.reading() as connection:
        groups = report(connection, filters)
    return {
        g.group: {line.code: line.values["cases"] for line in g.lines if line.values["cases"]} for g in groups
    }


def test_every_referral_counts_once_whatever_became_of_it(board: Board) -> None:
    board.tell(
        case(*CLOSED),
        case(*ACCEPTED, case_id="case-2"),
        case(PARTNER, case_id="case-3"),
        case(PARTNER, case_id="case-4", organisation="isere"),
    )
    with board.reading() as connection:
        (group,) = report(connection, Filters())
    assert group.totals == {"total": 4}
    assert group.line("reception").values == {"cases": 2, "share": 50.0}
    assert group.line("partner").values == {"cases": 2, "share": 50.0}
    assert counted(board, BY_ORGANISATION) == {
        "gard": {"reception": 2, "partner": 1},
        "isere": {"partner": 1},
    }


def test_every_source_is_named_also_without_any_referral(board: Board) -> None:
    board.tell(case(PARTNER), case(PARTNER, case_id="case-2"))
    with board.reading() as connection:
        (group,) = report(connection, Filters())
    assert [line.code for line in group.lines] == [source.value for source in Source]
    assert group.line("reception").values == {"cases": 0, "share": 0.0}


def test_shares_of_nothing_are_no_shares(board: Board) -> None:
    with board.reading() as connection:
        assert report(connection, Filters()) == [
            Group("", {"total": 0}, [Line(source.value, {"cases": 0, "share": None}) for source in Source])
        ]
        assert report(connection, BY_ORGANISATION) == []


def test_a_transferred_case_stays_with_the_cell_that_received_the_referral(board: Board) -> None:
    board.tell(case(*ACCEPTED, MOVED), case(detection(), case_id="case-2", organisation="herault"))
    assert counted(board, BY_ORGANISATION) == {"gard": {"reception": 1}, "herault": {"reception": 1}}


def test_a_corrected_source_moves_the_count(board: Board) -> None:
    board.tell(case(detection()), case(detection(), case_id="case-2"))
    correction = FactCorrected(corrects=1, changes={"source": "partner", "partner_kind": "caf"})
    board.tell(case(detection(), (day(3), correction)))
    assert counted(board, Filters()) == {"": {"reception": 1, "partner": 1}}
    assert counted(board, Filters(since=day(0), until=day(0))) == {"": {"reception": 1, "partner": 1}}
    assert [row[3:5] for row in board.rows(DETECTIONS)] == [("partner", "caf"), ("reception", None)]


def test_a_corrected_day_moves_the_count_to_its_month(board: Board) -> None:
    by_month = Filters(group_by=GroupBy.MONTH)
    board.tell(case(detection()), case((day(1), PARTNER), case_id="case-2"))
    assert counted(board, by_month) == {"2026-03": {"reception": 1, "partner": 1}}
    board.tell(case(detection(), FactCorrected(corrects=1, changes={"occurred_on": "2026-02-27"})))
    assert counted(board, by_month) == {"2026-02": {"reception": 1}, "2026-03": {"partner": 1}}


def test_a_source_that_the_code_no_longer_knows_is_still_shown(board: Board) -> None:
    """Events keep codes as plain strings: one withdrawn from the vocabulary was received all the same."""
    board.tell(case(detection(source="pigeon")), case(detection(), case_id="case-2"))
    assert counted(board, Filters()) == {"": {"reception": 1, "pigeon": 1}}
