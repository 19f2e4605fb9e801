"""Looks at a database without changing it: are its guards in place, and do its keys go with it?"""

from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from adapters import database
from adapters.key_file import load_master_keys
from adapters.keys import open_key_store
from adapters.settings import Settings
from adapters.tables import event_log_head
from adapters.vault import Vault
from domain.errors import FilRougeError


class PurgeDelayed(FilRougeError):
    """Keys that were destroyed may still lie in the write-ahead log of their store: somebody reads it."""

    def __str__(self) -> str:
        """Say so."""
        return "destroyed keys may still be in the write-ahead log of the store of keys, which another process reads"


_SQLITE_GUARDS: Final = frozenset(
    {
        "events_refuse_update",
        "events_refuse_delete",
        "events_refuse_replace_position",
        "events_refuse_replace_version",
        "event_log_head_refuse_delete",
        *(
            f"{table}_refuse_{what}"
            for table in ("accesses", "accessed_cases")
            for what in ("update", "delete", "replace")
        ),
    }
)
_POSTGRESQL_GUARDS: Final = frozenset(
    {
        "events_refuse_change",
        "events_refuse_truncate",
        "event_log_head_refuse_loss",
        *(
            f"{table}_refuse_{what}"
            for table in ("accesses", "accessed_cases")
            for what in ("update", "delete", "truncate")
        ),
    }
)

_SQLITE_TRIGGERS: Final = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
# 'A' is ALWAYS: a session that says it replicates cannot switch it off.
_POSTGRESQL_TRIGGERS: Final = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'"


def missing_guards(connection: Connection) -> list[str]:
    """Return the triggers that keep the events and the log of accesses append-only and are not there, or are off."""
    sqlite = connection.dialect.name == "sqlite"
    there = set(connection.execute(sa.text(_SQLITE_TRIGGERS if sqlite else _POSTGRESQL_TRIGGERS)).scalars())
    return sorted((_SQLITE_GUARDS if sqlite else _POSTGRESQL_GUARDS) - there)


def head_is_there(connection: Connection) -> bool:
    """Tell whether the event log has its head, without which nothing can be appended."""
    return connection.execute(sa.select(event_log_head.c.id)).scalar() is not None


def check_keys(settings: Settings, engine: Engine) -> None:
    """Refuse a store of keys that is not there, or does not go with the database.

    Raises KeyStoreMissing, KeyStoreMismatch and PurgeDelayed, and the errors of the master key and of the store of keys.
    """
    keys = open_key_store(settings.keys_url, load_master_keys(settings), make=False)
    try:
        with database.reading(engine) as connection:
            Vault(keys).check(connection)
        if not keys.is_purged():
            raise PurgeDelayed
    finally:
        keys.close()
