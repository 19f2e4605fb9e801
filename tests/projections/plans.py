"""How a database would look its rows up: by which index."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy import Connection, event


def plan_of(connection: Connection, ask: Callable[[], object]) -> str:
    """Return the plan of what `ask` sends, as the database would carry it out with many rows."""
    sent: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        sent.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    ask()
    event.remove(connection, "before_cursor_execute", note)
    on_postgresql = connection.dialect.name == "postgresql"
    if on_postgresql:  # or else it scans what has but a few rows
        connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
    lines: list[str] = []
    for statement, parameters in sent:
        explain = "EXPLAIN " if on_postgresql else "EXPLAIN QUERY PLAN "
        found = connection.exec_driver_sql(explain + statement, parameters)  # type: ignore[arg-type]
        lines += [str(row[-1]) for row in found]
    return "\n".join(lines)
