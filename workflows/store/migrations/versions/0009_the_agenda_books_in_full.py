"""The columns that an office's agenda books have, numbers taken by hand, and numbers that are void."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TEXTS = (("letter_number", 100), ("attachments", 100), ("forwarded", 300), ("note", 300), ("void_reason", 300))
DATED = {
    "sqlite": "UPDATE register_entries SET taken_on = date(created_at, '+8 hours')",  # WITA
    "postgresql": "UPDATE register_entries SET taken_on = (created_at AT TIME ZONE 'Asia/Makassar')::date",
}


def upgrade() -> None:
    """Go forward; a number that was taken before bears the day on which it was written down."""
    with op.batch_alter_table("register_entries") as table:
        table.add_column(sa.Column("taken_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("received_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("letter_date", sa.Date(), nullable=True))
        for name, length in TEXTS:
            table.add_column(sa.Column(name, sa.String(length=length), server_default="", nullable=False))
        table.add_column(sa.Column("outside", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
        for name in ("entered_by", "voided_by"):
            table.add_column(sa.Column(name, sa.Integer(), nullable=True))
            table.create_foreign_key(op.f(f"fk_register_entries_{name}_people"), "people", [name], ["id"])
    op.execute(DATED[op.get_context().dialect.name])
    with op.batch_alter_table("register_entries") as table:
        table.alter_column("taken_on", existing_type=sa.Date(), nullable=False)
        table.create_index(op.f("ix_register_entries_register_taken_on"), ["register", "taken_on"], unique=False)


def downgrade() -> None:
    """Go back: what the wider books held besides number, subject and party is lost."""
    added = ("taken_on", "received_on", "letter_date", *(name for name, _ in TEXTS), "outside", "voided_at")
    with op.batch_alter_table("register_entries") as table:
        table.drop_index(op.f("ix_register_entries_register_taken_on"))
        for name in ("entered_by", "voided_by"):
            table.drop_constraint(op.f(f"fk_register_entries_{name}_people"), type_="foreignkey")
        for name in (*added, "entered_by", "voided_by"):
            table.drop_column(name)
