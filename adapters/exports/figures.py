"""A statistic computed for an export: its read models are built from the log, up to its event, in a private database.

The database is a temporary file of SQLite's own without a name, so that a large log costs disk and not memory, and
nothing of it is left behind. The very queries of the API then run on it.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Final

import msgspec
from sqlalchemy import Connection, MetaData, StaticPool, create_engine

from adapters.exports import statistics
from adapters.exports.log import Known, LogReader
from adapters.exports.manifest import Order
from adapters.exports.sheet import Sheet
from adapters.read_model_builder import Builder
from adapters.row_writer import RowWriter
from domain.vocabulary import Wave
from projections import organisations as register
from projections.read_model import ReadModel
from projections.reports import STATISTICS
from projections.statistics import GroupBy
from workflows.deadlines import Deadlines
from workflows.labels import Language

_BATCH: Final = 500
_CACHE_KIBIBYTES: Final = 16_384


@contextmanager
def computed(order: Order, reader: LogReader, cases: Iterable[Known]) -> Iterator[Sheet]:
    """Compute the statistic of an order, small counts hidden, for the block. Raises PeriodBackwards, NotOffered."""
    statistic = STATISTICS[order.name or ""]
    filters = order.wanted.filters
    with _private() as connection:
        names = _build(connection, reader, cases, statistic.models, order.deadlines)
        figures = statistic.read(connection, filters)
        labels = _labels(filters.group_by, names, order.language)
        yield statistics.sheet(
            statistic.shape, figures.groups, lambda code: labels.get(code, code), order.language
        )


@contextmanager
def _private() -> Iterator[Connection]:
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect("", isolation_level=None),
        poolclass=StaticPool,
        hide_parameters=True,
    )
    try:
        with engine.connect() as connection:
            for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE_KIBIBYTES}"):
                connection.exec_driver_sql(f"PRAGMA {pragma}")
            connection.exec_driver_sql("BEGIN")  # never committed: there is nothing to keep
            yield connection
    finally:
        engine.dispose()


def _build(
    connection: Connection,
    reader: LogReader,
    cases: Iterable[Known],
    models: Iterable[ReadModel],
    deadlines: Deadlines,
) -> dict[str, str]:
    """Build read models, and the register; return the organisations' names."""
    registered = [register.row(event) for event in reader.organisations()]
    register.TABLE.create(connection)
    RowWriter(register.TABLE, connection.engine).insert(connection, map(msgspec.structs.astuple, registered))
    waves = {row.code: row.wave for row in registered}
    chosen = list(models)
    for table in (table for model in chosen for table in model.tables):
        bare = table.to_metadata(MetaData())
        bare.indexes.clear()  # few rows are ever looked for, and the past may hold what no index of today allows
        bare.create(connection)
    builder = Builder(chosen, connection.engine, deadlines)
    known = iter(cases)
    while some := list(islice(known, _BATCH)):
        builder.take(connection, [one.case for one in some])
    builder.finish(connection, waves)
    return {row.code: row.name for row in registered}


def _labels(by: GroupBy | None, names: dict[str, str], language: Language) -> dict[str, str]:
    """Return the groups that have another name than their code."""
    if by is GroupBy.WAVE:
        return {wave.value: wave.label(language) for wave in Wave}
    return names if by is GroupBy.ORGANISATION else {}
