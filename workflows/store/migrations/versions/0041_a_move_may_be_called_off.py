"""A move may be called off, by somebody; what its site answered before is kept, to be compared with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("moves") as moves:
        moves.add_column(sa.Column("front_before", sa.Integer(), nullable=True))
        moves.add_column(sa.Column("cancelled_by", sa.Integer(), nullable=True))
        moves.create_foreign_key(op.f("fk_moves_cancelled_by_people"), "people", ["cancelled_by"], ["id"])


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("moves") as moves:
        moves.drop_constraint(op.f("fk_moves_cancelled_by_people"), type_="foreignkey")
        moves.drop_column("cancelled_by")
        moves.drop_column("front_before")
