"""What is ordered of a hosting that stands, and why one is suspended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("action", sa.String(length=40), server_default="", nullable=False))
        jobs.add_column(sa.Column("data", sa.JSON(), server_default="{}", nullable=False))
    op.create_table(
        "suspensions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hosting_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hosting_id"], ["hostings.id"], name=op.f("fk_suspensions_hosting_id_hostings")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_suspensions_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspensions")),
    )
    op.create_index(op.f("ix_suspensions_hosting_id"), "suspensions", ["hosting_id"])
    op.create_index("ix_suspensions_until", "suspensions", ["until"])


def downgrade() -> None:
    """Go back; why hostings were suspended stands in the ledger only."""
    op.drop_table("suspensions")
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_column("data")
        jobs.drop_column("action")
