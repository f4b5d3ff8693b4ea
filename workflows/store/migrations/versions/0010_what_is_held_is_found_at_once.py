"""What is held for people who blocked the bot is counted every minute, among all that was ever sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    held = sa.text("state = 'held'")
    op.create_index("ix_outbox_held", "outbox", ["chat_id"], sqlite_where=held, postgresql_where=held)


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_outbox_held", table_name="outbox")
