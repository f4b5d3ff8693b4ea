"""Backups of hostings: what was asked of a server and what came of it; where a server's backups go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("servers", sa.Column("backup_place", sa.String(length=500), nullable=True))
    op.create_table(
        "backups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server_id", sa.Integer(), nullable=False),
        sa.Column("hosting_id", sa.Integer(), nullable=True),
        sa.Column("deed", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("night", sa.Date(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snapshot", sa.String(length=64), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("error", sa.String(length=600), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_backups_server_id_servers")),
        sa.ForeignKeyConstraint(["hosting_id"], ["hostings.id"], name=op.f("fk_backups_hosting_id_hostings")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_backups_job_id_jobs")),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_backups_asked_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backups")),
        sa.UniqueConstraint("key", name=op.f("uq_backups_key")),
        sa.UniqueConstraint("request_id", name=op.f("uq_backups_request_id")),
    )
    op.create_index("ix_backups_state_due_at", "backups", ["state", "due_at"])
    op.create_index("ix_backups_hosting_id_deed_id", "backups", ["hosting_id", "deed", "id"])
    for column in ("server_id", "snapshot", "job_id"):
        op.create_index(op.f(f"ix_backups_{column}"), "backups", [column])


def downgrade() -> None:
    """Go back; what was kept in repositories stays there."""
    op.drop_table("backups")
    op.drop_column("servers", "backup_place")
