"""The reading log; what the ledger and the cases say of one person is found at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_readings_person_id_people")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_readings_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
        sa.UniqueConstraint("person_id", "case_id", "what", "day", name=op.f("uq_readings_person_id_case_id_what_day")),
    )
    op.create_index(op.f("ix_readings_case_id"), "readings", ["case_id"])
    op.create_index("ix_ledger_person_id_sequence", "ledger", ["person_id", "sequence"])
    op.create_index(op.f("ix_cases_opened_by"), "cases", ["opened_by"])


def downgrade() -> None:
    """Go back; who opened what is lost."""
    op.drop_index(op.f("ix_cases_opened_by"), table_name="cases")
    op.drop_index("ix_ledger_person_id_sequence", table_name="ledger")
    op.drop_table("readings")
