"""A fitness test begins when a hosting is made; people are asked to tick once something was uploaded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; those that are under way had their people asked when they began."""
    op.add_column("fitness_tests", sa.Column("files", sa.Integer(), nullable=True))
    op.add_column("fitness_tests", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE fitness_tests SET asked_at = created_at")


def downgrade() -> None:
    """Go back."""
    op.drop_column("fitness_tests", "asked_at")
    op.drop_column("fitness_tests", "files")
