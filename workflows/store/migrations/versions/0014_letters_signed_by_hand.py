"""A letter that is signed by hand keeps its electronic original beside the scan that is sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("letters") as table:
        table.add_column(sa.Column("original_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_letters_original_id_papers"), "papers", ["original_id"], ["id"])


def downgrade() -> None:
    """Go back: which file a scan replaced is known by the ledger only."""
    with op.batch_alter_table("letters") as table:
        table.drop_constraint(op.f("fk_letters_original_id_papers"), type_="foreignkey")
        table.drop_column("original_id")
