"""How often somebody tried to come in.

A revision is history too: it never changes once released, and imports nothing
of the program that could.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; on both databases the caller's transaction makes it all or nothing."""
    op.create_table(
        "attempts",
        sa.Column("attempt_id", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_attempts_key", "attempts", ["key", "expires_at"])
    op.create_index("ix_attempts_expires_at", "attempts", ["expires_at"])
