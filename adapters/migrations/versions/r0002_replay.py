"""What a replay needs: events set aside because they cannot be read, and where each read model fell behind.

A revision is history too: it never changes once released, and imports nothing
of the program that could.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything; on both databases the caller's transaction makes it all or nothing."""
    position = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("read_models", sa.Column("behind_since", position, nullable=True))
    op.create_table(
        "parked_events",
        sa.Column("read_model", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("position", position, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("parked_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "rebuild_under_way",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("started_at", sa.Text, nullable=False),
        sa.Column("done", position, nullable=False),
        sa.Column("total", position, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_rebuild_under_way_single_row"),
        sqlite_strict=True,
    )
    op.create_table(
        "read_model_fence",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_strict=True,
    )
