"""When the file of a paper was deleted because its time was over; its name and hash stay."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("papers", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Go back; when files were deleted is lost, but for the ledger's lines of it."""
    with op.batch_alter_table("papers") as table:
        table.drop_column("removed_at")
