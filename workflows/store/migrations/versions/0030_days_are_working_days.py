"""Whether a stay was late, or within its norm, is kept: a deadline in days is one of working days, however short.

All stays are measured and all clocks wound anew, in the background.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("case_steps", sa.Column("late", sa.Boolean(), nullable=True))
    op.add_column("case_steps", sa.Column("in_norm", sa.Boolean(), nullable=True))
    op.execute("UPDATE case_steps SET worked_seconds = NULL, due_at = NULL")


def downgrade() -> None:
    """Go back."""
    op.drop_column("case_steps", "in_norm")
    op.drop_column("case_steps", "late")
