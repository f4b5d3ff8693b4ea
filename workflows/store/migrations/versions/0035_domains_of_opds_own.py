"""Domains of OPDs' own, and whether they were proven."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

HELD = sa.text("proven_at IS NOT NULL AND ended_at IS NULL")
LIVING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "custom_domains",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hosting_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=253), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("told", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hosting_id"], ["hostings.id"], name=op.f("fk_custom_domains_hosting_id_hostings")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_custom_domains_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_domains")),
    )
    op.create_index(
        "ux_custom_domains_held", "custom_domains", ["name"], unique=True, sqlite_where=HELD, postgresql_where=HELD
    )
    op.create_index(
        "ux_custom_domains_living",
        "custom_domains",
        ["hosting_id", "name"],
        unique=True,
        sqlite_where=LIVING,
        postgresql_where=LIVING,
    )
    op.create_index("ix_custom_domains_ended_at_look_at", "custom_domains", ["ended_at", "look_at"])


def downgrade() -> None:
    """Go back; which domains were proven is lost, but for the ledger's lines of them."""
    op.drop_table("custom_domains")
