"""What engineers did on servers and hostings by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "maintenance_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server_id", sa.Integer(), nullable=False),
        sa.Column("hosting_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["server_id"], ["servers.id"], name=op.f("fk_maintenance_notes_server_id_servers")),
        sa.ForeignKeyConstraint(["hosting_id"], ["hostings.id"], name=op.f("fk_maintenance_notes_hosting_id_hostings")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_maintenance_notes_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_notes")),
    )
    op.create_index(op.f("ix_maintenance_notes_hosting_id"), "maintenance_notes", ["hosting_id"])
    op.create_index("ix_maintenance_notes_day_id", "maintenance_notes", ["day", "id"])


def downgrade() -> None:
    """Go back; the notes are lost, but for the ledger's lines of them."""
    op.drop_table("maintenance_notes")
