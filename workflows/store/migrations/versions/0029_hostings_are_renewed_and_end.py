"""Hostings are renewed every year, and archived before they are removed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "endings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hosting_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remove_on", sa.Date(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hosting_id"], ["hostings.id"], name=op.f("fk_endings_hosting_id_hostings")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_endings_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endings")),
    )
    op.create_index(op.f("ix_endings_hosting_id"), "endings", ["hosting_id"])
    op.create_index("ix_endings_remove_on", "endings", ["remove_on"])
    op.create_table(
        "renewals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hosting_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["hosting_id"], ["hostings.id"], name=op.f("fk_renewals_hosting_id_hostings")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["people.id"], name=op.f("fk_renewals_confirmed_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewals")),
        sa.UniqueConstraint("hosting_id", "due_on", name=op.f("uq_renewals_hosting_id_due_on")),
    )
    op.create_index("ix_renewals_confirmed_at_due_on", "renewals", ["confirmed_at", "due_on"])


def downgrade() -> None:
    """Go back; who renewed and who archived what stands in the ledger only."""
    op.drop_table("renewals")
    op.drop_table("endings")
