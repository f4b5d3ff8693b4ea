"""Reports count the cases of an SOP by when they began and ended."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_index("ix_cases_sop_code_created_at", "cases", ["sop_code", "created_at"])
    op.create_index("ix_cases_sop_code_closed_at", "cases", ["sop_code", "closed_at"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_cases_sop_code_closed_at", table_name="cases")
    op.drop_index("ix_cases_sop_code_created_at", table_name="cases")
