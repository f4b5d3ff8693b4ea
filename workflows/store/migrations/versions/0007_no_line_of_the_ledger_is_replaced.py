"""SQLite's INSERT OR REPLACE deletes without asking the triggers of 0002: a line that is there is not written again."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; PostgreSQL has no such statement."""
    if op.get_context().dialect.name == "sqlite":
        op.execute(
            """
            CREATE TRIGGER ledger_no_replace BEFORE INSERT ON ledger
            WHEN EXISTS (SELECT 1 FROM ledger WHERE sequence = new.sequence OR hash = new.hash)
            BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
            """
        )


def downgrade() -> None:
    """Go back."""
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ledger_no_replace")
