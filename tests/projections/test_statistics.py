"""Periods, filters and groups: both ends of a period count, whole months or not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from projections.case import CASE
from projections.detection_sources import DEFINITIONS as SOURCES
from projections.detection_sources import DETECTION_SOURCES, report
from projections.durations import DEFINITIONS as DURATIONS
from projections.figures import Value
from projections.outcomes import DEFINITIONS as OUTCOMES
from projections.period import Period, Unit
from projections.statistics import Covered, Definition, Filters, GroupBy, covered, share, tally_of
from tests.builders import DETECTED
from tests.projections.board import Board, case

# One referral on each of these days, in each of the three cells.
DAYS = (date(2018, 1, 31), date(2018, 2, 1), date(2018, 2, 28), date(2018, 3, 1), date(2018, 3, 31))


@pytest.fixture
def referrals(board: Board) -> Board:
    """The cells with a referral on each of the days."""
    board.tell(
        *(
            case((day, DETECTED[0]), organisation=organisation, case_id=f"{organisation}-{day}")
            for day in DAYS
            for organisation in ("gard", "isere", "herault")
        )
    )
    return board


def totals(board: Board, filters: Filters) -> dict[str, Value]:
    """Return the referrals of each group."""
    with board.reading() as connection:
        return {group.group: group.totals["total"] for group in report(connection, filters)}


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (None, None, 5),
        (date(2018, 1, 31), date(2018, 3, 31), 5),
        (date(2018, 2, 1), date(2018, 2, 28), 2),
        (date(2018, 2, 1), None, 4),
        (date(2018, 2, 2), None, 3),
        (None, date(2018, 2, 28), 3),
        (None, date(2018, 2, 27), 2),
        (date(2018, 2, 28), date(2018, 3, 1), 2),
        (date(2018, 2, 28), date(2018, 2, 28), 1),
        (date(2018, 3, 1), date(2018, 3, 1), 1),
        (date(2018, 2, 2), date(2018, 2, 27), 0),
        (date(2018, 1, 15), date(2018, 3, 15), 4),
        (date(2018, 3, 31), date(2018, 1, 31), 0),
        (date(2019, 1, 1), None, 0),
        (date.min, date.max, 5),
        (date(1, 1, 2), date(9999, 12, 30), 5),
        (None, date(1, 1, 15), 0),
        (date(9999, 12, 15), None, 0),
    ],
)
def test_both_ends_of_a_period_are_in_it(
    referrals: Board, since: date | None, until: date | None, days: int
) -> None:
    asked = Filters(since=since, until=until)
    assert totals(referrals, asked) == {"": 3 * days}
    with referrals.reading() as connection:
        assert covered(connection, [DETECTION_SOURCES], asked) == Covered(3, 3 if days else 0)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(organisations=("gard",)), {"": 5}),
        (Filters(organisations=("gard", "isere")), {"": 10}),
        (Filters(organisations=("nowhere",)), {"": 0}),
        (Filters(waves=("wave_1",)), {"": 10}),
        (Filters(waves=("pilot", "wave_1")), {"": 15}),
        (Filters(waves=("wave_9",)), {"": 0}),
        (Filters(organisations=("gard", "isere"), waves=("wave_1",)), {"": 5}),
        (Filters(organisations=("gard",), waves=("wave_1",)), {"": 0}),
        (Filters(group_by=GroupBy.MONTH), {"2018-01": 3, "2018-02": 6, "2018-03": 6}),
        (Filters(group_by=GroupBy.ORGANISATION), {"gard": 5, "herault": 5, "isere": 5}),
        (Filters(group_by=GroupBy.WAVE), {"pilot": 5, "wave_1": 10}),
        (Filters(group_by=GroupBy.WAVE, organisations=("gard", "isere")), {"pilot": 5, "wave_1": 5}),
        (Filters(group_by=GroupBy.WAVE, waves=("wave_1",)), {"wave_1": 10}),
        (Filters(group_by=GroupBy.ORGANISATION, waves=("wave_1",)), {"herault": 5, "isere": 5}),
        (
            Filters(group_by=GroupBy.MONTH, organisations=("isere",), since=date(2018, 2, 28)),
            {"2018-02": 1, "2018-03": 2},
        ),
        (Filters(group_by=GroupBy.ORGANISATION, since=date(2019, 1, 1)), {}),
    ],
)
def test_filters_and_groups(referrals: Board, filters: Filters, expected: dict[str, int]) -> None:
    assert totals(referrals, filters) == expected


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), Covered(3, 2)),
        (Filters(waves=("wave_1",)), Covered(2, 1)),
        (Filters(organisations=("herault",)), Covered(1, 0)),
        (Filters(organisations=("gard", "nowhere")), Covered(1, 1)),
        (Filters(since=date(2018, 2, 2)), Covered(3, 1)),
        (Filters(until=date(2018, 1, 15)), Covered(3, 0)),
    ],
)
def test_how_many_organisations_are_asked_for_and_how_many_have_a_case(
    board: Board, filters: Filters, expected: Covered
) -> None:
    board.tell(
        case((date(2018, 1, 31), DETECTED[0]), case_id="case-1"),
        case((date(2018, 2, 10), DETECTED[0]), case_id="case-2", organisation="isere"),
    )
    with board.reading() as connection:
        assert covered(connection, [DETECTION_SOURCES], filters) == expected


@given(st.one_of(st.none(), st.dates()), st.one_of(st.none(), st.dates()), st.dates(), st.sampled_from(Unit))
def test_a_day_is_in_the_whole_units_or_in_the_ends_of_a_period_and_never_in_both(
    since: date | None, until: date | None, day: date, unit: Unit
) -> None:
    period = Period.of(since, until, unit)
    year, week, _ = day.isocalendar()
    name = f"{day.year:04d}-{day.month:02d}" if unit is Unit.MONTH else f"week:{year:04d}-W{week:02d}"
    in_units = period.first <= name <= period.last
    in_ends = sum(start <= day <= end for start, end in period.ends)
    assert in_units + in_ends == ((since or date.min) <= day <= (until or date.max))


def test_a_share_of_nothing_is_none() -> None:
    assert (share(0, 0), share(0, 3), share(1, 3), share(3, 3)) == (None, 0.0, 33.33, 100.0)


def test_a_read_model_without_a_tally_answers_no_statistic() -> None:
    with pytest.raises(ValueError, match="the read model case has no tally"):
        tally_of(CASE)


@pytest.mark.parametrize("definitions", [SOURCES, DURATIONS, OUTCOMES])
def test_each_figure_is_defined_in_both_languages(definitions: dict[str, Definition]) -> None:
    assert set(definitions) == {"fr", "en"}
    for definition in definitions.values():
        assert all(asdict(definition).values())
