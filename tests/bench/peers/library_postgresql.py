"""The view of `library` on PostgreSQL. Apart, since the library's PostgreSQL asks for a pool that only `make bench`
installs.
"""

from typing import Any

from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from psycopg.sql import SQL

from tests.bench.peers import library
from tests.bench.peers.fed import Standing


class PostgresStandings(PostgresTrackingRecorder):
    """Where each case stands, on PostgreSQL."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.sql_create_statements.append(SQL(library.TABLE).format())

    def take(self, statement: str, values: tuple[Any, ...], tracking: Tracking) -> None:
        """Run one statement, and note up to where the view is, together."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(statement.replace("?", "%s").encode(), values, prepare=True)
            self._insert_tracking(cursor, tracking)

    def standings(self) -> set[Standing]:
        """Return the view."""
        with self.datastore.transaction() as cursor:
            rows: list[Any] = cursor.execute(library.STANDINGS).fetchall()
        return {tuple(row.values()) for row in rows}

    def empty(self) -> None:
        """Begin again."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute("TRUNCATE standings")
            cursor.execute(
                f"DELETE FROM {self.tracking_table_name} WHERE application_name = 'Cases'".encode()
            )
