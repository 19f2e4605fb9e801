"""What is not published is plausible in the cohort all the same: every statistic has something to show."""

from __future__ import annotations

from typing import Any

from adapters.database import reading
from domain.vocabulary import CareType, ForgoingReason, Funder
from projections.figures import Group
from projections.reports import STATISTICS
from projections.statistics import Filters
from tests.demo.conftest import Filled


def told(made: Filled, name: str) -> Group:
    """Return the one group of an ungrouped statistic."""
    with reading(made.service.engine) as connection:
        (group,) = STATISTICS[name].read(connection, Filters()).groups
    return group


def figures(group: Group, *columns: str) -> list[Any]:
    """Return the sums of some totals, or of some columns of the lines."""
    return [
        group.totals[column]
        if column in group.totals
        else sum(line.values[column] or 0 for line in group.lines)
        for column in columns
    ]


def test_people_are_reached_within_days_and_mostly_by_one_counsellor(national: Filled) -> None:
    reached, waiting, never, median, p90 = figures(
        told(national, "first-contact"), "n", "waiting", "never", "median", "p90"
    )
    assert 800 < reached < 950
    assert min(waiting, never) > 10
    assert 3 <= median <= 14 < p90 <= 30
    share, without = figures(told(national, "continuity"), "share_same_counsellor", "without_counsellor")
    assert 92 < share < 99
    assert without > 10


def test_half_of_the_care_had_been_forgone_for_two_years_and_most_for_money(national: Filled) -> None:
    """[001, IV.2.3]: 50.4 % for two years at least, a financial reason in three cases of four."""
    by_type, by_reason = told(national, "forgone-care"), told(national, "forgone-care-reasons")
    assert {line.code for line in by_type.lines if line.values["needs"]} == {care.value for care in CareType}
    assert {line.code for line in by_reason.lines if line.values["needs"]} == {
        reason.value for reason in ForgoingReason
    }
    two_years, financial = figures(by_type, "share_two_years")[0], figures(by_reason, "share_financial")[0]
    assert abs(two_years - 50.4) < 4
    assert 55 < financial < 75
    open_, performed, dropped, not_performed = figures(
        by_type, "open", "performed", "dropped", "not_performed"
    )
    assert 0.3 < performed / (performed + not_performed) < 0.6
    assert 0 < dropped < not_performed
    assert open_ > 100


def test_several_funders_grant_part_of_what_they_are_asked_for(national: Filled) -> None:
    group = told(national, "funding")
    assert len([line for line in group.lines if line.values["granted"]]) >= len(Funder) - 1
    granted, refused, pending, unanswered = figures(group, "granted", "refused", "pending", "unanswered")
    assert 0.5 < granted / (granted + refused) < 0.9
    assert min(pending, unanswered) > 0
    asked, given = figures(group, "asked_cents", "granted_cents")
    assert 0.4 < given / asked < 0.8
    assert 300_00 < given / granted < 1500_00, "Isère granted 792 € on average in 2020 [004]"
    assert max(group.lines, key=lambda line: line.values["decided"] or 0).code == "fass"


def test_partners_accept_decline_or_do_not_answer(national: Filled) -> None:
    group = told(national, "referrals-onward")
    answers = figures(group, "completed", "accepted", "declined", "no_answer", "waiting")
    assert min(answers) > 0
    assert answers[0] <= answers[1]
    assert len([line for line in group.lines if line.values["known"]]) >= 6
    assert group.line("mutual").values["known"] == 0
