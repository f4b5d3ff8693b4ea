"""Who had passwords of a standing hosting made anew, and whose keys open its files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("credentials") as credentials:
        credentials.add_column(sa.Column("asked_by", sa.Integer(), nullable=True))
        credentials.create_foreign_key(op.f("fk_credentials_asked_by_people"), "people", ["asked_by"], ["id"])
    op.create_table(
        "sftp_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hosting_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=1500), nullable=False),
        sa.Column("comment", sa.String(length=60), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["people.id"], name=op.f("fk_sftp_keys_added_by_people")),
        sa.ForeignKeyConstraint(["hosting_id"], ["hostings.id"], name=op.f("fk_sftp_keys_hosting_id_hostings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sftp_keys")),
        sa.UniqueConstraint("hosting_id", "line", name=op.f("uq_sftp_keys_hosting_id_line")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("sftp_keys")
    with op.batch_alter_table("credentials") as credentials:
        credentials.drop_constraint(op.f("fk_credentials_asked_by_people"), type_="foreignkey")
        credentials.drop_column("asked_by")
