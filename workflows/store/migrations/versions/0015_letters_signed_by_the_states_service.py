"""Who is asked to sign a letter by the state's service, and for what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "signings",
        sa.Column("letter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.String(length=20), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_signings_letter_id_letters")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_signings_person_id_people")),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_signings")),
    )
    op.create_index(op.f("ix_signings_person_id"), "signings", ["person_id"])


def downgrade() -> None:
    """Go back; letters that wait for their signer are asked of nobody then."""
    op.drop_table("signings")
