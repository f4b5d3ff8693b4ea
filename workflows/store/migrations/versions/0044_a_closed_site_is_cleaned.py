"""Until when the owner of a suspended site has its files, to clean it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("suspensions", sa.Column("cleaning_until", sa.Date(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("suspensions", "cleaning_until")
