"""A step's clock lists its pauses, knows when it must remind somebody, and keeps what a stay took once it is over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UNFINISHED = sa.text("finished_at IS NULL")
UNMEASURED = sa.text("worked_seconds IS NULL AND finished_at IS NOT NULL")


def upgrade() -> None:
    """Go forward; clocks that run are wound by the bot within a minute of its start."""
    op.add_column("case_steps", sa.Column("pauses", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("case_steps", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("case_steps", sa.Column("reminded", sa.Integer(), server_default="0", nullable=False))
    op.add_column("case_steps", sa.Column("worked_seconds", sa.Integer(), nullable=True))
    for name, column, condition in (
        ("ix_case_steps_open", "due_at", UNFINISHED),
        ("ix_case_steps_unmeasured", "id", UNMEASURED),
    ):
        op.create_index(name, "case_steps", [column], sqlite_where=condition, postgresql_where=condition)
    op.create_index("ix_case_steps_finished_at", "case_steps", ["finished_at"])


def downgrade() -> None:
    """Go back; pauses that are listed are lost."""
    for name in ("ix_case_steps_finished_at", "ix_case_steps_unmeasured", "ix_case_steps_open"):
        op.drop_index(name, table_name="case_steps")
    for column in ("worked_seconds", "reminded", "due_at", "pauses"):
        op.drop_column("case_steps", column)
