"""The accounts known here, and sign-ins with an identity provider that are under way.

A revision is history too: it never changes once released, and imports nothing
of the program that could.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; on both databases the caller's transaction makes it all or nothing."""
    op.create_table(
        "accounts",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=True),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("signed_in_at", sa.Text, nullable=True),
        sa.Column("disabled_at", sa.Text, nullable=True),
        sqlite_strict=True,
    )
    # Whoever has a token is an account already: of one role and organisation, as making the token saw to.
    op.execute(
        "INSERT INTO accounts (account, role, organisation, origin, created_at) "
        "SELECT actor, role, organisation, 'operator', min(created_at) FROM tokens "
        "GROUP BY actor, role, organisation"
    )
    op.create_table(
        "account_links",
        sa.Column("identity", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("linked_at", sa.Text, nullable=False),
        sa.Column("left_at", sa.Text, nullable=True),
        sqlite_strict=True,
    )
    op.create_index("ix_account_links_account", "account_links", ["account"])
    op.create_table(
        "account_invitations",
        sa.Column("email", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("invited_at", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_account_invitations_account", "account_invitations", ["account"])
    op.create_table(
        "sign_ins",
        sa.Column("sign_in_id", sa.Text, primary_key=True),
        sa.Column("sign_in_hash", sa.Text, nullable=False),
        sa.Column("lead_to", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_sign_ins_expires_at", "sign_ins", ["expires_at"])
    op.create_table(
        "logout_hints",
        sa.Column("session_id", sa.Text, primary_key=True),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_logout_hints_expires_at", "logout_hints", ["expires_at"])
