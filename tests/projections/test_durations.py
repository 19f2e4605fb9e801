"""Durations of accompaniment: the closed cohort, episode by episode, in calendar days; open ones apart."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.event import Payload
from domain.events.care import CarePerformed, PlanBuilt
from domain.events.follow_up import CaseClosed, CaseReopened, CaseTransferred
from domain.events.intake import ConsentRecorded, ReferralRejected
from projections.durations import DURATIONS, DurationRow, Measure, report
from projections.figures import Group, Value
from projections.statistics import Filters, GroupBy
from tests.builders import ACCEPTED, DETECTED, PLAN_BUILT, Happened, day
from tests.projections.board import Board, case

EVERYTHING = Filters()
CONSENT = ConsentRecorded(to_state="consented")
CLOSING = CaseClosed(reason="moved", to_state="closed")
REOPENING = CaseReopened(reason="new_need", to_state="consented")


def followed(*happened: Happened) -> tuple[Happened, ...]:
    """Return what happens to a case detected on day 0 and consented on day 10, and then `happened`."""
    return (*DETECTED, *ACCEPTED[1:], (day(10), CONSENT), *happened)


def told(board: Board, filters: Filters = EVERYTHING) -> Group:
    """Return the one group of an ungrouped report."""
    with board.reading() as connection:
        (group,) = report(connection, filters)
    return group


def days(board: Board, measure: Measure = Measure.CONSENT_TO_CLOSING) -> tuple[Value, Value]:
    """Return how many episodes a measure has, and their mean."""
    figures = told(board).line(measure.value).values
    return figures["n"], figures["mean"]


def test_from_consent_to_closing_in_calendar_days(board: Board) -> None:
    board.tell(
        case(*followed((day(100), CLOSING))),
        case(*followed((day(30), CLOSING)), case_id="case-2"),
    )
    assert days(board) == (2, (90 + 20) / 2)
    assert days(board, Measure.DETECTION_TO_CLOSING) == (2, (100 + 30) / 2)


def test_closed_on_the_day_of_the_consent_is_no_day_at_all(board: Board) -> None:
    board.tell(case(*followed((day(10), CLOSING))), case(*followed((day(12), CLOSING)), case_id="case-2"))
    assert days(board) == (2, 1)


@pytest.mark.parametrize("night", [date(2026, 3, 28), date(2026, 10, 24)], ids=["spring", "autumn"])
def test_a_night_that_is_an_hour_shorter_or_longer_is_one_day(board: Board, night: date) -> None:
    def detected(case_id: str, nights: int) -> None:
        closing = (night + timedelta(nights), CLOSING)
        board.tell(case((night, DETECTED[0]), ACCEPTED[1], (night, CONSENT), closing, case_id=case_id))

    detected("case-1", 1)
    detected("case-2", 3)
    assert days(board) == (2, 2)


def test_a_leap_day_counts(board: Board) -> None:
    start, end = date(2024, 2, 1), date(2024, 3, 1)
    board.tell(
        case((start, DETECTED[0]), ACCEPTED[1], (start, CONSENT), (end, CLOSING)),
        case((start, DETECTED[0]), ACCEPTED[1], (start, CONSENT), (end, CLOSING), case_id="case-2"),
    )
    assert days(board) == (2, 29)


def test_an_open_episode_is_counted_apart(board: Board) -> None:
    board.tell(case(*followed((day(100), CLOSING))), case(*followed(), case_id="case-2"))
    group = told(board)
    assert (group.totals["closed"], group.totals["open"]) == (1, 1)
    assert {line.values["n"] for line in group.lines if line.values["n"]} == {1}
    # What is still open has its day, too: that of the consent.
    assert told(board, Filters(until=day(9))).totals["open"] == 0
    assert told(board, Filters(since=day(10), until=day(10))).totals["open"] == 1
    assert told(board, Filters(since=day(11))).totals["open"] == 0


def test_what_never_came_to_a_consent_is_no_accompaniment(board: Board) -> None:
    rejected = ReferralRejected(reason="not_relevant", to_state="closed")
    board.tell(
        case(*DETECTED, (day(3), rejected)),
        case(*DETECTED, case_id="case-2"),
        case(*followed((day(20), CLOSING)), case_id="case-3"),
    )
    group = told(board)
    assert group.totals == {"closed": 1, "closed_without_consent": 1, "open": 0}
    assert group.line("detection_to_closing").values["n"] == 1
    # It is counted all the same, on the day of its closing.
    assert {line.values["missing"] for line in group.lines} <= {0, 1}
    assert told(board, Filters(since=day(3), until=day(3))).totals["closed_without_consent"] == 1
    assert told(board, Filters(since=day(4))).totals["closed_without_consent"] == 0


def test_to_the_last_care_performed_before_the_closing(board: Board) -> None:
    def cared(on: int) -> Happened:
        return day(on), CarePerformed(need_id="n1")

    plan: tuple[Payload, ...] = (PlanBuilt(to_state="plan_built"),)
    board.tell(
        case(*followed(*plan, cared(60), cared(40), (day(100), CLOSING))),
        case(*followed(*plan, (day(100), CLOSING)), case_id="case-2"),
        case(*followed(*plan, cared(70)), case_id="case-3"),
    )
    figures = told(board).line(Measure.CONSENT_TO_CARE.value).values
    assert (figures["n"], figures["missing"], figures["mean"]) == (1, 1, 50)


def test_each_episode_is_measured_from_its_own_start(board: Board) -> None:
    board.tell(
        case(
            *followed(
                PlanBuilt(to_state="plan_built"),
                (day(30), CarePerformed(need_id="n1")),
                (day(40), CLOSING),
                (day(200), REOPENING),
                (day(205), CLOSING),
                (day(300), REOPENING),
            )
        ),
        case(*followed((day(20), CLOSING)), case_id="case-2"),
    )
    with board.reading() as connection:
        months = {group.group: group for group in report(connection, Filters(group_by=GroupBy.MONTH))}
    measured = {
        month: {line.code: line.values["mean"] for line in group.lines if line.values["n"]}
        for month, group in months.items()
    }
    assert measured == {
        "2026-03": {"consent_to_closing": 10, "detection_to_closing": 20},
        "2026-04": {"consent_to_closing": 30, "detection_to_closing": 40, "consent_to_care": 20},
        "2026-09": {"consent_to_closing": 5, "detection_to_closing": 5},
        "2026-12": {},
    }
    assert {month: (group.totals["closed"], group.totals["open"]) for month, group in months.items()} == {
        "2026-03": (1, 0),
        "2026-04": (1, 0),
        "2026-09": (1, 0),
        "2026-12": (0, 1),
    }


def test_a_reopened_case_takes_nothing_away_from_its_first_episode(board: Board) -> None:
    first = followed((day(100), CLOSING))
    board.tell(case(*first), case(*followed((day(30), CLOSING)), case_id="case-2"))
    before = told(board)
    board.tell(case(*first, (day(120), REOPENING)))
    after = told(board)
    assert after.lines == before.lines
    assert (before.totals["open"], after.totals["open"], after.totals["closed"]) == (0, 1, 2)


def test_a_closing_dated_before_the_consent_is_missing_and_not_nought_days(board: Board) -> None:
    board.tell(
        case(*followed((day(5), CLOSING))),
        case(*followed((day(30), CLOSING)), case_id="case-2"),
    )
    figures = told(board).line(Measure.CONSENT_TO_CLOSING.value).values
    assert (figures["n"], figures["missing"], figures["mean"]) == (1, 1, 20)
    assert days(board, Measure.DETECTION_TO_CLOSING) == (2, (5 + 30) / 2)


def test_durations_move_with_a_transferred_case(board: Board) -> None:
    moved = CaseTransferred(to_organisation="isere")
    board.tell(
        case(*followed((day(20), moved), (day(100), CLOSING))),
        case(*followed((day(30), CLOSING)), case_id="case-2"),
    )
    with board.reading() as connection:
        found = {
            g.group: g.line("consent_to_closing").values["mean"]
            for g in report(connection, by_organisation())
        }
    assert found == {"isere": 90, "gard": 20}


def by_organisation() -> Filters:
    """Group by organisation."""
    return Filters(group_by=GroupBy.ORGANISATION)


def test_ninety_days_are_within_ninety(board: Board) -> None:
    board.tell(
        *(
            case(*followed((day(10 + taken), CLOSING)), case_id=f"case-{taken}")
            for taken in (10, 89, 90, 91, 300)
        )
    )
    figures = told(board).line("consent_to_closing").values
    assert (figures["within_90"], figures["share_within_90"]) == (3, 60.0)


def test_without_any_episode_there_is_no_figure(board: Board) -> None:
    board.tell(case(*followed()), case(*PLAN_BUILT, case_id="case-2"))
    figures = told(board).line("consent_to_closing").values
    assert (figures["n"], figures["missing"], figures["within_90"]) == (0, 0, 0)
    assert (
        figures["mean"]
        is figures["median"]
        is figures["p10"]
        is figures["p90"]
        is figures["share_within_90"]
        is None
    )


def rows_taking(lengths: Sequence[int]) -> list[DurationRow]:
    """Return an episode for each length."""
    return [
        DurationRow(
            case_id=f"case-{number}",
            episode=1,
            organisation="gard",
            opened_on=day(0),
            consented_on=day(0),
            closed_on=day(length),
            last_care_on=None,
            closing_reason="moved",
            consent_to_closing=length,
            detection_to_closing=length,
            consent_to_care=None,
        )
        for number, length in enumerate(lengths)
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lengths=st.lists(st.integers(0, 700), min_size=2, max_size=40))
def test_mean_median_and_deciles_are_those_of_the_standard_library(board: Board, lengths: list[int]) -> None:
    board.replace(DURATIONS, rows_taking(lengths))
    figures = told(board).line("consent_to_closing").values
    deciles = statistics.quantiles(lengths, n=10, method="inclusive")
    expected = (statistics.fmean(lengths), statistics.median(lengths), deciles[0], deciles[8])
    assert (figures["mean"], figures["median"], figures["p10"], figures["p90"]) == pytest.approx(
        expected, abs=0.005001
    )
    assert figures["within_90"] == sum(length <= 90 for length in lengths)
    assert figures["share_within_90"] == pytest.approx(
        100 * figures["within_90"] / len(lengths), abs=0.005001
    )


def test_one_episode_is_its_own_median_and_deciles(board: Board) -> None:
    board.replace(DURATIONS, rows_taking([42]))
    figures = told(board).line("consent_to_closing").values
    assert (figures["mean"], figures["median"], figures["p10"], figures["p90"]) == (42, 42, 42, 42)
