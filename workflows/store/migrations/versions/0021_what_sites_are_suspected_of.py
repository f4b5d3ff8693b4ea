"""Looks through pages and files, and what was found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "inspections",
        sa.Column("hosting_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pages_due_at", MOMENT, nullable=False),
        sa.Column("pages_at", MOMENT, nullable=True),
        sa.Column("files_due_at", MOMENT, nullable=False),
        sa.Column("files_at", MOMENT, nullable=True),
        sa.Column("files_since", sa.Double(), nullable=False),
        sa.Column("files_began", sa.Double(), nullable=True),
        sa.Column("files_after", sa.Text(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("pass_began_at", MOMENT, nullable=True),
        sa.Column("night", sa.Date(), nullable=True),
        sa.Column("error", sa.String(length=600), nullable=True),
        sa.ForeignKeyConstraint(["hosting_id"], ["hostings.id"], name=op.f("fk_inspections_hosting_id_hostings")),
        sa.PrimaryKeyConstraint("hosting_id", name=op.f("pk_inspections")),
    )
    op.create_table(
        "suspect_findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hosting_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=600), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("traits", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('page', 'file')", name=op.f("ck_suspect_findings_kind")),
        sa.CheckConstraint("state IN ('open', 'dismissed', 'gone')", name=op.f("ck_suspect_findings_state")),
        sa.ForeignKeyConstraint(["hosting_id"], ["hostings.id"], name=op.f("fk_suspect_findings_hosting_id_hostings")),
        sa.ForeignKeyConstraint(["settled_by"], ["people.id"], name=op.f("fk_suspect_findings_settled_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspect_findings")),
        sa.UniqueConstraint("hosting_id", "fingerprint", name=op.f("uq_suspect_findings_hosting_id_fingerprint")),
    )
    op.create_index("ix_suspect_findings_hosting_id_state", "suspect_findings", ["hosting_id", "state"])


def downgrade() -> None:
    """Go back; what was found is lost, but for the ledger's lines of it."""
    op.drop_table("suspect_findings")
    op.drop_table("inspections")
