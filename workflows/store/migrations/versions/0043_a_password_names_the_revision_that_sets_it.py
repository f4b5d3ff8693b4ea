"""A password names the revision of its hosting that sets it, rather than being known by the time of its job."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

WITH_ITS_JOB = """
UPDATE credentials SET wanted_revision = COALESCE((
    SELECT MIN(jobs.wanted_revision) FROM jobs
    WHERE jobs.hosting_id = credentials.hosting_id AND jobs.created_at >= credentials.created_at
), 0)
"""


def upgrade() -> None:
    """Go forward."""
    op.add_column("credentials", sa.Column("wanted_revision", sa.Integer(), server_default="0", nullable=False))
    op.execute(WITH_ITS_JOB)


def downgrade() -> None:
    """Go back."""
    op.drop_column("credentials", "wanted_revision")
