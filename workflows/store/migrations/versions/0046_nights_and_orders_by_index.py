"""Which hostings have no snapshot of a night, and which orders of a kind are done, is found without reading all."""

from __future__ import annotations

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_index("ix_backups_night_hosting_id", "backups", ["night", "hosting_id"])
    op.create_index("ix_jobs_action_state", "jobs", ["action", "state"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_jobs_action_state", "jobs")
    op.drop_index("ix_backups_night_hosting_id", "backups")
