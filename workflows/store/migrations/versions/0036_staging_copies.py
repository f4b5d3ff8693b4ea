"""Staging copies: hostings of a site's own that follow it and end on a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("hostings") as hostings:
        hostings.add_column(sa.Column("copy_of", sa.Integer(), nullable=True))
        hostings.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        hostings.create_foreign_key(op.f("fk_hostings_copy_of_hostings"), "hostings", ["copy_of"], ["id"])
        hostings.create_index(op.f("ix_hostings_copy_of"), ["copy_of"])


def downgrade() -> None:
    """Go back; copies would become sites of their own, so none may be left."""
    with op.batch_alter_table("hostings") as hostings:
        hostings.drop_index(op.f("ix_hostings_copy_of"))
        hostings.drop_constraint(op.f("fk_hostings_copy_of_hostings"), type_="foreignkey")
        hostings.drop_column("ends_on")
        hostings.drop_column("copy_of")
