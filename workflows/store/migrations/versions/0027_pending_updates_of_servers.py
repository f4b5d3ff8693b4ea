"""What servers have not taken yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "server_updates",
        sa.Column("server_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pending", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_server_updates_server_id_servers")),
        sa.PrimaryKeyConstraint("server_id", name=op.f("pk_server_updates")),
    )


def downgrade() -> None:
    """Go back; the servers are asked again by night."""
    op.drop_table("server_updates")
