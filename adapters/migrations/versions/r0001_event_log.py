"""The event log, its head, and the durable tables around it.

A revision is history too: it never changes once released, and imports nothing
of the program that could.

Append-only is kept by the database itself. SQLite's REPLACE removes the row it
replaces without firing the DELETE trigger, so the two ways of hitting an
existing row are refused before the insert; PostgreSQL has no REPLACE, but has
TRUNCATE, and triggers that a replication role could switch off.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

GENESIS = "0" * 64

SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are append-only: UPDATE is refused'); END
    """,
    """
    CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are append-only: DELETE is refused'); END
    """,
    """
    CREATE TRIGGER events_refuse_replace_position BEFORE INSERT ON events
    WHEN EXISTS (SELECT 1 FROM events WHERE position = NEW.position)
    BEGIN SELECT RAISE(ABORT, 'events are append-only: this position is taken'); END
    """,
    """
    CREATE TRIGGER events_refuse_replace_version BEFORE INSERT ON events
    WHEN EXISTS (SELECT 1 FROM events WHERE case_id = NEW.case_id AND version = NEW.version)
    BEGIN SELECT RAISE(ABORT, 'events are append-only: this version of the case is taken'); END
    """,
    """
    CREATE TRIGGER event_log_head_refuse_delete BEFORE DELETE ON event_log_head
    BEGIN SELECT RAISE(ABORT, 'the head of the event log stays: DELETE is refused'); END
    """,
)

POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'events are append-only: % is refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE FUNCTION event_log_head_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the head of the event log stays: % is refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE TRIGGER events_refuse_change BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION events_refuse()
    """,
    """
    CREATE TRIGGER events_refuse_truncate BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION events_refuse()
    """,
    """
    CREATE TRIGGER event_log_head_refuse_loss BEFORE DELETE OR TRUNCATE ON event_log_head
    FOR EACH STATEMENT EXECUTE FUNCTION event_log_head_refuse()
    """,
    "ALTER TABLE events ENABLE ALWAYS TRIGGER events_refuse_change",
    "ALTER TABLE events ENABLE ALWAYS TRIGGER events_refuse_truncate",
    "ALTER TABLE event_log_head ENABLE ALWAYS TRIGGER event_log_head_refuse_loss",
)


def upgrade() -> None:
    """Create everything; on both databases the caller's transaction makes it all or nothing."""
    position = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    _create(
        "events",
        sa.Column("position", position, primary_key=True, autoincrement=False),
        _text("case_id"),
        sa.Column("version", sa.Integer, nullable=False),
        _text("topic"),
        sa.Column("schema_version", sa.Integer, nullable=False),
        _text("occurred_on"),
        _text("recorded_at"),
        _text("actor"),
        _text("acting_as"),
        _text("organisation"),
        _text("correlation_id"),
        _text("causation_id", nullable=True),
        _text("payload"),
        _text("hash"),
        sa.UniqueConstraint("case_id", "version", name="uq_events_case_version"),
    )
    head = _create(
        "event_log_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", position, nullable=False),
        _text("hash"),
        sa.CheckConstraint("id = 1", name="ck_event_log_head_single_row"),
    )
    op.execute(head.insert().values(id=1, position=0, hash=GENESIS))
    _create(
        "idempotency",
        sa.Column("actor", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        _text("request_hash"),
        sa.Column("status", sa.Integer, nullable=False),
        _text("response"),
        _text("recorded_at"),
    )
    _create(
        "read_models",
        sa.Column("name", sa.Text, primary_key=True),
        _text("version"),
        sa.Column("position", position, nullable=False),
    )
    _create(
        "people",
        sa.Column("person_id", sa.Text, primary_key=True),
        _text("nir_pseudonym", nullable=True),
        _text("identity", nullable=True),
        _text("recorded_at"),
        _text("erased_at", nullable=True),
        sa.UniqueConstraint("nir_pseudonym", name="uq_people_nir_pseudonym"),
    )
    _create(
        "tokens",
        sa.Column("token_id", sa.Text, primary_key=True),
        _text("token_hash"),
        _text("actor"),
        _text("role"),
        _text("organisation", nullable=True),
        _text("label"),
        _text("created_at"),
        _text("expires_at", nullable=True),
        _text("last_used_at", nullable=True),
        _text("revoked_at", nullable=True),
        sa.UniqueConstraint("token_hash", name="uq_tokens_token_hash"),
    )
    for statement in SQLITE_TRIGGERS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_TRIGGERS:
        op.execute(statement)


def _create(name: str, *items: Any) -> sa.Table:
    return op.create_table(name, *items, sqlite_strict=True)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)
