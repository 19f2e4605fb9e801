"""The exports that were asked for over the API: who asked, what is fixed, how far it is.

A revision is history too: it never changes once released, and imports nothing
of the program that could.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; on both databases the caller's transaction makes it all or nothing."""
    position = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "exports",
        sa.Column("export_id", sa.Text, primary_key=True),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("done", position, nullable=False),
        sa.Column("total", position, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("asked_at", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text, nullable=True),
        sa.Column("worker", sa.Text, nullable=True),
        sa.Column("lease_until", sa.Text, nullable=True),
        sa.Column("problem", sa.Text, nullable=True),
        sa.Column("manifest", sa.Text, nullable=True),
        sqlite_strict=True,
    )
    op.create_index("ix_exports_author", "exports", ["author", "export_id"])
    op.create_index("ix_exports_state", "exports", ["state", "export_id"])
