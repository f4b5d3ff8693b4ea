"""The language somebody chose to read in; Indonesian for everybody so far."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("language", sa.String(2), nullable=False, server_default="id"))


def downgrade() -> None:
    """Go back; everybody reads Indonesian again."""
    with op.batch_alter_table("people") as people:
        people.drop_column("language")
