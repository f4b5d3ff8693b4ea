"""Drift is kept and repaired; a hosting that was made by hand before has no case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "observations",
        sa.Column("hosting_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("night", sa.Date(), nullable=True),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("plan_hash", sa.String(length=64), nullable=True),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("error", sa.String(length=600), nullable=True),
        sa.Column("drift", sa.String(length=64), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hosting_id"], ["hostings.id"], name="fk_observations_hosting_id_hostings"),
        sa.PrimaryKeyConstraint("hosting_id", name="pk_observations"),
    )
    op.create_table(
        "server_observations",
        sa.Column("server_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("night", sa.Date(), nullable=True),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name="fk_server_observations_server_id_servers"),
        sa.PrimaryKeyConstraint("server_id", name="pk_server_observations"),
    )
    with op.batch_alter_table("hostings") as hostings:
        hostings.alter_column("case_id", existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("plan_hash", sa.String(length=64), nullable=True))
        jobs.add_column(sa.Column("asked_by", sa.Integer(), nullable=True))
        jobs.create_foreign_key("fk_jobs_asked_by_people", "people", ["asked_by"], ["id"])


def downgrade() -> None:
    """Go back; hostings without a case cannot, and stop it."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_constraint("fk_jobs_asked_by_people", type_="foreignkey")
        jobs.drop_column("asked_by")
        jobs.drop_column("plan_hash")
    with op.batch_alter_table("hostings") as hostings:
        hostings.alter_column("case_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("server_observations")
    op.drop_table("observations")
