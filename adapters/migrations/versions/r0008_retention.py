"""What becomes of a case after its end: archived, then erased.

A revision is history too: it never changes once released, and imports nothing
of the program that could.
"""

from __future__ import annotations

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; on both databases the caller's transaction makes it all or nothing."""
