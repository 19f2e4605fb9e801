"""Who saw what: the log of accesses, and the glass that was broken.

A revision is history too: it never changes once released, and imports nothing
of the program that could.

Append-only is kept by the database itself, as for the events, but for one
thing: a row older than six months, the shortest keeping that is recommended
(CNIL, deliberation 2021-122 of 14 October 2021), may be deleted. The clock is
the database's own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_SQLITE_YOUNG = "strftime('%Y-%m-%dT%H:%M:%S', 'now', '-6 months')"
_POSTGRESQL_YOUNG = "to_char(now() AT TIME ZONE 'UTC' - interval '6 months', 'YYYY-MM-DD\"T\"HH24:MI:SS')"

SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER accesses_refuse_update BEFORE UPDATE ON accesses
    BEGIN SELECT RAISE(ABORT, 'accesses are append-only: UPDATE is refused'); END
    """,
    f"""
    CREATE TRIGGER accesses_refuse_delete BEFORE DELETE ON accesses
    WHEN OLD.at >= {_SQLITE_YOUNG}
    BEGIN SELECT RAISE(ABORT, 'accesses are kept for six months at least: DELETE is refused'); END
    """,
    """
    CREATE TRIGGER accesses_refuse_replace BEFORE INSERT ON accesses
    WHEN EXISTS (SELECT 1 FROM accesses WHERE access_id = NEW.access_id)
    BEGIN SELECT RAISE(ABORT, 'accesses are append-only: this id is taken'); END
    """,
    """
    CREATE TRIGGER accessed_cases_refuse_update BEFORE UPDATE ON accessed_cases
    BEGIN SELECT RAISE(ABORT, 'accesses are append-only: UPDATE is refused'); END
    """,
    f"""
    CREATE TRIGGER accessed_cases_refuse_delete BEFORE DELETE ON accessed_cases
    WHEN EXISTS (SELECT 1 FROM accesses WHERE access_id = OLD.access_id AND at >= {_SQLITE_YOUNG})
    BEGIN SELECT RAISE(ABORT, 'accesses are kept for six months at least: DELETE is refused'); END
    """,  # noqa: S608 - our own words only
    """
    CREATE TRIGGER accessed_cases_refuse_replace BEFORE INSERT ON accessed_cases
    WHEN EXISTS (SELECT 1 FROM accessed_cases WHERE access_id = NEW.access_id AND case_id = NEW.case_id)
    BEGIN SELECT RAISE(ABORT, 'accesses are append-only: this case is there'); END
    """,
)

POSTGRESQL_TRIGGERS = (
    """
    CREATE OR REPLACE FUNCTION accesses_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'accesses are append-only: % is refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    f"""
    CREATE OR REPLACE FUNCTION accesses_refuse_young() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.at >= {_POSTGRESQL_YOUNG} THEN
            RAISE EXCEPTION 'accesses are kept for six months at least: % is refused', TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END $$
    """,
    f"""
    CREATE OR REPLACE FUNCTION accessed_cases_refuse_young() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM accesses WHERE access_id = OLD.access_id AND at >= {_POSTGRESQL_YOUNG}) THEN
            RAISE EXCEPTION 'accesses are kept for six months at least: % is refused', TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END $$
    """,  # noqa: S608 - our own words only
    """
    CREATE TRIGGER accesses_refuse_update BEFORE UPDATE ON accesses
    FOR EACH ROW EXECUTE FUNCTION accesses_refuse()
    """,
    """
    CREATE TRIGGER accesses_refuse_delete BEFORE DELETE ON accesses
    FOR EACH ROW EXECUTE FUNCTION accesses_refuse_young()
    """,
    """
    CREATE TRIGGER accesses_refuse_truncate BEFORE TRUNCATE ON accesses
    FOR EACH STATEMENT EXECUTE FUNCTION accesses_refuse()
    """,
    """
    CREATE TRIGGER accessed_cases_refuse_update BEFORE UPDATE ON accessed_cases
    FOR EACH ROW EXECUTE FUNCTION accesses_refuse()
    """,
    """
    CREATE TRIGGER accessed_cases_refuse_delete BEFORE DELETE ON accessed_cases
    FOR EACH ROW EXECUTE FUNCTION accessed_cases_refuse_young()
    """,
    """
    CREATE TRIGGER accessed_cases_refuse_truncate BEFORE TRUNCATE ON accessed_cases
    FOR EACH STATEMENT EXECUTE FUNCTION accesses_refuse()
    """,
    *(
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_refuse_{what}"
        for table in ("accesses", "accessed_cases")
        for what in ("update", "delete", "truncate")
    ),
)


def upgrade() -> None:
    """Create the tables; on both databases the caller's transaction makes it all or nothing."""
    op.create_table(
        "accesses",
        sa.Column("access_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=True),
        sa.Column("permission", sa.Text, nullable=True),
        sa.Column("ground", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=True),
        sa.Column("token_id", sa.Text, nullable=True),
        sa.Column("session_id", sa.Text, nullable=True),
        sa.Column("past_day", sa.Text, nullable=True),
        sa.Column("export_id", sa.Text, nullable=True),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("note", sa.Text, nullable=True),
        sa.Column("until", sa.Text, nullable=True),
        sqlite_strict=True,
    )
    op.create_index("ix_accesses_actor", "accesses", ["actor", "access_id"])
    op.create_index("ix_accesses_kind", "accesses", ["kind", "access_id"])
    op.create_table(
        "accessed_cases",
        sa.Column("access_id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_accessed_cases_case", "accessed_cases", ["case_id", "access_id"])
    for statement in SQLITE_TRIGGERS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_TRIGGERS:
        op.execute(statement)
