"""Use is counted by server: on the day on which a hosting moves, two count it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TABLE, KEY, PLACE = "usage_samples", "pk_usage_samples", "fk_usage_samples_server_id_servers"
NEW, OLD = ["hosting_id", "server_id", "day", "whole_month"], ["hosting_id", "day", "whole_month"]


def upgrade() -> None:
    """Go forward: what is known was counted where the hosting stands now."""
    op.add_column(TABLE, sa.Column("server_id", sa.Integer(), nullable=True))
    samples = sa.table(TABLE, sa.column("server_id"), sa.column("hosting_id"))
    hostings = sa.table("hostings", sa.column("id"), sa.column("server_id"))
    place = sa.select(hostings.c.server_id).where(hostings.c.id == samples.c.hosting_id).scalar_subquery()
    op.execute(samples.update().values(server_id=place))
    with op.batch_alter_table(TABLE) as table:
        table.alter_column("server_id", existing_type=sa.Integer(), nullable=False)
        table.drop_constraint(KEY, type_="primary")
        table.create_primary_key(KEY, NEW)
        table.create_foreign_key(PLACE, "servers", ["server_id"], ["id"])


def downgrade() -> None:
    """Go back; of a day that two servers counted, what the lower number counted is lost."""
    samples = sa.table(TABLE, *(sa.column(name) for name in NEW))
    other = samples.alias()
    same = sa.and_(*(other.c[name] == samples.c[name] for name in OLD))
    op.execute(samples.delete().where(sa.exists().where(same, other.c.server_id > samples.c.server_id)))
    with op.batch_alter_table(TABLE) as table:
        table.drop_constraint(PLACE, type_="foreignkey")
        table.drop_constraint(KEY, type_="primary")
        table.create_primary_key(KEY, OLD)
        table.drop_column("server_id")
