"""Which tables the database holds, and how they get to be the ones this program knows."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from adapters import database_sqlite
from adapters.connections import engine as engine_for
from adapters.connections import glancing, writing
from adapters.storage_errors import SchemaMissing, SchemaOutdated, SchemaTooNew

REVISIONS: Final = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
"""Every revision in `adapters/migrations`, oldest first: known here so that no command waits for Alembic to load."""

HEAD: Final = REVISIONS[-1]

_UPGRADE_PATIENCE_SECONDS: Final = 60.0
_UPGRADE_LOCK: Final = 0x46696C526F756765  # "FilRouge": PostgreSQL knows advisory locks by number


class SchemaState(enum.Enum):
    """How the stored tables compare with the ones this program knows."""

    ABSENT = "absent"
    OUTDATED = "outdated"
    CURRENT = "current"
    NEWER = "newer"


@dataclass(frozen=True)
class Schema:
    """The revision found in a database (None: no tables of ours) and what it means."""

    state: SchemaState
    found: str | None


def schema_of(revision: str | None) -> Schema:
    """What a stored revision means to this program."""
    if revision is None:
        return Schema(SchemaState.ABSENT, None)
    if revision == HEAD:
        return Schema(SchemaState.CURRENT, revision)
    return Schema(SchemaState.OUTDATED if revision in REVISIONS else SchemaState.NEWER, revision)


def schema_state(engine: Engine) -> SchemaState:
    """Look at the database's revision, one small query; a missing SQLite file is ABSENT and stays missing.

    Raises `DatabaseLocked` and `DatabaseUnavailable`.
    """
    return _schema(engine).state


def require_current_schema(engine: Engine) -> None:
    """Refuse to work on tables that are not those of this program.

    Raises `SchemaMissing`, `SchemaOutdated` or `SchemaTooNew`.
    """
    refuse_other_schema(_schema(engine).found)


def refuse_other_schema(revision: str | None) -> None:
    """Raise what is wrong with a stored revision: `SchemaMissing`, `SchemaOutdated`, `SchemaTooNew`; or nothing."""
    if revision == HEAD:
        return
    if revision is None:
        raise SchemaMissing(HEAD)
    if revision in REVISIONS:
        raise SchemaOutdated(revision, HEAD)
    raise SchemaTooNew(revision, HEAD)


def upgrade(database_url: str) -> None:
    """Bring a database to this program's revision, creating it when there is none.

    Several processes may start at once: one does the work in a single
    transaction, the others wait and find it done.

    Raises `SchemaTooNew`, having touched nothing, when a later version of the
    program was here; `DatabaseLocked` and `DatabaseUnavailable`.
    """
    engine = engine_for(database_url, lock_timeout_seconds=_UPGRADE_PATIENCE_SECONDS)
    try:
        if schema_state(engine) is SchemaState.CURRENT:
            return
        with writing(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
            found = schema_of(_revision(connection))
            if found.state is SchemaState.NEWER:
                raise SchemaTooNew(str(found.found), HEAD)
            if found.state is not SchemaState.CURRENT:
                _run_migrations(connection)
    finally:
        engine.dispose()


def _schema(engine: Engine) -> Schema:
    if not database_sqlite.exists(engine):
        return schema_of(None)
    with glancing(engine) as connection:  # `reading` already needs the tables
        return schema_of(_revision(connection))


def _revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _run_migrations(connection: Connection) -> None:
    # Loaded only here: Alembic takes longer to import than a command takes to run.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
