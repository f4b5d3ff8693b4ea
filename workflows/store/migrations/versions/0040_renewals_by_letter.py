"""A renewal may come by a letter on paper, and its reminders may have reached nobody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("renewals", sa.Column("unreached", sa.Integer(), server_default="0", nullable=False))
    op.add_column("renewals", sa.Column("letter_number", sa.String(100), server_default="", nullable=False))


def downgrade() -> None:
    """Go back; that an answer came by letter stands in the ledger."""
    op.drop_column("renewals", "letter_number")
    op.drop_column("renewals", "unreached")
