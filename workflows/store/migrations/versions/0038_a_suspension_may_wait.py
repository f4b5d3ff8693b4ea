"""A hosting may be ordered closed while something else is under way; that waits for its end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("suspensions", sa.Column("waits", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Go back; what still waits counts as ordered."""
    op.drop_column("suspensions", "waits")
