"""People who turned out to be one: the person that each was recognised as.

A revision is history too: it never changes once released, and imports nothing
of the program that could.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; on both databases the caller's transaction makes it all or nothing."""
    op.add_column("people", sa.Column("same_as", sa.Text, nullable=True))
    op.create_index("ix_people_same_as", "people", ["same_as"])
