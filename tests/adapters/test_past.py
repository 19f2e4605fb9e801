"""The past is computed by the very tables and queries of the present."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from sqlalchemy import Connection

from adapters.database import reading
from adapters.log_head import head_of
from adapters.past import Cut, built, cases_then
from domain.as_of import AsOf, Basis
from domain.commands.follow_up import Close, LogContact
from domain.commands.intake import Accept, RecordConsent
from domain.vocabulary import Channel
from projections import organisations
from projections.registry import READ_MODELS
from projections.reports import STATISTICS
from projections.statistics import Filters
from tests.adapters.playing import Play, with_number
from tests.builders import day, referral
from tests.service import Cells
from workflows.closing import ClosingReason

Tables = dict[str, list[tuple[Any, ...]]]
FAR = date(2999, 1, 1)


def tables(connection: Connection) -> Tables:
    """Return every read model's rows, tallies and organisations included."""
    names = [organisations.TABLE, *(table for model in READ_MODELS.values() for table in model.tables)]
    return {
        table.name: [tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key))]
        for table in names
    }


def live(cells: Cells) -> Tables:
    with reading(cells.service.engine) as connection:
        return tables(connection)


def then(cells: Cells, as_of: AsOf | None, position: int | None = None) -> Tables:
    cut = Cut(head_of(cells.service.engine).position if position is None else position, as_of)
    with built(
        cells.service.engine, READ_MODELS.values(), cells.service.settings.deadlines, cut
    ) as connection:
        return tables(connection)


def test_what_had_been_recorded_by_a_day_is_what_one_saw_at_its_end(cells: Cells) -> None:
    """Corrections, late entries and transfers included: each day's tables are kept, and computed again afterwards."""
    play = Play(cells, Random(11))
    seen: dict[date, Tables] = {}
    for _ in play.turns(40, 6):
        seen[play.today] = live(cells)
    assert len(seen) > 10
    for last, tables_then in seen.items():
        assert then(cells, AsOf(last, Basis.RECORDED)) == tables_then


def test_up_to_an_event_it_is_what_there_was_when_it_was_the_last(cells: Cells) -> None:
    play = Play(cells, Random(12))
    seen: dict[int, Tables] = {}
    for _ in play.turns(15, 6):
        seen[head_of(cells.service.engine).position] = live(cells)
    for position, tables_then in seen.items():
        assert then(cells, None, position) == tables_then


def test_by_a_day_to_come_everything_had_happened(cells: Cells) -> None:
    play = Play(cells, Random(13))
    for _ in play.turns(25, 6):
        pass
    assert then(cells, AsOf(FAR, Basis.HAPPENED)) == live(cells)
    assert then(cells, AsOf(FAR, Basis.RECORDED)) == live(cells)


def test_the_two_senses_differ_where_something_was_entered_late(cells: Cells) -> None:
    """A closing of day 40 that was entered on day 60, in one cell; on day 50 the other cell closed nothing either."""
    late = cells.refer(referral(occurred_on=day(0))).case_id
    cells.clock.set_day(day(60))
    cells.act(late, Accept(counsellor="marie", occurred_on=day(1)), RecordConsent(occurred_on=day(2)))
    cells.act(
        late,
        LogContact(channel=Channel.PHONE, reached=True, occurred_on=day(3)),
        Close(reason=ClosingReason.MOVED, occurred_on=day(45)),
    )

    def closed(basis: Basis) -> int:
        statistic = STATISTICS["durations"]
        cut = Cut(head_of(cells.service.engine).position, AsOf(day(50), basis))
        with built(
            cells.service.engine, statistic.models, cells.service.settings.deadlines, cut
        ) as connection:
            [group] = statistic.read(connection, Filters()).groups
        return int(group.totals["closed"] or 0)

    assert closed(Basis.HAPPENED) == 1
    assert closed(Basis.RECORDED) == 0


def test_nothing_is_written_where_others_see_it(cells: Cells) -> None:
    cells.refer(referral())
    before = cells.everything()
    then(cells, AsOf(day(0), Basis.HAPPENED))
    assert cells.everything() == before


def test_many_cases_are_read_some_at_a_time(cells: Cells) -> None:
    """More than one batch, and progress that ends at the end."""
    import adapters.past as past

    many = [cells.refer(referral(person=with_number(number))).case_id for number in range(7)]
    told: list[tuple[int, int]] = []
    cut = Cut(head_of(cells.service.engine).position)
    batch, past._BATCH = past._BATCH, 3  # type: ignore[misc]
    try:
        some = list(cases_then(cells.service.engine, cut, lambda done, total: told.append((done, total))))
    finally:
        past._BATCH = batch  # type: ignore[misc]
    assert [len(cases) for cases in some] == [3, 3, 1]
    assert sorted(case.case_id for cases in some for case in cases) == sorted(many)
    assert [done for done, _ in told] == [3, 6, 7]
