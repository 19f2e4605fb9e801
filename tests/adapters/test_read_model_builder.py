"""Rows and tallies built from the log into any tables are those that the commands left, also in memory."""

from __future__ import annotations

from random import Random

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from adapters.bulk_writer import BulkWriter
from adapters.database import reading, writing
from adapters.read_model_builder import Builder
from adapters.replay import cases, every_case, strung_streams
from projections.facts import METADATA
from projections.registry import READ_MODELS
from tests.adapters.playing import Play
from tests.service import WAVES, Cells


def in_memory() -> sa.Engine:
    """Return a database that is forgotten with its only connection."""
    return sa.create_engine("sqlite://", poolclass=StaticPool)


def test_a_database_in_memory_gets_the_very_rows_that_are_stored(cells: Cells) -> None:
    for _ in Play(cells, Random(11)).turns(25, 20):
        pass
    stored = cells.stored()
    engine = in_memory()
    builder = Builder(READ_MODELS.values(), engine, cells.service.settings.deadlines)
    with reading(cells.service.engine) as source, engine.begin() as connection:
        METADATA.create_all(connection)
        found = list(every_case(source))
        builder.take(connection, found[:5])
        builder.take(connection, [])
        builder.take(connection, found[5:])
        builder.finish(connection, WAVES)
        for model in READ_MODELS.values():
            for table in model.tables:
                rows = connection.execute(table.select().order_by(*table.primary_key)).all()
                assert list(map(tuple, rows)) == stored[table.name]
    engine.dispose()


def test_only_some_cases_and_events_can_be_read(cells: Cells) -> None:
    for _ in Play(cells, Random(5)).turns(8, 6):
        pass
    with reading(cells.service.engine) as connection:
        every = {case.case_id: case for case in every_case(connection)}
        first, second, *_ = every
        asked = list(cases(strung_streams(connection, "case_id > ? AND version <= ?", (first, 1), limit=1)))
    assert [case.case_id for case in asked] == [second]
    assert asked[0].version == 1


def test_whatever_a_text_holds_it_is_stored_as_it_is(cells: Cells) -> None:
    """COPY has separators of its own: a value that holds one must come back whole."""
    table = READ_MODELS["detection_sources"].table
    model = READ_MODELS["detection_sources"]
    day = cells.clock.now.date()
    strange = ["tab\there", "line\nhere", "back\\slash", "\\N", "return\rhere", "é🦷 '\"", "", "plain"]
    rows = [
        model.row(f"c{n}", text, day, text, None if n % 2 else text, "o") for n, text in enumerate(strange)
    ]
    writer = BulkWriter(table, cells.service.engine)
    with writing(cells.service.engine) as connection:
        writer.insert(connection, writer.storable(rows))
        writer.insert(connection, writer.storable([]))
        found = connection.execute(table.select().order_by(table.c.case_id)).all()
    assert [model.row(*row) for row in found] == rows
