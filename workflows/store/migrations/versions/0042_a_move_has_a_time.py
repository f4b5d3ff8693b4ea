"""A move may wait for a time that its OPD is told of before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

TIMES = ("starts_at", "announced_at", "reminded_at")


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("moves") as moves:
        for name in TIMES:
            moves.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Go back; what waits for its time is asked for again."""
    op.execute("UPDATE moves SET phase = 'asked' WHERE phase = 'planned'")
    with op.batch_alter_table("moves") as moves:
        for name in TIMES:
            moves.drop_column(name)
