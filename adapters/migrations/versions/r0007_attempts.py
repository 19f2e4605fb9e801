"""How often somebody tried to come in.

A revision is history too: it never changes once released, and imports nothing
of the program that could.
"""

from __future__ import annotations

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; on both databases the caller's transaction makes it all or nothing."""
