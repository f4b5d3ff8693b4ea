"""What hostings use, by day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    counters = ("requests", "received_bytes", "sent_bytes", "client_errors", "server_errors")
    amounts = ("disk_bytes", "inodes", "database_bytes")
    op.create_table(
        "usage_samples",
        sa.Column("hosting_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("whole_month", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in counters),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in amounts),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hosting_id"], ["hostings.id"], name=op.f("fk_usage_samples_hosting_id_hostings")),
        sa.PrimaryKeyConstraint("hosting_id", "day", "whole_month", name=op.f("pk_usage_samples")),
    )
    op.create_index("ix_usage_samples_whole_month_day", "usage_samples", ["whole_month", "day"])
    op.create_table(
        "usage_warnings",
        sa.Column("hosting_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("resource", sa.String(length=10), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hosting_id"], ["hostings.id"], name=op.f("fk_usage_warnings_hosting_id_hostings")),
        sa.PrimaryKeyConstraint("hosting_id", "resource", name=op.f("pk_usage_warnings")),
    )
    op.create_table(
        "usage_watches",
        sa.Column("server_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_usage_watches_server_id_servers")),
        sa.PrimaryKeyConstraint("server_id", name=op.f("pk_usage_watches")),
    )


def downgrade() -> None:
    """Go back; the counts are lost, but for the days that the servers' logs still hold."""
    for table in ("usage_watches", "usage_warnings", "usage_samples"):
        op.drop_table(table)
