"""The tables of the store of keys: a database of its own, so a schema of its own with its own version."""

from typing import Final

from sqlalchemy import CheckConstraint, Column, Integer, LargeBinary, MetaData, Table, Text

SCHEMA_VERSION: Final = 1

metadata: Final = MetaData()

key_store: Final = Table(
    "key_store",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("schema_version", Integer, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
    sqlite_strict=True,
)

secrets: Final = Table(
    "secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("master_key_id", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    sqlite_strict=True,
)

# A destroyed key keeps its row, without the key. The index finds what a former master key still wraps.
person_keys: Final = Table(
    "person_keys",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("master_key_id", Text, nullable=True, index=True),
    Column("wrapped_key", LargeBinary, nullable=True),
    CheckConstraint("(master_key_id IS NULL) = (wrapped_key IS NULL)", name="whole_or_destroyed"),
    sqlite_strict=True,
)
