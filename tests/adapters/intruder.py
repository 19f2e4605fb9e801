"""An intruder with full rights on the database, who first drops whatever stands in the way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from adapters.hash_chain import GENESIS, link
from adapters.recorded_event import COLUMNS


class Intruder:
    """Someone at the database's own prompt."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        if connection.dialect.name == "sqlite":
            for name in self.do("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
                self.do(f"DROP TRIGGER {name}")
        else:
            self.do("ALTER TABLE events DISABLE TRIGGER ALL")
            self.do("ALTER TABLE event_log_head DISABLE TRIGGER ALL")

    def do(self, statement: str, **parameters: Any) -> Any:
        return self._connection.execute(text(statement), parameters)

    def row(self, position: int) -> list[Any]:
        return list(self.do(f"SELECT {', '.join(COLUMNS)} FROM events WHERE position = :p", p=position).one())

    def alter(self, position: int) -> None:
        self.do('UPDATE events SET payload = \'{"source":"partner"}\' WHERE position = :p', p=position)

    def remove(self, position: int) -> None:
        self.do("DELETE FROM events WHERE position = :p", p=position)

    def move(self, position: int, to: int) -> None:
        self.do("UPDATE events SET position = :t WHERE position = :p", p=position, t=to)

    def swap(self, one: int, other: int) -> None:
        self.move(one, -99)
        self.move(other, one)
        self.move(-99, other)

    def shift(self, start: int, by: int) -> None:
        """Renumber every event from `start` on (in two steps: positions are unique)."""
        self.do("UPDATE events SET position = -position - 1000 WHERE position >= :s", s=start)
        self.do("UPDATE events SET position = -position - 1000 + :b WHERE position < -1000", b=by)

    def insert(self, position: int, case_id: str, version: int, digest: str) -> None:
        row: dict[str, Any] = dict.fromkeys(COLUMNS, "forged")
        row |= {
            "position": position,
            "case_id": case_id,
            "version": version,
            "schema_version": 1,
            "hash": digest,
        }
        self.do(f"INSERT INTO events VALUES ({', '.join(f':{name}' for name in COLUMNS)})", **row)

    def rehash(self, position: int) -> None:
        """Give one event a hash that fits its content and its predecessor."""
        previous = self.row(position - 1)[-1] if position > 1 else GENESIS
        digest = link(previous, self.row(position)[:-1])
        self.do("UPDATE events SET hash = :h WHERE position = :p", h=digest, p=position)

    def set_head(self, position: int, digest: str | None = None) -> None:
        self.do("UPDATE event_log_head SET position = :p", p=position)
        if digest is not None:
            self.do("UPDATE event_log_head SET hash = :h", h=digest)
