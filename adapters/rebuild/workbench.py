"""The engine that a rebuild works on: set up for few, large transactions that may all be lost.

What a rebuild writes before the swap is worth nothing, so its commits need not wait for the disk. The swap's does
not either: should a power cut take it, the old tables are back, whole. What commands acknowledged is never among
what may be lost, since theirs are the commits that wait.
"""

import sqlite3
from typing import Any, Final

from sqlalchemy import Engine, event

from adapters.connections import engine as engine_for
from adapters.ways import ways

_PATIENCE_SECONDS: Final = 60.0
"""How long it waits for the lock: it has time, and whoever gives commands comes first."""

_SQLITE: Final = (
    "synchronous = NORMAL",
    "cache_size = -65536",  # 64 MB: what sorts an index, and keeps the upper pages of every table
    "legacy_alter_table = ON",
    "threads = 2",  # for the same sorting
    "temp_store = MEMORY",
    # 1 MB. Whoever finds a write-ahead log longer than 1,000 pages when it commits works it off first: left to the
    # commands, that took them longer than the lock did.
    "wal_autocheckpoint = 250",
)
_SQLITE_READER: Final = ("cache_size = -32768",)
_POSTGRESQL: Final = {
    "synchronous_commit": "off",
    "maintenance_work_mem": "128MB",
    "work_mem": "32MB",
    "jit": "off",
    # Cases are read in the order of the index. New tables have no statistics yet that would tell the planner.
    "enable_hashagg": "off",
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "max_parallel_workers_per_gather": "0",
}


def workbench(url: str) -> Engine:
    """Return such an engine; dispose of it when done."""
    made = engine_for(url, lock_timeout_seconds=_PATIENCE_SECONDS)
    event.listen(made, "connect", _set_up)
    if made.dialect.name == "sqlite":
        event.listen(ways(made).reading, "connect", _set_up_reader)
    return made


def _set_up(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        for pragma in _SQLITE:
            connection.execute(f"PRAGMA {pragma}")
        return
    for name, value in _POSTGRESQL.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    connection.commit()


def _set_up_reader(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in _SQLITE_READER:
        connection.execute(f"PRAGMA {pragma}")
