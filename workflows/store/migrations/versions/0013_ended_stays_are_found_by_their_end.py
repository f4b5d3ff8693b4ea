"""Ended stays that are not measured are found by their end; open ones are found by having none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NAME = "ix_case_steps_unmeasured"


def upgrade() -> None:
    """Go forward. By their id, SQLite read all stays that ever were to find none."""
    op.drop_index(NAME, table_name="case_steps")
    op.drop_index("ix_case_steps_open", table_name="case_steps")
    condition = sa.text("worked_seconds IS NULL")
    op.create_index(NAME, "case_steps", ["finished_at"], sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    """Go back."""
    op.drop_index(NAME, table_name="case_steps")
    open_ones, unmeasured = (
        sa.text("finished_at IS NULL"),
        sa.text("worked_seconds IS NULL AND finished_at IS NOT NULL"),
    )
    op.create_index("ix_case_steps_open", "case_steps", ["due_at"], sqlite_where=open_ones, postgresql_where=open_ones)
    op.create_index(NAME, "case_steps", ["id"], sqlite_where=unmeasured, postgresql_where=unmeasured)
