"""Every statistic keeps what it declares: its columns, its lines, its groupings; whoever asks refuses the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from msgspec.structs import asdict

from projections import durations
from projections.answers import answer
from projections.figures import Group, Kind, Shape
from projections.reports import STATISTICS
from projections.statistic import NoneMature, NotOffered, PeriodBackwards, Statistic
from projections.statistics import Cohort, Filters, GroupBy
from tests.databases import Databases, one_of_each
from tests.databases import Kind as DatabaseKind
from tests.projections.board import Board, board_on
from tests.projections.recount import journeys

EVERY = pytest.mark.parametrize("statistic", STATISTICS.values(), ids=STATISTICS)
SOME = Filters(since=date(2026, 3, 5), until=date(2026, 9, 17))


@contextmanager
def lived_on(databases: Databases, kind: DatabaseKind) -> Iterator[Board]:
    """Tell a board of random journeys of some dozens of cases through the three cells."""
    with board_on(databases, kind) as board:
        board.tell(*(journey.state for journey in journeys()))
        yield board


@pytest.fixture(scope="module")
def lives(databases: Databases) -> Iterator[Callable[[DatabaseKind], Board]]:
    """The same journeys on a kind of database, told once."""
    with one_of_each(partial(lived_on, databases)) as found:
        yield found


@pytest.fixture
def lived(database_kind: DatabaseKind, lives: Callable[[DatabaseKind], Board]) -> Board:
    """Journeys to look at, on each database."""
    return lives(database_kind)


def groups(board: Board, statistic: Statistic, filters: Filters) -> list[Group]:
    """Ask."""
    with board.reading() as connection:
        return statistic.read(connection, filters).groups


def names(shape: Shape) -> Iterator[str]:
    """Return every name by which a column is named as part of another, or as what another reveals."""
    for column in shape.columns().values():
        yield from (*column.reveals, *column.sum_of, *((column.part_of,) if column.part_of else ()))


@EVERY
def test_a_statistic_is_named_and_defined_in_both_languages(statistic: Statistic) -> None:
    assert statistic.name == statistic.name.lower().replace("_", "-")
    definitions = [statistic.definitions]
    if statistic.cohort is not None:
        definitions.append(statistic.cohort.definitions)
    for texts in (statistic.title, statistic.about, *definitions):
        assert list(texts) == ["fr", "en"]
        assert texts["fr"] != texts["en"]
    assert statistic.about["fr"].endswith(".")
    assert statistic.about["en"].endswith(".")
    for definition in definitions:
        assert all(asdict(text) and all(asdict(text).values()) for text in definition.values())


def test_no_figure_is_called_what_another_statistic_is() -> None:
    """Cases that were opened and cases that are open have one word in French: a reader compared the two."""
    for language in ("fr", "en"):
        titles = {one.title[language]: one.name for one in STATISTICS.values()}
        for one in STATISTICS.values():
            for column in one.shape.totals:
                assert titles.get(column.label(language), one.name) == one.name, column.code


@EVERY
def test_its_columns_are_told_apart_and_know_each_other(statistic: Statistic) -> None:
    shape = statistic.shape
    columns = shape.columns()
    assert len(columns) == len(shape.totals) + len(shape.own)
    codes = {member.value for member in shape.lines.codes} if shape.lines else set()
    for name in names(shape):
        line, dot, column = name.rpartition(".")
        assert columns[column if dot else name].kind is Kind.COUNT, name
        assert not dot or line in codes, name
    own = {column.code for column in shape.own}
    totals = {column.code for column in shape.totals}
    if shape.lines is not None:
        assert shape.lines.counted in own
        assert shape.lines.main in {None, *own}
        assert shape.lines.adds_up_to in {None, *totals}
    assert statistic.weekly in {None, *totals}
    for what in statistic.comparable:
        assert {what.column, what.n, what.part or what.n, what.sd or what.n} <= set(columns)
        assert (what.part is None) != (what.sd is None)
        assert columns[what.column].kind is (Kind.SHARE if what.part else Kind.DAYS)


@EVERY
def test_every_answer_has_exactly_the_columns_and_the_lines(lived: Board, statistic: Statistic) -> None:
    shape = statistic.shape
    (nothing,) = groups(lived, statistic, Filters(until=date(1, 1, 2)))
    always = {line.code for line in nothing.lines}
    assert bool(always) == (shape.lines is not None)
    for by in (None, *statistic.groupings):
        for filters in (Filters(group_by=by), replace(SOME, group_by=by)):
            found = groups(lived, statistic, filters)
            assert found, by
            for group in found:
                assert list(group.totals) == [column.code for column in shape.totals]
                for line in group.lines:
                    assert list(line.values) == [column.code for column in shape.own]
                assert {line.code for line in group.lines} >= always
                for column in shape.totals:
                    is_count = column.kind is Kind.COUNT
                    assert not is_count or isinstance(group.totals[column.code], int), column.code


@EVERY
def test_groups_by_organisation_and_by_wave_add_up_to_the_whole(lived: Board, statistic: Statistic) -> None:
    counts = [column.code for column in statistic.shape.totals if column.kind is Kind.COUNT]
    for filters in (Filters(), SOME):
        (whole,) = groups(lived, statistic, filters)
        for by in (GroupBy.ORGANISATION, GroupBy.WAVE):
            found = groups(lived, statistic, replace(filters, group_by=by))
            summed = {code: sum(int(group.totals[code] or 0) for group in found) for code in counts}
            assert summed == {code: whole.totals[code] for code in counts}


@EVERY
def test_what_is_not_offered_is_refused(board: Board, statistic: Statistic) -> None:
    for by in GroupBy:
        if by not in statistic.groupings:
            with pytest.raises(NotOffered) as refused:
                groups(board, statistic, Filters(group_by=by))
            assert (refused.value.parameter, refused.value.offered) == ("group_by", statistic.groupings)
    if statistic.cohort is None:
        with pytest.raises(NotOffered):
            groups(board, statistic, Filters(cohort=Cohort(90, date(2026, 3, 1))))
    with pytest.raises(PeriodBackwards):
        groups(board, statistic, Filters(since=date(2026, 3, 2), until=date(2026, 3, 1)))


@pytest.mark.parametrize(
    "name", [name for name, statistic in STATISTICS.items() if GroupBy.WEEK in statistic.groupings]
)
def test_by_week_there_is_something_in_most_weeks(lived: Board, name: str) -> None:
    """Nothing but the ragged ends would be there if the tallies were not kept by week."""
    found = [group.group for group in groups(lived, STATISTICS[name], Filters(group_by=GroupBy.WEEK))]
    assert all(re.fullmatch(r"202[5-8]-W[0-5]\d", week) for week in found)
    assert len(found) > 20


def test_a_cohort_that_had_not_the_time_is_refused(board: Board) -> None:
    cohort = Cohort.of(90, None, date(2026, 3, 31))
    assert cohort.consented_by == date(2025, 12, 31)
    assert groups(board, STATISTICS["durations"], Filters(since=date(2025, 12, 31), cohort=cohort))
    with pytest.raises(NoneMature):
        groups(board, STATISTICS["durations"], Filters(since=date(2026, 1, 1), cohort=cohort))


@EVERY
def test_hidden_is_hidden_in_every_part_of_an_answer(lived: Board, statistic: Statistic) -> None:
    """With a threshold that no count reaches, not one figure but 0 and none is left anywhere."""
    for by in (None, *statistic.groupings):
        with lived.reading() as connection:
            found = answer(connection, statistic, Filters(group_by=by), 1_000_000)
        parts = [*found.groups, *([found.overall] if found.overall else [])]
        figures = [value for group in parts for value in group.totals.values()]
        figures += [value for group in parts for line in group.lines for value in line.values.values()]
        assert not any(figures), by
        assert not any(
            position.value or position.n for funnel in found.funnels for position in funnel.positions
        )
        assert found.hidden_below == 1_000_000


def test_the_mature_cells_are_hidden_together_with_the_young_ones(board: Board) -> None:
    """The Gard is of 2014, the others of April 2017: at the end of June 2017 these are too young."""
    rows = [
        durations.DurationRow(f"{code}-{number}", 1, code, day, day, day, None, "moved", 0, 0, None)
        for code, cases in (("gard", 20), ("isere", 3))
        for number in range(cases)
        for day in (date(2017, 6, 1),)
    ]
    board.replace(durations.DURATIONS, rows)
    filters = Filters(until=date(2017, 6, 30))
    with board.reading() as connection:
        shown = answer(connection, STATISTICS["durations"], filters).mature
        withheld = answer(connection, STATISTICS["durations"], filters, 11).mature
        grouped = answer(connection, STATISTICS["durations"], replace(filters, group_by=GroupBy.WAVE))
    assert shown is not None
    assert (shown.organisations, shown.group.totals["closed"]) == (["gard"], 20)
    assert withheld is not None
    assert withheld.group.totals["closed"] is None
    assert grouped.mature is None
    assert grouped.overall is not None
    assert grouped.overall.totals["closed"] == 23
