"""Who is at work on what, and when each message was last tried: what several processes must know of each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("holder", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.add_column("outbox", sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_outbox_attempted_at"), "outbox", ["attempted_at"], unique=False)


def downgrade() -> None:
    """Go back; no process may run meanwhile."""
    op.drop_index(op.f("ix_outbox_attempted_at"), table_name="outbox")
    op.drop_column("outbox", "attempted_at")
    op.drop_table("leases")
