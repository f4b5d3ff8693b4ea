"""Cases are found by the day of their request and by their state; a search is kept while its pages are turned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_index("ix_cases_created_at", "cases", ["created_at"])
    op.create_index("ix_cases_status_created_at", "cases", ["status", "created_at"])
    op.create_table(
        "searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("typed", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_searches_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_searches")),
    )


def downgrade() -> None:
    """Go back; what was searched for is lost."""
    op.drop_table("searches")
    op.drop_index("ix_cases_status_created_at", table_name="cases")
    op.drop_index("ix_cases_created_at", table_name="cases")
