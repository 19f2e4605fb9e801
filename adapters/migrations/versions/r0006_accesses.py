"""Who saw what: the log of accesses, and the glass that was broken.

A revision is history too: it never changes once released, and imports nothing
of the program that could.
"""

from __future__ import annotations

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; on both databases the caller's transaction makes it all or nothing."""
