"""When servers are worked on, as it was told to those concerned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "maintenance_windows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server_id", sa.Integer(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("work", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.String(length=20), nullable=False),
        sa.Column("planned_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_maintenance_windows_server_id_servers")),
        sa.ForeignKeyConstraint(["planned_by"], ["people.id"], name=op.f("fk_maintenance_windows_planned_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_windows")),
    )
    op.create_index("ix_maintenance_windows_state_ends_at", "maintenance_windows", ["state", "ends_at"])
    op.create_index("ix_maintenance_windows_server_id_begins_at", "maintenance_windows", ["server_id", "begins_at"])


def downgrade() -> None:
    """Go back; the windows are lost, but for the ledger's lines of them."""
    op.drop_table("maintenance_windows")
