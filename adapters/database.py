"""The database, seen from the rest of the program: everything about it is imported from here.

How to reach it is in `adapters.connections`, which tables it holds in
`adapters.schema`, what can go wrong in `adapters.storage_errors`.
"""

from adapters.connections import LOCK_TIMEOUT_SECONDS, committing, engine, glance, glancing, reading, writing
from adapters.schema import SchemaState, require_current_schema, schema_state, upgrade
from adapters.storage_errors import (
    DatabaseLocked,
    DatabaseUnavailable,
    DatabaseUrlRefused,
    SchemaMismatch,
    SchemaMissing,
    SchemaOutdated,
    SchemaTooNew,
    StorageError,
    TextRefused,
)

__all__ = [
    "LOCK_TIMEOUT_SECONDS",
    "DatabaseLocked",
    "DatabaseUnavailable",
    "DatabaseUrlRefused",
    "SchemaMismatch",
    "SchemaMissing",
    "SchemaOutdated",
    "SchemaState",
    "SchemaTooNew",
    "StorageError",
    "TextRefused",
    "committing",
    "engine",
    "glance",
    "glancing",
    "reading",
    "require_current_schema",
    "schema_state",
    "upgrade",
    "writing",
]
