"""Hostings on their way to another server."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

UNDER_WAY = sa.text("phase NOT IN ('refused', 'done', 'undone')")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hosting_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=40), nullable=False),
        sa.Column("phase", sa.String(length=12), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("error", sa.JSON(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hosting_id"], ["hostings.id"], name=op.f("fk_moves_hosting_id_hostings")),
        sa.ForeignKeyConstraint(["source_id"], ["servers.id"], name=op.f("fk_moves_source_id_servers")),
        sa.ForeignKeyConstraint(["target_id"], ["servers.id"], name=op.f("fk_moves_target_id_servers")),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_moves_asked_by_people")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_moves_decided_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
        sa.UniqueConstraint("uuid", name=op.f("uq_moves_uuid")),
    )
    op.create_index("ix_moves_phase_due_at", "moves", ["phase", "due_at"])
    op.create_index(
        "ux_moves_under_way",
        "moves",
        ["hosting_id"],
        unique=True,
        sqlite_where=UNDER_WAY,
        postgresql_where=UNDER_WAY,
    )


def downgrade() -> None:
    """Go back; moves are lost, but for the ledger's lines of them."""
    op.drop_table("moves")
