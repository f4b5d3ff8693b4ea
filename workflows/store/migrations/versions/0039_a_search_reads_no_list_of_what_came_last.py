"""New cases go into the index of three letters at once, so that no search reads a list of what is to be sorted in.

Cases come by the hundred a month and are looked for by the minute (PostgreSQL, "GIN Fast Update Technique").
"""

from __future__ import annotations

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX case_words SET (fastupdate = off)")
        op.execute("SELECT gin_clean_pending_list('case_words')")


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX case_words RESET (fastupdate)")
