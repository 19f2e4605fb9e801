"""What the data dictionary gives to copy runs on both databases, and gives what the statistic of that name gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from adapters.database import reading
from projections.figures import NO_GROUP
from projections.queries import QUERIES, Query
from projections.reports import STATISTICS
from projections.statistics import Filters, GroupBy
from tests.databases import KINDS, Databases
from tests.demo.conftest import Filled, filled

EVERY = [(name, query) for name, queries in QUERIES.items() for query in queries]


@pytest.fixture(scope="module", params=KINDS)
def cohort(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Filled]:
    """A small national cohort, on each database."""
    home = tmp_path_factory.mktemp("cohort")
    with filled(databases, request.param, home, cases=150, seed=5, national=True) as made:
        yield made


def grouping(row: dict[str, Any]) -> GroupBy | None:
    """Return what the rows of a query are grouped by."""
    return next((by for by in GroupBy if by.value in row), None)


@pytest.mark.parametrize(("name", "query"), EVERY, ids=[f"{name}-{query.statistic}" for name, query in EVERY])
def test_a_query_gives_what_the_statistic_gives(cohort: Filled, name: str, query: Query) -> None:
    statistic = STATISTICS[query.statistic]
    with reading(cohort.service.engine) as connection:
        rows = [dict(row) for row in connection.execute(text(query.sql)).mappings()]
        assert rows
        by = grouping(rows[0])
        groups = {group.group: group for group in statistic.read(connection, Filters(group_by=by)).groups}
    for row in rows:
        group = groups[row.pop(by.value) if by is not None else NO_GROUP]
        line = row.pop("line", None)
        figures = group.line(line).values if line is not None else group.totals
        assert row
        for column, found in row.items():
            expected = figures[column]
            if expected is None:
                assert found is None, column
            else:  # a half is rounded up by one database and to the even by the other
                assert float(found) == pytest.approx(expected, abs=0.0101), (group.group, line, column)
    if by in (GroupBy.ORGANISATION, GroupBy.WAVE):
        assert len(rows) == len(groups), "every group is there"


def test_every_statistic_has_a_query() -> None:
    assert set(QUERIES) == {*STATISTICS, ""}
    for name, query in EVERY:
        assert all(query.about), name
        assert name in ("", query.statistic)
