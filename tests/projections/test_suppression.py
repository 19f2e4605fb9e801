"""Nobody works out a small count: neither from an answer, nor from all of them together, by solving.

How far a hidden count must stay open: between as many values as there are small counts (1 to 10 by default), for
whoever knows only that counts are not negative; and between two at least for whoever supposes that nothing hidden is
0. Zeros that are hidden are hidden along with others and tell of nobody: two values are enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.database import reading
from projections.figures import NO_GROUP, Column, Group, Kind, Line, Shape, Value
from projections.organisations import waves
from projections.reports import STATISTICS
from projections.statistic import Statistic
from projections.statistics import Filters, GroupBy
from projections.suppression import THRESHOLD, hide_small
from tests.databases import Databases
from tests.demo.conftest import Filled, filled
from tests.projections.attack import Attack, Unknown
from tests.projections.tables import LABELS, WAVES, Answers, answers

many = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def value(groups: list[Group], unknown: Unknown) -> Value:
    """Return a figure of an answer."""
    _, group, line, column = unknown
    found = next(other for other in groups if other.group == group)
    return found.line(line).values[column] if line else found.totals[column]


def figures_of(shape: Shape, group: Group) -> Iterator[tuple[Line | None, Column, Value]]:
    """Yield every figure of a group with its column."""
    yield from ((None, column, group.totals[column.code]) for column in shape.totals)
    if shape.lines is not None:
        yield from (
            (line, column, line.values[column.code]) for line in group.lines for column in shape.lines.columns
        )


def assert_open(attack: Attack, true: dict[str, list[Group]], unknown: Unknown, threshold: int) -> None:
    """Check that a hidden count cannot be worked out."""
    count = value(true[unknown[0]], unknown)
    assert isinstance(count, int)
    least, greatest = attack.interval(unknown)
    assert least <= count <= greatest, "the attack itself is wrong"
    assert greatest - least >= (max(1, threshold - 2) if count else 1), unknown


@many
@given(asked=answers(), data=st.data())
def test_all_answers_together_leave_a_hidden_count_open(asked: Answers, data: st.DataObject) -> None:
    attack = asked.attack()
    for unknown in data.draw(st.permutations(attack.hidden))[:6]:
        assert_open(attack, asked.true, unknown, asked.threshold)


@many
@given(asked=answers((2, 3, 6)), data=st.data())
def test_so_they_do_at_other_thresholds(asked: Answers, data: st.DataObject) -> None:
    attack = asked.attack()
    for unknown in data.draw(st.permutations(attack.hidden))[:6]:
        assert_open(attack, asked.true, unknown, asked.threshold)


@many
@given(asked=answers(), data=st.data())
def test_supposing_that_nothing_hidden_is_none_gives_nothing_away_either(
    asked: Answers, data: st.DataObject
) -> None:
    """Where zeros are shown, that is: in groups and over groups that are not hidden whole, unless all are hidden."""
    attack = asked.attack()
    supposed = [unknown for unknown in attack.hidden if asked.shows_zeros(unknown)]
    attack.suppose_some(supposed)
    for unknown in data.draw(st.permutations(supposed))[:6]:
        least, greatest = attack.interval(unknown)
        assert greatest > least, unknown


@many
@given(asked=answers())
def test_small_counts_are_hidden_and_nothing_is_that_could_be_read_off(asked: Answers) -> None:
    for grouping, groups in asked.true.items():
        for true, shown in zip(groups, asked.shown[grouping], strict=True):
            for line, column, figure in figures_of(asked.shape, true):
                own = shown.line(line.code) if line is not None else None
                hidden = shown.is_hidden(own, column.code)
                if column.kind is Kind.COUNT:
                    assert hidden or not (figure is not None and 0 < figure < asked.threshold)
                assert (own.values if own is not None else shown.totals)[column.code] == (
                    None if hidden else figure
                )


@many
@given(asked=answers())
def test_a_figure_is_hidden_with_any_count_that_it_is_computed_from(asked: Answers) -> None:
    for groups in asked.shown.values():
        for group in groups:
            for line, column, _ in figures_of(asked.shape, group):
                if column.kind is Kind.COUNT:
                    continue  # hidden by what it adds up to: a 0 that can be nothing else is shown
                if any("." in name for name in column.reveals) and (line is None or line.code != "b"):
                    continue  # of the lines inside another only
                if any(group.is_hidden(line, name) for name in column.reveals):
                    assert group.is_hidden(line, column.code)


def group(name: str, closed: int, *cases: int, opened: int = 50) -> Group:
    """Return a group of labelled cases."""
    lines = [
        Line(
            code,
            {
                "cases": n,
                "share": round(100 * n / closed, 2),
                "share_of_a": 1.0,
                "n": closed,
                "missing": 0,
                "mean": 3.0,
            },
        )
        for code, n in zip("abc", cases, strict=False)
    ]
    return Group(name, {"opened": opened, "closed": closed}, lines)


def test_a_small_count_is_hidden_with_its_shares() -> None:
    (shown,) = hide_small(LABELS, [group(NO_GROUP, 100, 40, 7, 0)])
    assert shown.line("b").hidden == {"cases", "share", "share_of_a"}
    assert shown.line("b").values["cases"] is None


def test_none_and_the_threshold_itself_are_shown() -> None:
    (shown,) = hide_small(LABELS, [group(NO_GROUP, 100, 40, 11, 0)])
    assert [line.hidden for line in shown.lines] == [frozenset()] * 3


def test_all_but_a_few_is_hidden_like_a_few() -> None:
    (shown,) = hide_small(LABELS, [group(NO_GROUP, 100, 95, 20, 100)])
    assert [sorted(line.hidden) for line in shown.lines] == [
        ["cases", "share", "share_of_a"],
        ["cases", "share", "share_of_a"],  # inside the first: hidden with it
        [],
    ]


def test_what_adds_up_takes_a_second_count_with_it_the_smallest_that_will_do() -> None:
    groups = [group("2018-01", 5), group("2018-02", 40), group("2018-03", 30), group("2018-04", 60)]
    shown = hide_small(LABELS, groups)
    assert [sorted(other.hidden) for other in shown] == [["closed"], [], ["closed"], []]


def test_a_group_that_is_all_small_is_hidden_whole_and_what_nobody_has_is_shown() -> None:
    groups = [group("ain", 6, 6, 0, 0), group("gard", 60, 30, 0, 30), group("jura", 70, 30, 0, 40)]
    shown = hide_small(LABELS, groups)
    assert shown[0].hidden == {"closed"}
    assert "cases" in shown[0].line("a").hidden
    assert "cases" in shown[0].line("c").hidden, "a 0 where the total is hidden, and others have some"
    assert "cases" not in shown[0].line("b").hidden, "a 0 that is one everywhere"


def test_a_wave_tells_nothing_of_its_only_organisation() -> None:
    """Small in the wave, small in the organisation; the wave's complement is its organisations' too."""
    groups = [group(name, closed) for name, closed in zip(sorted(WAVES), (50, 5, 70, 80, 90), strict=True)]
    shown = {other.group: other.hidden for other in hide_small(LABELS, groups, within=WAVES)}
    assert shown["gard"] == {"closed"}
    assert shown["ain"] == {"closed"}, "the only one of the smallest other wave"
    assert not any(shown[name] for name in ("jura", "oise", "orne"))


def test_ones_are_not_told_apart_from_none_where_all_would_have_to_be_one() -> None:
    """Eleven cases in eleven months: who sees that the twelfth has none knows all the others."""
    groups = [group(f"2018-{month:02d}", int(month < 12)) for month in range(1, 13)]
    assert all(other.hidden == {"closed"} for other in hide_small(LABELS, groups))


def test_cases_of_hidden_groups_are_no_more_than_these_have() -> None:
    """18 of the first line are shown, 50 are left for the first month and for two that have 16 cases in all."""
    groups = [
        group("2018-01", 39, 35, 20, 20),
        group("2018-02", 45, 18, 15, 15),
        group("2018-03", 8, 8, 1, 1),
        group("2018-04", 8, 7, 1, 1),
    ]
    (overall,) = hide_small(LABELS, [group(NO_GROUP, 100, 68, 37, 37, opened=200)])
    shown = hide_small(LABELS, groups)
    attack = Attack(LABELS)
    attack.learn("none", [overall])
    attack.learn("month", shown)
    attack.learn_sums("none", "month")
    least, greatest = attack.interval(("month", "2018-01", "a", "cases"))
    assert greatest - least >= THRESHOLD - 2


def test_a_threshold_of_one_hides_nothing() -> None:
    groups = [group("2018-01", 5, 1, 1, 1)]
    assert hide_small(LABELS, groups, 1) == groups


@many
@given(asked=answers(), random=st.randoms(use_true_random=False))
def test_the_same_is_hidden_whatever_the_order(asked: Answers, random: Random) -> None:
    for grouping, groups in asked.true.items():
        shuffled = random.sample(groups, len(groups))
        within = WAVES if grouping == "organisation" else None
        again = hide_small(asked.shape, shuffled, asked.threshold, within=within)
        assert sorted(again, key=lambda other: other.group) == asked.shown[grouping]


# ------------------------------------------------------------ every statistic


@pytest.fixture(scope="module")
def cohort(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A small national cohort: most organisations have too few cases to be shown."""
    with filled(
        databases, "sqlite", tmp_path_factory.mktemp("cohort"), cases=600, seed=3, national=True
    ) as made:
        yield made


GROUPINGS = {"none": None, "month": GroupBy.MONTH, "wave": GroupBy.WAVE, "organisation": GroupBy.ORGANISATION}


def asked_of(cohort: Filled, statistic: Statistic) -> Answers:
    """Return all that a statistic answers, as it is and with small counts hidden."""
    true, shown = {}, {}
    with reading(cohort.service.engine) as connection:
        within = waves(connection)
        for grouping, by in GROUPINGS.items():
            if by is None or by in statistic.groupings:
                true[grouping] = statistic.read(connection, Filters(group_by=by)).groups
                shown[grouping] = hide_small(
                    statistic.shape,
                    true[grouping],
                    within=within if by is GroupBy.ORGANISATION else None,
                    over_time=by is GroupBy.MONTH,
                )
    return Answers(statistic.shape, THRESHOLD, true, shown, within)


@pytest.mark.parametrize("name", STATISTICS)
def test_every_statistic_keeps_its_small_counts(cohort: Filled, name: str) -> None:
    asked = asked_of(cohort, STATISTICS[name])
    attack = asked.attack()
    assert attack.hidden, "a cohort this small has small counts"
    for unknown in Random(name).sample(attack.hidden, 12):
        count = value(asked.true[unknown[0]], unknown)
        # What is tied is hidden for the sake of the others; where it is not small, it may be worked out.
        if not asked.is_tied(unknown) or (isinstance(count, int) and count < THRESHOLD):
            assert_open(attack, asked.true, unknown, THRESHOLD)


@pytest.mark.parametrize("name", STATISTICS)
def test_every_figure_that_is_no_count_says_what_it_reveals(name: str) -> None:
    lines = STATISTICS[name].shape.lines
    columns = (*STATISTICS[name].shape.totals, *(lines.columns if lines is not None else ()))
    assert not [column.code for column in columns if column.kind is not Kind.COUNT and not column.reveals]


@pytest.mark.parametrize("name", STATISTICS)
def test_a_quantile_reveals_how_many_are_within_a_limit(name: str) -> None:
    """A ninth decile of 88 days says that nine in ten took 90 at most."""
    lines = STATISTICS[name].shape.lines
    for columns in (STATISTICS[name].shape.totals, lines.columns if lines is not None else ()):
        limits = {column.code for column in columns if column.code.startswith("within_")}
        for column in columns:
            if column.code in ("median", "p10", "p90"):
                assert limits <= set(column.reveals), column.code


@pytest.mark.parametrize("name", STATISTICS)
def test_what_always_adds_up_is_declared(cohort: Filled, name: str) -> None:
    """Counts beside each other that make up another in every group hang together, whether they say so or not."""
    shape = STATISTICS[name].shape
    groups = [group for groups in asked_of(cohort, STATISTICS[name]).true.values() for group in groups]
    lines = shape.lines.columns if shape.lines is not None else ()
    for columns, rows in (
        (shape.totals, [group.totals for group in groups]),
        (lines, [line.values for group in groups for line in group.lines]),
    ):
        for whole in columns:
            parts = [column.code for column in columns if column.part_of == whole.code]
            seen = [row for row in rows if row[whole.code]]
            if len(parts) > 1 and all(
                sum(row[part] or 0 for part in parts) == row[whole.code] for row in seen
            ):
                assert set(whole.sum_of) == set(parts), whole.code
